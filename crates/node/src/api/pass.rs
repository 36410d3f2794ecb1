//! Passing information.

use axum::{Json, extract::State};
use serde::Deserialize;

use crate::{
    access::Caller,
    api::body::{Asked, BulkBody},
    desk::pass::Tell,
    error::ApiError,
    node::Node,
    view::PassReport,
};

/// Where to.
#[derive(Debug, Deserialize)]
pub struct Where {
    /// The track, as NAME or DIALOGUE/NAME.
    track: String,
    /// `all` for every outcome, not the refusals alone.
    #[serde(default)]
    tell: Tell,
}

/// `POST /api/v1/pass?track=[&tell=all]`: a bundle, an envelope, a list, or one object.
pub async fn pass(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<Where>,
    BulkBody(body): BulkBody,
) -> Result<Json<PassReport>, ApiError> {
    node.pass(&asked.track, &by, body, asked.tell)
        .await
        .map(Json)
}
