//! Inquiries, answers and steps.

use axum::{Json, extract::State};

use crate::{
    api::body::JsonBody,
    error::ApiError,
    node::Node,
    request::{Answer, Inquire, Step},
    view::HandedOver,
};

/// `POST /api/v1/inquiries`.
pub async fn inquire(
    State(node): State<Node>,
    JsonBody(request): JsonBody<Inquire>,
) -> Result<Json<HandedOver>, ApiError> {
    node.inquire(request).await.map(Json)
}

/// `POST /api/v1/answers`.
pub async fn answer(
    State(node): State<Node>,
    JsonBody(request): JsonBody<Answer>,
) -> Result<Json<HandedOver>, ApiError> {
    node.answer(request).await.map(Json)
}

/// `POST /api/v1/steps`.
pub async fn step(
    State(node): State<Node>,
    JsonBody(request): JsonBody<Step>,
) -> Result<Json<HandedOver>, ApiError> {
    node.step(request).await.map(Json)
}
