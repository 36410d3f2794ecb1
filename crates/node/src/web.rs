//! What tools and people reach over a network: TAXII, the JSON API, health and metrics on one listener. Here they are
//! put together; `web/` has what surrounds every request, `listen.rs` the connections underneath.

mod answered;
mod body;
mod compress;
mod forwarded;
pub(crate) mod refusal;
pub mod remote;
pub mod request;
pub mod tls;

use axum::{
    Router,
    extract::Request,
    middleware,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{Method, StatusCode, Uri};
use tower::ServiceExt as _;

pub use self::{
    body::BODY_BYTES_MAX,
    remote::{BaseUrl, Peer, Remote},
    request::{RequestId, asked_by},
};
use crate::{
    error::ApiError,
    health,
    metrics::scrape,
    node::Node,
    web::{
        refusal::{is_taxii, refuse},
        request::Door,
    },
};

impl Node {
    /// Everything that is served to tools and people, with all that surrounds a request. Every request that comes out
    /// of it carries the extensions [`Remote`], [`RequestId`] and [`BaseUrl`].
    pub fn web(&self) -> Router {
        // What is nowhere is said in the words of whoever was asked: TAXII asks who wants to know first.
        let taxii = self.taxii();
        let nowhere = async move |request: Request| match is_taxii(request.uri().path()) {
            true => taxii.oneshot(request).await.into_response(),
            false => unknown(
                request.uri(),
                "; TAXII is at /taxii2/, the JSON API below /api/v1/",
            ),
        };
        let router = Router::new()
            .merge(self.api_for_callers().reset_fallback())
            .merge(self.taxii().reset_fallback())
            .merge(self.watched())
            .fallback(nowhere)
            .layer(compress::layer());
        self.surrounded(router, Door::Web)
    }

    /// What is served on the socket in the node's directory: the same API without a login, health and metrics.
    pub(crate) fn socket(&self) -> Router {
        let router = Router::new()
            .merge(self.api().reset_fallback())
            .merge(self.watched())
            .fallback(async |uri: Uri| unknown(&uri, "; the JSON API is below /api/v1/"));
        self.surrounded(router, Door::Socket)
    }

    fn surrounded(&self, router: Router, door: Door) -> Router {
        let state = (self.clone(), door);
        router.layer(middleware::from_fn_with_state(state, request::surround))
    }

    /// What whoever watches over the node asks: health and metrics.
    fn watched(&self) -> Router {
        Router::new()
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready))
            .route("/metrics", get(scrape::show))
            .method_not_allowed_fallback(wrong_method)
            .with_state(self.clone())
    }
}

/// `instead` says where there is something: people begin with the host alone.
fn unknown(uri: &Uri, instead: &str) -> Response {
    let title = format!("there is nothing at {}{instead}", uri.path());
    refuse(uri.path(), StatusCode::NOT_FOUND, "not_found", &title)
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let title = format!("{} is not asked with {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", title)
}
