//! Who may ask over a loopback address: whoever can read the token in the node's directory.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};

use crate::{error::ApiError, home::Home};

/// The access token. One that could not be read lets nobody in.
#[derive(Clone)]
pub struct Token(Option<Arc<str>>);

impl Token {
    /// Reads the token of a node.
    pub fn read(home: &Home) -> Self {
        match home.read(&home.api_token()) {
            Ok(text) if !text.trim().is_empty() => Self(Some(text.trim().into())),
            Ok(_) => Self::none("it is empty"),
            Err(error) => Self::none(error),
        }
    }

    fn none(why: impl std::fmt::Display) -> Self {
        tracing::error!(
            "the access token cannot be read, so the API on its address refuses everybody: {why}"
        );
        Self(None)
    }

    fn is(&self, offered: &[u8]) -> bool {
        // In constant time: how long a refusal takes says nothing of how much was right.
        self.0
            .as_ref()
            .is_some_and(|token| verify_slices_are_equal(token.as_bytes(), offered).is_ok())
    }
}

/// Refuses a request without the token.
pub async fn demand(State(token): State<Token>, request: Request, next: Next) -> Response {
    let offered = request.headers().get(header::AUTHORIZATION);
    let offered = offered.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    if offered.is_some_and(|offered| token.is(offered)) {
        return next.run(request).await;
    }
    let title = "the access token is missing or wrong: send the one in the node's directory, file `api-token`";
    let refused = ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", title);
    let mut response = refused.into_response();
    let challenge = HeaderValue::from_static("Bearer realm=\"chancery\"");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, challenge);
    response
}
