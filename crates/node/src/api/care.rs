//! What keeps the node going.

use axum::{Json, extract::State};

use crate::{error::ApiError, node::Node, view::SyncReport};

/// `POST /api/v1/sync`: one round of fetching.
pub async fn sync(State(_node): State<Node>) -> Result<Json<SyncReport>, ApiError> {
    // sync::round
    Ok(Json(SyncReport::default()))
}
