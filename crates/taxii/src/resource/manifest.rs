use serde::{Deserialize, Serialize};

use super::{is_false, null_as_default, text_or_number};

/// The manifest resource ([TAXII 2.1 §5.3.1](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Whether there is more than this page.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "is_false"
    )]
    pub more: bool,
    /// Where the next page begins, in the server's own words. §5.3.1 does not name it, §3.5 needs it.
    #[serde(
        default,
        deserialize_with = "text_or_number",
        skip_serializing_if = "Option::is_none"
    )]
    pub next: Option<String>,
    /// One record for each version of each object, in the order of their addition.
    #[serde(
        default,
        deserialize_with = "null_as_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub objects: Vec<ManifestRecord>,
}

/// What a manifest says of one version of one object (§5.3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestRecord {
    /// The object's identifier.
    pub id: String,
    /// When it was added to the collection, as the server wrote it.
    pub date_added: String,
    /// Its version: `modified`, else `created`, else what the server has for unversioned objects.
    pub version: String,
    /// The media type it can be had in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
}
