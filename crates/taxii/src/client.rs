//! A client of TAXII 2.1 servers, as they are.
//!
//! It follows the standard and copes with what servers in the wild do instead: pages that say `more` without a way
//! there, tokens that never change, API roots that are relative or lack their slash, JavaScript's dates in headers,
//! media types compared as text. It never ends a crawl early without saying so: a page that cannot be reached is an
//! [`Error`] that says what the server did.
//!
//! ```no_run
//! use futures::TryStreamExt;
//! use taxii::client::{Client, Query};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("https://taxii.example/taxii2/")
//!     .basic("analyst", "correct horse battery staple")
//!     .build()?;
//! let root = client.default_root().await?;
//! // By identifier, by alias or by title.
//! let collection = root.collection("high-value-indicators").await?;
//!
//! let query = Query::new().types(["indicator", "malware"]);
//! let mut objects = std::pin::pin!(collection.objects(query));
//! while let Some(listed) = objects.try_next().await? {
//!     let object: serde_json::Value = listed.object.parse()?;
//!     println!("{} {:?}", object["id"], listed.date_added);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Objects are the bytes the server sent ([`RawObject`]); nothing is re-spelled on the way. Every answer has a bound
//! ([`Limits`]), every wait one ([`Times`]), and whether a failed request is sent again is the caller's to say
//! ([`Retry`], [`Backoff`]).
//!
//! Credentials are for one place: the scheme, host and port of the URL the client was made with. They follow no
//! redirect and no API root to any other, nor does a client certificate.
//!
//! Left out on purpose: DNS SRV discovery (§3.9), which would need a resolver of its own, and TAXII 2.0, which pages
//! otherwise: its answers are told apart and refused.

mod answer;
mod ask;
mod backoff;
mod builder;
mod collection;
mod crawl;
mod credentials;
mod date;
mod error;
mod limits;
mod object;
mod page;
mod query;
mod root;
mod said;
mod send;
mod spelling;
mod wait;

use std::sync::Arc;

pub use backoff::{Backoff, Never, Retry};
pub use builder::Builder;
pub use collection::Collection;
pub use error::{Error, Shown};
pub use limits::{Limits, Times};
pub use object::RawObject;
pub use page::{Cursor, Listed, Page};
pub use query::{Query, Version};
pub use root::Root;
pub use said::Said;
pub use send::{Sent, SentWhat};
pub use url::Url;
pub use wait::Patience;

use crate::resource::Discovery;
use ask::Ask;
use credentials::Credentials;
use spelling::Spellings;

/// A client of one TAXII server. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    base: Url,
    /// Shows the client certificate, if there is one: for the server's own place alone.
    http: reqwest::Client,
    /// Shows nothing: for every other place.
    bare: reqwest::Client,
    credentials: Credentials,
    limits: Limits,
    retry: Box<dyn Retry>,
    insecure_http: bool,
    spellings: Spellings,
}

impl Client {
    /// Begins a client of the server at `url`: its discovery URL, or an API root's. Credentials go nowhere else than
    /// to this scheme, host and port.
    pub fn builder(url: &str) -> Builder {
        Builder::new(url)
    }

    /// The URL it was made with.
    pub fn url(&self) -> &Url {
        &self.0.base
    }

    /// Server discovery (TAXII 2.1 §4.1), at the URL the client was made with.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn discovery(&self) -> Result<Discovery, Error> {
        self.read(Ask::get("discovery", self.0.base.clone())).await
    }

    /// Every API root that discovery names, in its order. A relative URL is taken to stand beside the discovery URL,
    /// one without its slash to have it, and one that is no URL is left out: it cannot be asked anything.
    ///
    /// # Errors
    /// [`Error`], as [`discovery`](Self::discovery).
    pub async fn roots(&self) -> Result<Vec<Root>, Error> {
        let discovery = self.discovery().await?;
        let named = discovery.api_roots.iter();
        Ok(named.filter_map(|root| self.root(root).ok()).collect())
    }

    /// The API root to use if nobody says which: discovery's `default`, or the only one there is (§4.1.1).
    ///
    /// # Errors
    /// [`Error::NoDefaultRoot`] if the server names neither; else as [`discovery`](Self::discovery).
    pub async fn default_root(&self) -> Result<Root, Error> {
        let discovery = self.discovery().await?;
        match (&discovery.default, &discovery.api_roots[..]) {
            (Some(root), _) if !root.trim().is_empty() => self.root(root),
            (_, [only]) => self.root(only),
            (_, roots) => Err(Error::NoDefaultRoot {
                url: self.0.base.to_string(),
                roots: roots.to_vec(),
            }),
        }
    }

    /// An API root by its URL, absolute or relative to the client's. Nothing is asked of the server.
    ///
    /// # Errors
    /// [`Error::NotAUrl`], [`Error::Insecure`].
    pub fn root(&self, url: &str) -> Result<Root, Error> {
        let mut root = self
            .0
            .base
            .join(url.trim())
            .map_err(|error| Error::NotAUrl {
                text: url.to_owned(),
                why: error.to_string(),
            })?;
        builder::no_user(&root)?;
        root.set_query(None);
        root.set_fragment(None);
        if !root.path().ends_with('/') {
            root.set_path(&format!("{}/", root.path()));
        }
        self.secure(&root)?;
        Ok(Root::new(self.clone(), root))
    }

    /// Whether credentials may go there: the same scheme, host and port.
    fn trusts(&self, url: &Url) -> bool {
        url.origin() == self.0.base.origin()
    }

    /// HTTPS, or this machine, or the caller said that it may be otherwise.
    fn secure(&self, url: &Url) -> Result<(), Error> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => self.0.insecure_http || builder::is_loopback(url),
            _ => false,
        };
        if secure {
            return Ok(());
        }
        Err(Error::Insecure {
            url: url.to_string(),
        })
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.0.base.as_str())
            .field("credentials", &self.0.credentials)
            .finish_non_exhaustive()
    }
}
