//! The outbox: what waits for clearance.

use axum::{
    Json,
    extract::{Path, State},
};

use crate::{
    access::Caller,
    api::body::{Asked, JsonBody},
    error::ApiError,
    node::Node,
    request::{Decide, OutboxAsked},
    view::{DecidedView, OutboxView, WaitingView},
};

/// `GET /api/v1/outbox[?track=&state=&request=&after=&limit=]`.
pub async fn list(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<OutboxAsked>,
) -> Result<Json<OutboxView>, ApiError> {
    node.outbox(&by, asked).await.map(Json)
}

/// `GET /api/v1/outbox/{id}`.
pub async fn show(
    State(node): State<Node>,
    by: Caller,
    Path(id): Path<String>,
) -> Result<Json<WaitingView>, ApiError> {
    let number = id.parse().map_err(|_| {
        ApiError::not_found(format!("`{id}` is no number of an item in the outbox"))
    })?;
    node.outbox_item(&by, number).await.map(Json)
}

/// `POST /api/v1/outbox/clear`.
pub async fn clear(
    State(node): State<Node>,
    by: Caller,
    JsonBody(request): JsonBody<Decide>,
) -> Result<Json<DecidedView>, ApiError> {
    node.decide(&by, request, true).await.map(Json)
}

/// `POST /api/v1/outbox/refuse`.
pub async fn refuse(
    State(node): State<Node>,
    by: Caller,
    JsonBody(request): JsonBody<Decide>,
) -> Result<Json<DecidedView>, ApiError> {
    node.decide(&by, request, false).await.map(Json)
}
