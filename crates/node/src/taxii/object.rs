//! Get an Object (§5.6).

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use http::HeaderMap;
use store::{SPECS, TrackId, VersionsWanted, Wanted};
use taxii::filter::Endpoint;

use super::{
    asker::{Accepts, ObjectId, Readable},
    envelope::envelope,
    page::{Asked, success},
    problem::Problem,
};
use crate::node::Node;

/// `GET {api-root}/collections/{id}/objects/{object-id}/`
#[tracing::instrument(name = "taxii.get_object", skip_all, fields(collection.id = %may.collection().id))]
pub(super) async fn show(
    State(node): State<Node>,
    Readable(may): Readable,
    _: Accepts,
    RawQuery(query): RawQuery,
    ObjectId(id): ObjectId,
) -> Result<Response, Problem> {
    let (collection, limits) = (may.collection(), &node.settings().taxii);
    let query = query.unwrap_or_default();
    let asked = Asked::read(limits, Endpoint::Object, collection, Some(&id), &query)?;
    let (track, bytes_max) = (collection.track.id, limits.page_bytes_max);
    let store = node.store();
    let page = store
        .list_joined(
            track,
            asked.wanted.clone(),
            asked.after,
            asked.rows,
            bytes_max,
        )
        .await?;
    if page.rows == 0 {
        must_exist(&node, track, &id, &asked.wanted.versions).await?;
    }
    // Headers speak of one version, so they come where there is one.
    let mut origin = HeaderMap::new();
    if page.rows == 1 {
        let row = store
            .list(track, asked.wanted.clone(), asked.after, 1)
            .await?;
        if let Some(row) = row.rows.first() {
            origin = node.provenance_headers(&collection.track, row);
        }
    }
    let of = asked.page(page.ends, page.more);
    let mut response = of.date(success(envelope(of.next.as_deref(), page.contents)));
    response.headers_mut().extend(origin);
    Ok(response)
}

/// Tells an object that is not there from one of which the filters leave nothing: 404 or an empty envelope (§5.6).
/// Versions that are asked for by name are part of what must be there, because a version that was deleted has to be
/// answered with 404 (§5.7).
pub(super) async fn must_exist(
    node: &Node,
    track: TrackId,
    id: &str,
    versions: &VersionsWanted,
) -> Result<(), Problem> {
    let by_name = !versions.exact.is_empty() && !versions.first && !versions.last;
    let any = Wanted {
        ids: vec![id.to_owned()],
        versions: VersionsWanted {
            all: !by_name,
            first: false,
            last: false,
            exact: if by_name {
                versions.exact.clone()
            } else {
                Vec::new()
            },
        },
        specs: SPECS.to_vec(),
        ..Wanted::default()
    };
    let found = node.store().list(track, any, 0, 1).await?;
    if found.rows.is_empty() {
        let words = if by_name {
            format!("there is no object {id} in these versions in this collection")
        } else {
            format!("there is no object {id} in this collection")
        };
        return Err(Problem::not_found("no_such_object", words));
    }
    Ok(())
}
