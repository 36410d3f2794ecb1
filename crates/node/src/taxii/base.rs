//! The URLs of API roots, as whoever asks reaches them.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{header, request::Parts, uri::Authority};

use crate::{
    collections::RootName,
    node::Node,
    web::{BaseUrl, Peer},
};

/// Scheme, host and port without a slash at the end: what comes before `/taxii2/`. Empty where nothing says it, which
/// makes URLs relative: §4.1.1 allows that, but not every client understands it.
pub(super) struct Base(String);

impl Base {
    /// Of an API root, with the slash at the end that clients append paths to.
    pub(super) fn of_root(&self, root: &RootName) -> String {
        format!("{}/taxii2/{root}/", self.0)
    }
}

impl FromRequestParts<Node> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Infallible> {
        Ok(Self(base_url(node, parts)))
    }
}

fn base_url(node: &Node, parts: &Parts) -> String {
    // What goes past reverse proxies was looked at already; a router that is asked directly has to look itself.
    if let Some(BaseUrl(base)) = parts.extensions.get() {
        return base.to_string();
    }
    if let Some(url) = &node.settings().web.url {
        return url.trim_end_matches('/').to_owned();
    }
    let tls = parts.extensions.get::<Peer>().is_some_and(|peer| peer.tls);
    let scheme = if tls { "https" } else { "http" };
    let host = parts.headers.get(header::HOST);
    // What stands there comes back in our answer, so it has to be a host and nothing else.
    let said = host.and_then(|host| Authority::try_from(host.as_bytes()).ok());
    let authority = parts.uri.authority().cloned().or(said);
    match authority {
        Some(authority) if !authority.as_str().contains('@') => format!("{scheme}://{authority}"),
        Some(_) | None => String::new(),
    }
}
