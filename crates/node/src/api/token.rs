//! Who may ask over a loopback address: whoever can read the token in the node's directory.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, StatusCode, header};

use crate::{
    error::ApiError,
    home::{Home, HomeError},
};

/// The access token.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    /// Reads the token of a node.
    ///
    /// # Errors
    /// [`HomeError::Io`]; an empty file is no token.
    pub fn read(home: &Home) -> Result<Self, HomeError> {
        let path = home.api_token();
        let text = home.read(&path)?;
        match text.trim() {
            "" => Err(HomeError::Io {
                path,
                source: std::io::Error::other("the access token is empty"),
            }),
            token => Ok(Self(token.into())),
        }
    }

    fn is(&self, offered: &[u8]) -> bool {
        // In constant time: how long a refusal takes says nothing of how much was right.
        aws_lc_rs::constant_time::verify_slices_are_equal(self.0.as_bytes(), offered).is_ok()
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
