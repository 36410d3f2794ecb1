//! Delete an Object (§5.7): out of what the collection lists. The record keeps its entries.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    response::Response,
};
use taxii::filter::Endpoint;

use super::{
    asker::{Accepts, Deletable, ObjectId},
    page::{Asked, success},
    problem::Problem,
};
use crate::{intake::ACT_TYPE_PREFIX, node::Node};

/// `DELETE {api-root}/collections/{id}/objects/{object-id}/`
#[tracing::instrument(name = "taxii.delete_object", skip_all, fields(collection.id = %from.collection().id))]
pub(super) async fn delete(
    State(node): State<Node>,
    Deletable { caller, from }: Deletable,
    _: Accepts,
    RawQuery(query): RawQuery,
    ObjectId(id): ObjectId,
) -> Result<Response, Problem> {
    let collection = from.collection();
    let query = query.unwrap_or_default();
    let limits = &node.settings().taxii;
    let asked = Asked::read(limits, Endpoint::Delete, collection, Some(&id), &query)?;
    // No tool could add it again: acts are handed over by their own commands.
    if id.starts_with(ACT_TYPE_PREFIX) {
        let words = format!("{id} is an act of the dialogue, and acts stay in their collection");
        return Err(Problem::forbidden(words));
    }
    let at = node.clock().now().as_microsecond();
    let track = collection.track.id;
    let versions = node.store().unlist(track, asked.wanted, at).await?;
    if versions == 0 {
        let words = format!("there is no such version of {id} in this collection");
        return Err(Problem::not_found("no_such_object", words));
    }
    let target = format!("{}: {id}, versions: {versions}", collection.path());
    node.note_soon(caller.line(&node, "object.delete", target, "done"));
    Ok(success(Body::empty()))
}
