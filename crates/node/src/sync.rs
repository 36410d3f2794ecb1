//! What a node does with the other parties' nodes: fetch, verify, make durable, countersign; hand over receipts; notice
//! forks and restored logs. Over the network or from a bundle, by the same path.

pub mod succeed;
