//! A node as a TAXII server for others: the clients that people have, a crawl while others write, and what bad input
//! costs. Each test starts a process of its own by `conformance/peers/chancery`.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

mod clients;
mod crawl;
mod load;
mod served;
