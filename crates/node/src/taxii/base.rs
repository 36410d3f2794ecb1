//! The URLs of API roots, as whoever asks reaches them.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{Uri, request::Parts};

use crate::{collections::RootName, node::Node, web::BaseUrl};

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
        if let Some(url) = &node.settings().web.url {
            return Ok(Self(url.trim_end_matches('/').to_owned()));
        }
        let said = parts.extensions.get::<BaseUrl>().map(|base| &*base.0);
        let base = said.filter(|base| is_base(base)).unwrap_or_default();
        Ok(Self(base.to_owned()))
    }
}

/// What the Host header says comes back in our answer, so it has to be a host and nothing else.
fn is_base(base: &str) -> bool {
    let Ok(uri) = base.parse::<Uri>() else {
        return false;
    };
    let is_host =
        |host: &http::uri::Authority| !host.host().is_empty() && !host.as_str().contains('@');
    matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.authority().is_some_and(is_host)
        && uri.path_and_query().is_none_or(|rest| rest == "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_scheme_and_host() {
        for base in [
            "https://taxii.example",
            "http://127.0.0.1:8080",
            "http://[::1]:80",
        ] {
            assert!(is_base(base), "{base}");
        }
        for other in [
            "",
            "taxii.example",
            "https://",
            "http://a@b",
            "http://a b",
            "ftp://a",
            "http://a?b",
            "javascript:x",
            "//a",
            "http://a/below",
        ] {
            assert!(!is_base(other), "{other}");
        }
    }
}
