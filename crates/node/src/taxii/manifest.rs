//! Get Object Manifests (§5.3).

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use store::Listed;
use taxii::{
    Timestamp,
    filter::Endpoint,
    media,
    resource::{Manifest, ManifestRecord},
};

use super::{
    asker::{AcceptsManifest, Readable},
    page::{Asked, ends, json, version_of},
    problem::Problem,
};
use crate::node::Node;

/// `GET {api-root}/collections/{id}/manifest/`
#[tracing::instrument(name = "taxii.get_manifest", skip_all, fields(collection.id = %may.collection().id))]
pub(super) async fn list(
    State(node): State<Node>,
    Readable(may): Readable,
    _: AcceptsManifest,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let (collection, limits) = (may.collection(), &node.settings().taxii);
    let query = query.unwrap_or_default();
    let asked = Asked::read(limits, Endpoint::Manifest, collection, None, &query)?;
    let track = collection.track.id;
    let page = node
        .store()
        .list(track, asked.wanted.clone(), asked.after, asked.rows)
        .await?;
    let of = asked.page(ends(&page.rows), page.more);
    let manifest = Manifest {
        more: of.next.is_some(),
        next: of.next.clone(),
        objects: page.rows.into_iter().map(record).collect(),
    };
    Ok(of.date(json(&manifest)))
}

fn record(mut row: Listed) -> ManifestRecord {
    let added = Timestamp::from_micros(row.added).unwrap_or(Timestamp::MAX);
    let media_type = if row.spec == 20 {
        media::STIX_20
    } else {
        media::STIX_21
    };
    ManifestRecord {
        version: version_of(&mut row),
        id: row.key.stix_id,
        date_added: added.to_string(),
        media_type: Some(media_type.to_owned()),
    }
}
