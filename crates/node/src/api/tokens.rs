//! Tokens.

use axum::{
    Json,
    extract::{Path, State},
};
use http::{HeaderValue, StatusCode, header};

use crate::{
    access::Caller,
    api::body::JsonBody,
    error::ApiError,
    node::Node,
    request::accounts::NewToken,
    view::accounts::{TokenMade, TokenView},
};

/// `GET /api/v1/tokens`.
pub async fn list(State(node): State<Node>) -> Result<Json<Vec<TokenView>>, ApiError> {
    node.tokens().await.map(Json)
}

/// What keeps an answer with a secret out of caches.
type NoStore = [(header::HeaderName, HeaderValue); 1];

/// `POST /api/v1/tokens`: the answer has the secret, this once.
pub async fn create(
    State(node): State<Node>,
    by: Caller,
    JsonBody(new): JsonBody<NewToken>,
) -> Result<(StatusCode, NoStore, Json<TokenMade>), ApiError> {
    let made = node.create_token(&by, new).await?;
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::CREATED, no_store, Json(made)))
}

/// `DELETE /api/v1/tokens/{id}`: revokes it; it is shown for some time still.
pub async fn revoke(
    State(node): State<Node>,
    by: Caller,
    Path(id): Path<String>,
) -> Result<Json<TokenView>, ApiError> {
    let number = id.parse().map_err(|_| {
        ApiError::not_found(format!(
            "`{id}` is no number of a token; `chancery token list` shows them"
        ))
    })?;
    node.revoke_token(&by, number).await.map(Json)
}
