//! Users.

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
    request::accounts::{ChangeUser, DeleteUser, NewUser},
    view::accounts::UserView,
};

/// `GET /api/v1/users`.
pub async fn list(State(node): State<Node>) -> Result<Json<Vec<UserView>>, ApiError> {
    node.users().await.map(Json)
}

/// `GET /api/v1/users/{name}`.
pub async fn one(
    State(node): State<Node>,
    Path(name): Path<String>,
) -> Result<Json<UserView>, ApiError> {
    node.user(&name).await.map(Json)
}

/// `POST /api/v1/users`.
pub async fn create(
    State(node): State<Node>,
    by: Caller,
    JsonBody(new): JsonBody<NewUser>,
) -> Result<(StatusCode, Json<UserView>), ApiError> {
    let made = node.create_user(&by, new).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// `PATCH /api/v1/users/{name}`.
pub async fn change(
    State(node): State<Node>,
    by: Caller,
    Path(name): Path<String>,
    JsonBody(change): JsonBody<ChangeUser>,
) -> Result<Json<UserView>, ApiError> {
    node.change_user(&by, &name, change).await.map(Json)
}

/// `DELETE /api/v1/users/{name}`.
pub async fn delete(
    State(node): State<Node>,
    by: Caller,
    Path(name): Path<String>,
    Asked(asked): Asked<DeleteUser>,
) -> Result<StatusCode, ApiError> {
    node.delete_user(&by, &name, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}
