use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{is_false, null_as_default, text_or_number};

/// The envelope resource ([TAXII 2.1 §3.7](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)). Objects
/// are the bytes that came: nothing between two servers re-spells a number or a text.
///
/// ```
/// let body = br#"{"more":true,"next":"17","objects":[{"id":"x","n":1.50}]}"#;
/// let envelope: taxii::resource::Envelope = serde_json::from_slice(body)?;
/// assert_eq!(envelope.objects[0].get(), r#"{"id":"x","n":1.50}"#);
/// assert_eq!(serde_json::to_vec(&envelope)?, body);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Envelope {
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
    /// The objects, in the order of their addition.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub objects: Vec<Box<RawValue>>,
}
