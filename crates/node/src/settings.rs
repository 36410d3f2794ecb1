//! What an operator decides about a node. Read once, at the start; nothing else reads the environment.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// How often the other parties are asked without a hint from them, seconds.
pub const POLL_SECS_DEFAULT: u64 = 30;

/// The settings of a node: the contents of `node.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// This party's host: its id on every record, for good.
    pub host: String,
    /// Its name as people know it.
    pub name: String,
    /// Where the other parties reach this node, `https://…`.
    pub url: String,
    /// The address the node listens on for the other parties.
    pub listen: SocketAddr,
    /// The loopback address of the JSON API; the socket in the directory is always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<SocketAddr>,
    /// How often the other parties are asked without a hint from them, seconds.
    #[serde(default = "poll_secs_default")]
    pub poll_secs: u64,
    /// Ordinary C2SP witnesses that are asked to cosign this node's logs. Sending never waits for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty", rename = "witness")]
    pub witnesses: Vec<WitnessSettings>,
}

/// One C2SP witness.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessSettings {
    /// Its submission prefix.
    pub url: String,
    /// Its verifier keys; a cosignature of any of them counts.
    pub keys: Vec<String>,
}

fn poll_secs_default() -> u64 {
    POLL_SECS_DEFAULT
}
