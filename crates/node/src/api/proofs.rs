//! Proofs for outsiders.

use axum::{Json, extract::State};

use crate::{
    api::body::JsonBody,
    error::ApiError,
    node::Node,
    request::{Prove, ProveAbsence},
    view::ProofView,
};

/// `POST /api/v1/proofs`.
pub async fn prove(
    State(node): State<Node>,
    JsonBody(request): JsonBody<Prove>,
) -> Result<Json<ProofView>, ApiError> {
    node.prove(request).await.map(Json)
}

/// `POST /api/v1/absence-proofs`.
pub async fn prove_absence(
    State(node): State<Node>,
    JsonBody(request): JsonBody<ProveAbsence>,
) -> Result<Json<ProofView>, ApiError> {
    node.prove_absence(request).await.map(Json)
}
