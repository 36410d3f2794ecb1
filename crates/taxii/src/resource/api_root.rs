use serde::{Deserialize, Serialize};

use super::null_as_default;

/// The API root resource ([TAXII 2.1 §4.2.1](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiRoot {
    /// Human-readable name. Required; empty if a server left it out.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// Human-readable description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Media types of TAXII it speaks: `application/taxii+json;version=2.1`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub versions: Vec<String>,
    /// Longest body of a request, in bytes: §4.2.1 says that smaller bodies are not answered with 413. Required; if a
    /// server left it out, the longest there is: it then has to say 413 itself.
    #[serde(default = "no_limit_said")]
    pub max_content_length: u64,
}

fn no_limit_said() -> u64 {
    u64::MAX
}
