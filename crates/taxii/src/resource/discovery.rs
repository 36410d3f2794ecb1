use serde::{Deserialize, Serialize};

use super::null_as_default;

/// The discovery resource ([TAXII 2.1 §4.1.1](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)): what a
/// server is and which API roots it has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Discovery {
    /// Human-readable name of the server. Required; empty if a server left it out.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// Human-readable description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whom to ask: a person, an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The API root to use if nobody says which. One of [`api_roots`](Self::api_roots), as a URL; absolute or
    /// relative to the discovery URL, as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// URLs of API roots, absolute or relative to the discovery URL, as they came.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub api_roots: Vec<String>,
}
