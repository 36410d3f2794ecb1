//! Add Objects (§5.5).

use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{
    asker::{Accepts, Writable},
    body::EnvelopeBody,
    outcomes::Outcomes,
    page::json,
    problem::Problem,
};
use crate::node::Node;

/// `POST {api-root}/collections/{id}/objects/`
///
/// Each object is added or refused by itself, and the answer says which. Only a body that cannot be read as a whole
/// fails as a whole, and then nothing of it is stored.
#[tracing::instrument(
    name = "taxii.add_objects",
    skip_all,
    fields(collection.id = %to.collection().id, body.size_bytes = body.bytes.len())
)]
pub(super) async fn add(
    State(node): State<Node>,
    Writable { caller, to }: Writable,
    _: Accepts,
    body: EnvelopeBody,
) -> Result<Response, Problem> {
    let EnvelopeBody { bytes, share } = body;
    is_envelope(&bytes)?;
    let requested = node.clock().now().as_microsecond();
    let id = node.random().uuid();
    let passing = node.pass_objects(&to, &caller, bytes, Some(id)).await?;
    drop(share);
    let outcomes = Outcomes::of(passing.outcomes);
    if outcomes.is_empty() {
        // A status could not say it: a total_count of 0 means that the request is still to be looked at (§4.3.1). And a
        // list that is empty is none (§2).
        return Err(not_an_envelope(
            "there is no object in the envelope; send {\"objects\": [...]}",
        ));
    }
    let collection = to.collection().id;
    let stored = outcomes.to_store(id, caller.name(), collection, requested)?;
    node.keep_status(stored).await?;
    let mut response = json(&outcomes.into_resource(id, requested));
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

/// The body is an envelope, which is a JSON object (§3.7). A bundle is one that has more members, and is taken: the
/// `stix2` library sends it. People may hand in lists to the node, tools of TAXII may not.
fn is_envelope(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(not_an_envelope(
            "the body is a list; send an envelope: {\"objects\": [...]}",
        ));
    }
    Ok(())
}

fn not_an_envelope(words: &str) -> Problem {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "no_envelope", "unprocessable content", words)
}
