//! The other server, as a client of it.

use std::time::Duration;

use store::feeds::NewFeed;
use taxii::client::{Backoff, Builder, Client, Collection, Error, Root, Url};

use super::{definition::Credentials, error::FeedError, secret::Secret};
use crate::{clock::Random, node::Node};

/// The first wait within a round.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// The longest one; what takes longer ends the round.
const WAIT_MAX: Duration = Duration::from_secs(15);
/// Attempts of one request within a round.
const ATTEMPTS_MAX: u32 = 3;

/// Where objects come from: scheme, host and port.
pub(super) fn origin(url: &str) -> Result<String, Error> {
    let url = Url::parse(url.trim()).map_err(|error| Error::NotAUrl {
        text: url.to_owned(),
        why: error.to_string(),
    })?;
    Ok(url.origin().ascii_serialization())
}

/// A client that shows what the feed has. Nothing is asked of the server yet.
pub(super) fn client(
    node: &Node,
    url: &str,
    secret: &Secret,
    insecure_http: bool,
) -> Result<Client, Error> {
    let builder = Client::builder(url)
        .user_agent(concat!("chancery/", env!("CARGO_PKG_VERSION")))
        .insecure_http(insecure_http);
    let builder = match &secret.authorities {
        Some(pem) => builder.trust_only(pem.as_bytes()),
        None => builder,
    };
    let random = node.clone();
    shown(builder, &secret.credentials)
        .retry(Backoff {
            first: WAIT_FIRST,
            wait_max: WAIT_MAX,
            attempts_max: ATTEMPTS_MAX,
            jitter: Box::new(move || fraction(random.random())),
        })
        .build()
}

fn shown(builder: Builder, credentials: &Credentials) -> Builder {
    match credentials {
        Credentials::None => builder,
        Credentials::Basic { user, password } => builder.basic(user, password),
        Credentials::Bearer { token } => builder.bearer(token),
        Credentials::ApiKey { header, key } => builder.api_key(header, key),
        Credentials::Certificate { pem } => builder.client_certificate(pem.as_bytes()),
    }
}

/// The collection of a feed on the other server.
pub(super) async fn collection(node: &Node, feed: &NewFeed) -> Result<Collection, FeedError> {
    let name = feed.name.parse()?;
    let secret = Secret::read(node.home(), &name)?;
    let client = client(node, &feed.url, &secret, feed.insecure_http)?;
    Ok(root(&client).await?.collection(&feed.collection).await?)
}

/// The API root that the feed's URL is, or that the server at it names.
async fn root(client: &Client) -> Result<Root, Error> {
    let discovery = client.discovery().await?;
    if discovery.default.is_none() && discovery.api_roots.is_empty() {
        return client.root(client.url().as_str());
    }
    client.default_root().await
}

/// A number in 0 ≤ x < 1.
pub(super) fn fraction(random: &dyn Random) -> f64 {
    f64::from(u32::from_le_bytes(random.bytes())) / (f64::from(u32::MAX) + 1.0)
}
