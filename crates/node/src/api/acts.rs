//! Inquiries, answers and steps.

use axum::{Json, extract::State};

use crate::{
    access::Caller,
    api::body::JsonBody,
    error::ApiError,
    node::Node,
    request::{Answer, Inquire, Step},
    view::HandedOver,
};

/// `POST /api/v1/inquiries`.
pub async fn inquire(
    State(node): State<Node>,
    by: Caller,
    JsonBody(request): JsonBody<Inquire>,
) -> Result<Json<HandedOver>, ApiError> {
    node.shown_to(&by).to_write(&request.track)?;
    node.inquire(&by, request).await.map(Json)
}

/// `POST /api/v1/answers`.
pub async fn answer(
    State(node): State<Node>,
    by: Caller,
    JsonBody(request): JsonBody<Answer>,
) -> Result<Json<HandedOver>, ApiError> {
    node.shown_to(&by).item_to_write(&request.item)?;
    node.answer(&by, request).await.map(Json)
}

/// `POST /api/v1/steps`.
pub async fn step(
    State(node): State<Node>,
    by: Caller,
    JsonBody(request): JsonBody<Step>,
) -> Result<Json<HandedOver>, ApiError> {
    node.shown_to(&by).item_to_write(&request.item)?;
    node.step(&by, request).await.map(Json)
}
