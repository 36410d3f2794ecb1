//! Get Status (§4.3).

use axum::{extract::State, response::Response};
use uuid::Uuid;

use super::{
    asker::{Accepts, InRoot, StatusId, hidden},
    outcomes::Outcomes,
    page::json,
    problem::Problem,
};
use crate::node::Node;

/// `GET {api-root}/status/{status-id}/`
///
/// Only who posted is shown what became of it: it names their objects.
pub(super) async fn show(
    State(node): State<Node>,
    seen: InRoot,
    _: Accepts,
    StatusId(text): StatusId,
) -> Result<Response, Problem> {
    let not_here = || {
        let words = format!("there is no status {text} of yours in this API root");
        hidden(&seen.caller, "no_such_status", words)
    };
    let id = Uuid::try_parse(&text).map_err(|_| not_here())?;
    let stored = node.find_status(id).await?.ok_or_else(not_here)?;
    let collection = Uuid::from_bytes(stored.status.collection);
    let is_of_root = seen
        .collections
        .by_id(collection)
        .is_some_and(|collection| collection.root == seen.root.name);
    if stored.status.owner != seen.caller.name() || !is_of_root || seen.caller.is_anonymous() {
        return Err(not_here());
    }
    let outcomes = Outcomes::from_store(&stored).map_err(Problem::internal)?;
    Ok(json(&outcomes.into_resource(id, stored.status.requested)))
}
