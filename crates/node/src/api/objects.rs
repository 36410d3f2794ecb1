//! Objects: where they came from, and their proofs.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;

use crate::{
    access::Caller,
    api::body::Asked,
    error::ApiError,
    node::Node,
    request::{ObjectAsked, ProofAsked},
    view::ObjectView,
};

/// `GET /api/v1/objects?collection=&id=[&version=]`.
pub async fn object(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<ObjectAsked>,
) -> Result<Json<ObjectView>, ApiError> {
    node.provenance(&by, asked).await.map(Json)
}

/// `GET /api/v1/objects/proof?item=` or `?collection=&id=[&version=]`, with `&level=`: the tlog-proof, as text.
pub async fn proof(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<ProofAsked>,
) -> Result<Response, ApiError> {
    let proof = node.object_proof(&by, asked).await?;
    let text = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((text, proof.proof).into_response())
}
