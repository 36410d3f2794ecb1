//! Get API Root Information (§4.2).

use axum::{extract::State, response::Response};
use taxii::{media, resource::ApiRoot};

use super::{
    asker::{Accepts, InRoot},
    page::json,
};
use crate::node::Node;

/// `GET {api-root}/`
pub(super) async fn show(State(node): State<Node>, seen: InRoot, _: Accepts) -> Response {
    json(&ApiRoot {
        title: seen.root.title,
        description: seen.root.description,
        versions: vec![media::TAXII_21.to_owned()],
        max_content_length: node.settings().taxii.max_content_length(),
    })
}
