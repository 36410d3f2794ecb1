//! Proofs for outsiders.

use axum::{Json, extract::State};
use serde::Deserialize;

use crate::{
    access::Caller,
    api::body::{Asked, JsonBody},
    error::ApiError,
    node::Node,
    request::{Prove, ProveAbsence},
    view::ProofView,
};

/// `POST /api/v1/proofs`.
pub async fn prove(
    State(node): State<Node>,
    by: Caller,
    JsonBody(request): JsonBody<Prove>,
) -> Result<Json<ProofView>, ApiError> {
    node.shown_to(&by).item_to_read(&request.item)?;
    node.prove(request).await.map(Json)
}

/// `POST /api/v1/absence-proofs`.
pub async fn prove_absence(
    State(node): State<Node>,
    by: Caller,
    JsonBody(request): JsonBody<ProveAbsence>,
) -> Result<Json<ProofView>, ApiError> {
    node.shown_to(&by).to_read(&request.track)?;
    node.prove_absence(request).await.map(Json)
}

/// Which alarm.
#[derive(Debug, Deserialize)]
pub struct AlarmAsked {
    /// Its number, as `status` shows it.
    alarm: u64,
}

/// `GET /api/v1/evidence?alarm=`.
pub async fn evidence(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<AlarmAsked>,
) -> Result<Json<ProofView>, ApiError> {
    node.shown_to(&by).alarm(&node, asked.alarm).await?;
    node.evidence(asked.alarm).await.map(Json)
}

/// Which log.
#[derive(Debug, Deserialize)]
pub struct LogAsked {
    /// The track.
    track: String,
    /// The party.
    party: String,
}

/// `GET /api/v1/checkpoint?track=&party=`.
pub async fn checkpoint(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<LogAsked>,
) -> Result<Json<ProofView>, ApiError> {
    node.shown_to(&by).to_read(&asked.track)?;
    node.checkpoint(&asked.track, &asked.party).await.map(Json)
}

/// Which dialogue.
#[derive(Debug, Deserialize)]
pub struct DialogueAsked {
    /// Its name or id.
    dialogue: String,
}

/// `GET /api/v1/policy?dialogue=`: the keys of every log and party of a dialogue, as a C2SP tlog-policy.
pub async fn policy(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<DialogueAsked>,
) -> Result<String, ApiError> {
    node.shown_to(&by).dialogue(&asked.dialogue)?;
    node.dialogue_policy(&asked.dialogue)
}
