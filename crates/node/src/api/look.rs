//! Looking: nothing is recorded by it.

use axum::{Json, extract::State};
use serde::Deserialize;

use crate::{
    access::Caller,
    api::body::Asked,
    error::ApiError,
    node::Node,
    setup::party_view,
    view::{CardView, ItemView, StatusView},
};

/// `GET /api/v1/card`.
pub async fn card(State(node): State<Node>) -> Json<CardView> {
    Json(CardView {
        card: node.card().note().to_string(),
        party: party_view(node.card()),
    })
}

/// `GET /api/v1/status`.
pub async fn status(State(node): State<Node>, by: Caller) -> Result<Json<StatusView>, ApiError> {
    let status = node.status().await?;
    Ok(Json(node.shown_to(&by).status(status)))
}

/// Which item.
#[derive(Debug, Deserialize)]
pub struct ItemAsked {
    /// Its address: `TRACK/PARTY/INDEX` or `ORIGIN#INDEX`.
    item: String,
}

/// `GET /api/v1/items?item=`.
pub async fn item(
    State(node): State<Node>,
    by: Caller,
    Asked(asked): Asked<ItemAsked>,
) -> Result<Json<ItemView>, ApiError> {
    node.shown_to(&by).item_to_read(&asked.item)?;
    node.item(&asked.item).await.map(Json)
}
