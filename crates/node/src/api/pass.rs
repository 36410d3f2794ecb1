//! Passing information.

use axum::{Json, extract::State};
use serde::Deserialize;

use crate::{
    api::body::{Asked, BulkBody},
    error::ApiError,
    node::Node,
    view::PassReport,
};

/// Where to.
#[derive(Debug, Deserialize)]
pub struct Where {
    /// The track, as NAME or DIALOGUE/NAME.
    track: String,
}

/// `POST /api/v1/pass?track=`: a bundle, an envelope, a list, or one object.
pub async fn pass(
    State(node): State<Node>,
    Asked(asked): Asked<Where>,
    BulkBody(body): BulkBody,
) -> Result<Json<PassReport>, ApiError> {
    node.pass(&asked.track, body).await.map(Json)
}
