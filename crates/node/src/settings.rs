//! What an operator decides about a node. Read once, at the start; nothing else reads the environment. Every setting,
//! its unit, its bounds and where it may be written stand in one table: `crates/chancery/src/config/table.rs`.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

pub mod log;
pub mod taxii;
pub mod web;

use crate::access::RequestLimits;

pub use self::{
    log::{LogFormat, LogSettings},
    taxii::TaxiiSettings,
    web::{ProxyHeader, WebLimits, WebSettings},
};

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
    /// How often the other parties are asked without a hint from them, seconds.
    #[serde(default = "poll_secs_default")]
    pub poll_secs: u64,
    /// The listener for tools and people: TAXII, the JSON API, health, metrics.
    #[serde(default)]
    pub web: WebSettings,
    /// How much TAXII gives and takes at once.
    #[serde(default)]
    pub taxii: TaxiiSettings,
    /// What is logged, and how.
    #[serde(default)]
    pub log: LogSettings,
    /// How many requests a caller may make.
    #[serde(default)]
    pub requests: RequestLimits,
    /// Ordinary C2SP witnesses that are asked to cosign this node's logs. Sending never waits for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty", rename = "witness")]
    pub witnesses: Vec<WitnessSettings>,
}

impl Settings {
    /// The settings of a new node: what has no default is given, the rest is as it comes.
    pub fn new(
        host: impl Into<String>,
        name: impl Into<String>,
        url: impl Into<String>,
        listen: SocketAddr,
    ) -> Self {
        Self {
            host: host.into(),
            name: name.into(),
            url: url.into(),
            listen,
            poll_secs: POLL_SECS_DEFAULT,
            web: WebSettings::default(),
            taxii: TaxiiSettings::default(),
            log: LogSettings::default(),
            requests: RequestLimits::default(),
            witnesses: Vec::new(),
        }
    }
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
