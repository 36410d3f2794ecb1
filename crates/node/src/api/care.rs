//! What keeps the node well.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse as _, Response},
};
use futures::stream;
use http::{HeaderValue, header};
use tokio::io::AsyncReadExt as _;

use crate::{
    error::ApiError,
    node::Node,
    view::{Finding, FsckView},
};

/// Bytes of a backup that are sent at once.
const CHUNK_BYTES: usize = 256 << 10;

/// `POST /api/v1/fsck`.
pub async fn fsck(State(node): State<Node>) -> Result<Json<FsckView>, ApiError> {
    node.fsck().await.map(Json)
}

/// `GET /api/v1/doctor`.
pub async fn doctor(State(node): State<Node>) -> Result<Json<Vec<Finding>>, ApiError> {
    node.doctor().await.map(Json)
}

/// `POST /api/v1/backup`: a tar, streamed.
pub async fn backup(State(node): State<Node>) -> Result<Response, ApiError> {
    let file = tokio::fs::File::from_std(node.backup().await?);
    let chunks = stream::try_unfold(file, async |mut file| {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        file.read_buf(&mut chunk).await?;
        Ok::<_, std::io::Error>((!chunk.is_empty()).then(|| (Bytes::from(chunk), file)))
    });
    let media = HeaderValue::from_static("application/x-tar");
    Ok(([(header::CONTENT_TYPE, media)], Body::from_stream(chunks)).into_response())
}
