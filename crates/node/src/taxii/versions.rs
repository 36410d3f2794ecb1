//! Get Object Versions (§5.8).

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use taxii::{filter::Endpoint, resource::Versions};

use super::{
    asker::{Accepts, ObjectId, Readable},
    object::must_exist,
    page::{Asked, ends, json, version_of},
    problem::Problem,
};
use crate::node::Node;

/// `GET {api-root}/collections/{id}/objects/{object-id}/versions/`
#[tracing::instrument(name = "taxii.get_versions", skip_all, fields(collection.id = %may.collection().id))]
pub(super) async fn list(
    State(node): State<Node>,
    Readable(may): Readable,
    _: Accepts,
    RawQuery(query): RawQuery,
    ObjectId(id): ObjectId,
) -> Result<Response, Problem> {
    let (collection, limits) = (may.collection(), &node.settings().taxii);
    let query = query.unwrap_or_default();
    let asked = Asked::read(limits, Endpoint::Versions, collection, Some(&id), &query)?;
    let track = collection.track.id;
    let page = node
        .store()
        .list(track, asked.wanted.clone(), asked.after, asked.rows)
        .await?;
    if page.rows.is_empty() {
        must_exist(&node, track, &id, &asked.wanted.versions).await?;
    }
    let of = asked.page(ends(&page.rows), page.more);
    let versions = Versions {
        more: of.next.is_some(),
        next: of.next.clone(),
        versions: page
            .rows
            .into_iter()
            .map(|mut row| version_of(&mut row))
            .collect(),
    };
    Ok(of.date(json(&versions)))
}
