use serde::{Deserialize, Serialize};

use super::null_as_default;

/// The error message ([TAXII 2.1 §3.6.1](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)): the body of
/// every failure.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// What went wrong, in a few words. Required; empty if a server left it out.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// What went wrong, in sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// This one failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_id: Option<String>,
    /// This kind of failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The status of the HTTP response, as text: it must be the same (§3.6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<String>,
    /// A URL where more can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_details: Option<String>,
    /// Whatever else the server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<serde_json::Map<String, serde_json::Value>>,
}
