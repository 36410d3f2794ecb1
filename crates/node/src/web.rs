//! What tools and people reach over a network: TAXII, the JSON API, health and metrics on one listener. Here they are
//! put together; `web/` has what surrounds every request, `listen.rs` the connections underneath.

pub mod remote;
pub mod request;

use axum::{Router, middleware, routing::get};
use http::{Method, StatusCode, Uri};

pub use self::{remote::Remote, request::RequestId};
use crate::{error::ApiError, health, metrics, node::Node};

impl Node {
    /// Everything that is served to tools and people, with all that surrounds a request. Every request that comes out
    /// of it carries the extensions [`Remote`] and [`RequestId`].
    pub fn web(&self) -> Router {
        Router::new()
            .merge(self.api_for_callers().reset_fallback())
            .merge(self.watched())
            .fallback(unknown)
            .layer(middleware::from_fn_with_state(
                self.clone(),
                request::surround,
            ))
    }

    /// What whoever watches over the node asks: health and metrics.
    pub(crate) fn watched(&self) -> Router {
        Router::new()
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready))
            .route("/metrics", get(metrics::show))
            .method_not_allowed_fallback(wrong_method)
            .with_state(self.clone())
    }
}

async fn unknown(uri: Uri) -> ApiError {
    let title = format!("there is nothing at {}", uri.path());
    ApiError::not_found(title)
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let title = format!("{} is not asked with {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", title)
}
