//! Collections, API roots and grants.

use axum::{
    Json,
    extract::{Path, State},
};
use http::StatusCode;

use crate::{
    access::Caller,
    api::body::{Asked, JsonBody},
    error::ApiError,
    node::Node,
    request::accounts::{GrantAsked, NewCollection, SetCollection, SetRoot},
    view::accounts::{CollectionView, GrantView, RootView},
};

/// `GET /api/v1/collections`: those that are there for whoever asks.
pub async fn list(State(node): State<Node>, by: Caller) -> Json<Vec<CollectionView>> {
    Json(node.collection_views(&by))
}

/// `GET /api/v1/collections/{collection}`.
pub async fn one(
    State(node): State<Node>,
    by: Caller,
    Path(wanted): Path<String>,
) -> Result<Json<CollectionView>, ApiError> {
    let collection = node.collection_named(&by, &wanted)?;
    Ok(Json(node.collection_view(&by, &collection)))
}

/// `POST /api/v1/collections`: a private track and its settings.
pub async fn create(
    State(node): State<Node>,
    by: Caller,
    JsonBody(new): JsonBody<NewCollection>,
) -> Result<(StatusCode, Json<CollectionView>), ApiError> {
    let made = node.create_collection(&by, new).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// `PATCH /api/v1/collections/{collection}`.
pub async fn set(
    State(node): State<Node>,
    by: Caller,
    Path(wanted): Path<String>,
    JsonBody(asked): JsonBody<SetCollection>,
) -> Result<Json<CollectionView>, ApiError> {
    node.set_collection(&by, &wanted, asked).await.map(Json)
}

/// `GET /api/v1/roots`.
pub async fn roots(State(node): State<Node>, by: Caller) -> Json<Vec<RootView>> {
    Json(node.root_views(&by))
}

/// `PATCH /api/v1/roots/{root}`.
pub async fn set_root(
    State(node): State<Node>,
    by: Caller,
    Path(root): Path<String>,
    JsonBody(asked): JsonBody<SetRoot>,
) -> Result<Json<RootView>, ApiError> {
    node.set_root(&by, &root, asked).await.map(Json)
}

/// `GET /api/v1/grants`.
pub async fn grants(State(node): State<Node>) -> Result<Json<Vec<GrantView>>, ApiError> {
    node.grants().await.map(Json)
}

/// `POST /api/v1/grants`.
pub async fn grant(
    State(node): State<Node>,
    by: Caller,
    JsonBody(asked): JsonBody<GrantAsked>,
) -> Result<Json<GrantView>, ApiError> {
    node.grant(&by, asked).await.map(Json)
}

/// `DELETE /api/v1/grants?user=&scope=`.
pub async fn revoke(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<GrantAsked>,
) -> Result<StatusCode, ApiError> {
    node.revoke(&by, &asked).await?;
    Ok(StatusCode::NO_CONTENT)
}
