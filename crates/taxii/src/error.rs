//! The body of every failure: the error message of §3.6.1.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What went wrong, for people and for programs (§3.6.1). Only the title is required; what a server says beyond it is
/// its own, and no two servers mean the same by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// What went wrong, in a few words.
    pub title: String,
    /// The same in full: what, where, and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Names this one failure, so that it can be found in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_id: Option<String>,
    /// Names this kind of failure, for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// The HTTP status, as text: it must be the one of the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<String>,
    /// A URL with more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_details: Option<String>,
    /// Whatever else the server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<BTreeMap<String, serde_json::Value>>,
}

impl ErrorMessage {
    /// A message with its status, its kind and its words.
    #[must_use]
    pub fn new(status: http::StatusCode, code: &str, title: &str, description: &str) -> Self {
        Self {
            title: title.to_owned(),
            description: Some(description.to_owned()),
            error_code: Some(code.to_owned()),
            http_status: Some(status.as_str().to_owned()),
            ..Self::default()
        }
    }

    /// The bytes of the body.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and JSON values always become JSON")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_left_out() {
        let status = http::StatusCode::NOT_FOUND;
        let message = ErrorMessage::new(status, "no_collection", "no such collection", "none");
        assert_eq!(
            String::from_utf8(message.to_json()).unwrap(),
            r#"{"title":"no such collection","description":"none","error_code":"no_collection","http_status":"404"}"#
        );
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        let text = r#"{
            "title": "Error condition XYZ",
            "description": "This error is caused when the application tries to access data...",
            "error_id": "1234", "error_code": "581234", "http_status": "409",
            "external_details": "http://example.com/ticketnumber1/errorid-1234",
            "details": {"somekey1": "somevalue", "somekey2": "some other value"},
            "x_of_their_own": 1
        }"#;
        let message: ErrorMessage = serde_json::from_str(text).unwrap();
        assert_eq!(message.http_status.as_deref(), Some("409"));
        assert_eq!(message.details.unwrap().len(), 2);
    }
}
