//! Keys.

use axum::{Json, extract::State};
use record::name::Origin;

use crate::{
    api::body::JsonBody,
    error::ApiError,
    node::Node,
    request::RotateKeys,
    rotate::{self, RotateError},
    view::RotatedView,
};

/// `POST /api/v1/keys`: new keys for this party's log in a track.
pub async fn rotate(
    State(node): State<Node>,
    JsonBody(request): JsonBody<RotateKeys>,
) -> Result<Json<RotatedView>, ApiError> {
    let track = node
        .directory()
        .track(&request.track)
        .map_err(ApiError::not_found)?;
    let rotated = rotate::rotate(&node, &track).await?;
    let directory = node.directory();
    let address = |origin: &Origin| {
        let log = directory.log_of(origin.as_str());
        log.map_or_else(|| origin.to_string(), |log| directory.log_address(log))
    };
    Ok(Json(RotatedView {
        track: track.terms.name().to_string(),
        ended: rotated.ended.to_string(),
        size: rotated.size,
        successor: rotated.successor.to_string(),
        ended_address: address(&rotated.ended),
        address: address(&rotated.successor),
    }))
}

impl From<RotateError> for ApiError {
    fn from(error: RotateError) -> Self {
        match error {
            RotateError::NoLog(_) => Self::refused("no_open_log", error.to_string()),
            RotateError::Sequence(error) => error.into(),
            error => Self::internal(error),
        }
    }
}
