use serde::{Deserialize, Serialize};

use super::null_as_default;

/// The collections resource ([TAXII 2.1 §5.1.1](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)). An
/// empty list is written as `{}`, which §5.1.1 demands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Collections {
    /// The collections, in the server's order.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub collections: Vec<Collection>,
}

/// The collection resource (§5.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its identifier, a UUID in the standard; kept as text, since servers in the wild use other things.
    pub id: String,
    /// Human-readable name. Required; empty if a server left it out.
    #[serde(default, deserialize_with = "null_as_default")]
    pub title: String,
    /// Human-readable description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Another name that can stand for the identifier in a URL; unique within its API root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Whether who asked may get objects. Required.
    pub can_read: bool,
    /// Whether who asked may add objects. Required.
    pub can_write: bool,
    /// What it can hold; empty means `application/stix+json` alone (§5.2.1).
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub media_types: Vec<String>,
}
