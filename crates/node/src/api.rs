//! The JSON API: what this party's people and tools ask of their own node. Every path on one screen; one file for each
//! area, which reads the request and calls the desk.

pub mod acts;
pub mod body;
pub mod care;
pub mod carry;
pub mod dialogues;
pub mod look;
pub mod pass;
pub mod proofs;
pub mod token;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use http::{Method, StatusCode, Uri};

pub use crate::error::ApiErrorBody;
use crate::{error::ApiError, node::Node};

impl Node {
    /// The API for whoever may open the node's directory: its socket, or a command that has opened the node.
    pub fn api(&self) -> Router {
        Router::new()
            .route("/api/v1/card", get(look::card))
            .route("/api/v1/status", get(look::status))
            .route("/api/v1/items", get(look::item))
            .route(
                "/api/v1/dialogues",
                get(dialogues::list).post(dialogues::found),
            )
            .route("/api/v1/dialogues/accept", post(dialogues::accept))
            .route(
                "/api/v1/tracks",
                get(dialogues::tracks).post(dialogues::create_track),
            )
            .route("/api/v1/pass", post(pass::pass))
            .route("/api/v1/inquiries", post(acts::inquire))
            .route("/api/v1/answers", post(acts::answer))
            .route("/api/v1/steps", post(acts::step))
            .route("/api/v1/sync", post(carry::sync))
            .route("/api/v1/export", post(carry::export))
            .route("/api/v1/import", post(carry::import))
            .route("/api/v1/proofs", post(proofs::prove))
            .route("/api/v1/absence-proofs", post(proofs::prove_absence))
            .route("/api/v1/evidence", get(proofs::evidence))
            .route("/api/v1/checkpoint", get(proofs::checkpoint))
            .route("/api/v1/policy", get(proofs::policy))
            .route("/api/v1/fsck", post(care::fsck))
            .route("/api/v1/doctor", get(care::doctor))
            .route("/api/v1/backup", post(care::backup))
            .fallback(unknown)
            .method_not_allowed_fallback(wrong_method)
            .with_state(self.clone())
    }

    /// The same for a loopback address: every request carries the access token of the node's directory.
    pub fn api_with_token(&self) -> Router {
        let token = token::Token::read(self.home());
        self.api()
            .layer(middleware::from_fn_with_state(token, token::demand))
    }
}

async fn unknown(uri: Uri) -> ApiError {
    ApiError::not_found(format!(
        "there is nothing at {}; the paths begin with /api/v1/",
        uri.path()
    ))
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let title = format!("{} is not asked with {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", title)
}
