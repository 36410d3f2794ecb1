//! Get Objects (§5.4).

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use taxii::filter::Endpoint;

use super::{
    asker::{Accepts, Readable},
    envelope::envelope,
    page::{Asked, success},
    problem::Problem,
};
use crate::node::Node;

/// `GET {api-root}/collections/{id}/objects/`
#[tracing::instrument(name = "taxii.get_objects", skip_all, fields(collection.id = %may.collection().id))]
pub(super) async fn list(
    State(node): State<Node>,
    Readable(may): Readable,
    _: Accepts,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (collection, limits) = (may.collection(), &node.settings().taxii);
    let query = query.unwrap_or_default();
    let asked = Asked::read(limits, Endpoint::Objects, collection, None, &query)?;
    let (track, bytes_max) = (collection.track.id, limits.page_bytes_max);
    let page = node
        .store()
        .list_joined(
            track,
            asked.wanted.clone(),
            asked.after,
            asked.rows,
            bytes_max,
        )
        .await?;
    let of = asked.page(page.ends, page.more);
    Ok(of.date(success(envelope(of.next.as_deref(), page.contents))))
}
