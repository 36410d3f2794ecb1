//! TAXII 2.1 through the router, on nodes with real stores: every endpoint, and by name every fault that other servers
//! were seen to have.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod adding;
mod bodies;
mod deleting;
mod discovering;
mod errors;
mod filtering;
mod negotiating;
mod paging;
mod permissions;
mod reading;
mod statuses;
mod world;
