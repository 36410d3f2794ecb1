//! Get Collections (§5.1) and Get a Collection (§5.2): those that whoever asks sees, with what they may.

use std::sync::Arc;

use axum::response::Response;
use taxii::{media, resource};

use super::{
    asker::{Accepts, InRoot, Seen},
    page::json,
};
use crate::{access::Caller, collections::Collection};

/// `GET {api-root}/collections/`
pub(super) async fn list(seen: InRoot, _: Accepts) -> Response {
    let InRoot {
        caller,
        collections,
        root,
    } = seen;
    // By title, then id: the consistent order of §3.3.
    let collections = collections
        .in_root(root.name.as_str())
        .filter(|each| caller.sees(each))
        .map(|each| resource(&caller, each))
        .collect();
    json(&resource::Collections { collections })
}

/// `GET {api-root}/collections/{id}/`
pub(super) async fn show(Seen { caller, collection }: Seen, _: Accepts) -> Response {
    json(&resource(&caller, &collection))
}

fn resource(caller: &Caller, collection: &Arc<Collection>) -> resource::Collection {
    resource::Collection {
        id: collection.id.to_string(),
        title: collection.title.clone(),
        description: collection.description.clone(),
        alias: collection.alias.clone(),
        can_read: caller.reads(collection).is_some(),
        can_write: caller.writes(collection).is_some(),
        media_types: vec![media::STIX_21.to_owned(), media::STIX_20.to_owned()],
    }
}
