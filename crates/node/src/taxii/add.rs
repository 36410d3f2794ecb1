//! Add Objects (§5.5).

use axum::{extract::State, response::Response};
use http::StatusCode;
use tracing::Span;

use super::{
    asker::{Accepts, Writable},
    body::EnvelopeBody,
    outcomes::Outcomes,
    page::json,
    problem::Problem,
};
use crate::{
    intake::{Admission, Rules},
    node::Node,
};

/// `POST {api-root}/collections/{id}/objects/`
///
/// Each object is added or refused by itself, and the answer says which. Only a body that cannot be read as a whole
/// fails as a whole, and then nothing of it is stored.
#[tracing::instrument(
    name = "taxii.add_objects",
    skip_all,
    fields(collection.id = %to.collection().id, body.size_bytes)
)]
pub(super) async fn add(
    State(node): State<Node>,
    Writable { caller, to }: Writable,
    _: Accepts,
    body: EnvelopeBody,
) -> Result<Response, Problem> {
    let envelope = body.read(&node, Rules::of(to.collection())).await?;
    Span::current().record("body.size_bytes", envelope.bytes_len);
    let admission = envelope.admission;
    is_envelope(&admission)?;
    let requested = node.clock().now().as_microsecond();
    let id = node.random().uuid();
    let passing = node.pass_objects(&to, &caller, admission, Some(id)).await?;
    drop(envelope.share);
    let outcomes = Outcomes::of(passing.outcomes);
    let collection = to.collection().id;
    let stored = outcomes.to_store(id, caller.name(), collection, requested)?;
    node.keep_status(stored).await?;
    let mut response = json(&outcomes.into_resource(id, requested));
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

/// The body is an envelope, which is a JSON object (§3.7). A bundle is one that has more members, and is taken: the
/// `stix2` library sends it. People may hand in lists to the node, tools of TAXII may not.
fn is_envelope(admission: &Admission) -> Result<(), Problem> {
    if admission.is_list() {
        return Err(not_an_envelope(
            "the body is a list; send an envelope: {\"objects\": [...]}",
        ));
    }
    // A status could not say it: a total_count of 0 means that the request is still to be looked at (§4.3.1). And a
    // list that is empty is none (§2).
    if admission.is_empty() {
        return Err(not_an_envelope(
            "there is no object in the envelope; send {\"objects\": [...]}",
        ));
    }
    Ok(())
}

fn not_an_envelope(words: &str) -> Problem {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Problem::new(status, "no_envelope", "unprocessable content", words)
}
