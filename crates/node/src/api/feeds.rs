//! Feeds from and to foreign TAXII servers.

use axum::{
    Json,
    extract::{Path, State},
};
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    access::Caller, api::body::JsonBody, error::ApiError, feeds::AddFeed, node::Node,
    view::FeedView,
};

/// `GET /api/v1/feeds`.
pub async fn list(State(node): State<Node>) -> Result<Json<Vec<FeedView>>, ApiError> {
    node.feeds().await.map(Json)
}

/// `POST /api/v1/feeds`.
pub async fn add(
    State(node): State<Node>,
    by: Caller,
    JsonBody(asked): JsonBody<AddFeed>,
) -> Result<(StatusCode, Json<FeedView>), ApiError> {
    let made = node.add_feed(&by, asked).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// `GET /api/v1/feeds/{name}`.
pub async fn show(
    State(node): State<Node>,
    Path(name): Path<String>,
) -> Result<Json<FeedView>, ApiError> {
    node.feed(&name).await.map(Json)
}

/// `DELETE /api/v1/feeds/{name}`.
pub async fn remove(
    State(node): State<Node>,
    by: Caller,
    Path(name): Path<String>,
) -> Result<StatusCode, ApiError> {
    node.remove_feed(&by, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/feeds/{name}/run`: a round now; answered when it has ended.
pub async fn run(
    State(node): State<Node>,
    by: Caller,
    Path(name): Path<String>,
) -> Result<Json<FeedView>, ApiError> {
    node.run_feed(&by, &name).await.map(Json)
}

/// `POST /api/v1/feeds/{name}/pause`.
pub async fn pause(
    State(node): State<Node>,
    by: Caller,
    Path(name): Path<String>,
) -> Result<Json<FeedView>, ApiError> {
    node.pause_feed(&by, &name, true).await.map(Json)
}

/// `POST /api/v1/feeds/{name}/resume`.
pub async fn resume(
    State(node): State<Node>,
    by: Caller,
    Path(name): Path<String>,
) -> Result<Json<FeedView>, ApiError> {
    node.pause_feed(&by, &name, false).await.map(Json)
}

/// Where a feed is put back to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// What was added after this; everything, when absent.
    #[serde(default)]
    since: Option<Timestamp>,
}

/// `POST /api/v1/feeds/{name}/reset`.
pub async fn reset(
    State(node): State<Node>,
    by: Caller,
    Path(name): Path<String>,
    JsonBody(asked): JsonBody<Reset>,
) -> Result<Json<FeedView>, ApiError> {
    node.reset_feed(&by, &name, asked.since).await.map(Json)
}
