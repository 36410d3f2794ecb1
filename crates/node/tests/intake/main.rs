//! From a body to the record: what is read and what is refused, whole or object by object; judgement, ceiling,
//! clearance, provenance.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod ceiling;
mod crash;
mod judgement;
mod load;
mod outbox;
mod provenance;
mod world;
