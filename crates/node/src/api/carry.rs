//! Going to and fro with the other parties: over the network, or in a bundle on a stick.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};

use crate::{
    api::body::{FileBody, JsonBody},
    error::ApiError,
    node::Node,
    request::Export,
    sync,
    view::SyncReport,
};

/// `POST /api/v1/sync`: one round of fetching.
pub async fn sync(State(node): State<Node>) -> Json<SyncReport> {
    Json(sync::round(&node).await)
}

/// `POST /api/v1/export`: a bundle.
pub async fn export(
    State(node): State<Node>,
    JsonBody(request): JsonBody<Export>,
) -> Result<Response, ApiError> {
    let bundle = sync::carry::export(&node, &request).await?;
    Ok(tar(bundle))
}

/// `POST /api/v1/import`: takes a bundle in.
pub async fn import(
    State(node): State<Node>,
    FileBody(file): FileBody,
) -> Result<Json<SyncReport>, ApiError> {
    sync::carry::import(&node, file).await.map(Json)
}

/// Bytes of a tar.
pub(crate) fn tar(bytes: Vec<u8>) -> Response {
    let media = HeaderValue::from_static("application/x-tar");
    ([(header::CONTENT_TYPE, media)], bytes).into_response()
}
