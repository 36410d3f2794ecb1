//! The JSON API, through the router, on nodes in directories of their own: what it does, and in which words it refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod acts;
mod administration;
mod alone;
mod care;
mod founding;
mod logins;
mod people;
mod permissions;
mod proofs;
mod refusals;
mod window;
mod world;
