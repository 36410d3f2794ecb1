use serde::{Deserialize, Serialize};

use super::{is_false, null_as_default, text_or_number};

/// The versions resource ([TAXII 2.1 §5.8.1](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Versions {
    /// Whether there is more than this page.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "is_false"
    )]
    pub more: bool,
    /// Where the next page begins, in the server's own words.
    #[serde(
        default,
        deserialize_with = "text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub next: Option<String>,
    /// The versions of one object, in the order of their addition.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub versions: Vec<String>,
}
