//! The listener for tools and people, from outside: what it bears with, for how long, and how it says no.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod exposition;
mod heads;
mod http2;
mod proxies;
mod server;
mod slow;
mod stopping;
mod tls;
mod watched;
