//! Dialogues and tracks.

use axum::{Json, extract::State};

use crate::{
    access::Caller,
    api::body::JsonBody,
    error::ApiError,
    node::Node,
    request::{Accept, Found, NewTrack},
    view::{DialogueView, TrackView},
};

/// `GET /api/v1/dialogues`.
pub async fn list(
    State(node): State<Node>,
    by: Caller,
) -> Result<Json<Vec<DialogueView>>, ApiError> {
    let shown = node.shown_to(&by);
    let mut dialogues = node.dialogues()?;
    dialogues.retain(|dialogue| shown.has_dialogue(&dialogue.id));
    Ok(Json(dialogues))
}

/// `POST /api/v1/dialogues`: draft a charter and sign it.
pub async fn found(
    State(node): State<Node>,
    JsonBody(request): JsonBody<Found>,
) -> Result<Json<DialogueView>, ApiError> {
    node.found(request).await.map(Json)
}

/// `POST /api/v1/dialogues/accept`: sign a charter, or take in the one all have signed.
pub async fn accept(
    State(node): State<Node>,
    JsonBody(request): JsonBody<Accept>,
) -> Result<Json<DialogueView>, ApiError> {
    node.accept(request).await.map(Json)
}

/// `GET /api/v1/tracks`.
pub async fn tracks(
    State(node): State<Node>,
    by: Caller,
) -> Result<Json<Vec<TrackView>>, ApiError> {
    let tracks = node.tracks().await?;
    Ok(Json(node.shown_to(&by).tracks(tracks)))
}

/// `POST /api/v1/tracks`: make a private track.
pub async fn create_track(
    State(node): State<Node>,
    JsonBody(request): JsonBody<NewTrack>,
) -> Result<Json<TrackView>, ApiError> {
    node.create_track(request).await.map(Json)
}
