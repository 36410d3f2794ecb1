//! Which version of which object an item carries: from STIX, as the store is told of it.

use stix::SpecVersion;
use store::{NewObject, VersionKey};

/// A version of an object that is passed, as the store is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectVersion {
    /// Id of the object.
    pub stix_id: String,
    /// As in [`NewObject::version`].
    pub version: String,
    /// As in [`NewObject::order`].
    pub order: String,
    /// As in [`NewObject::spec`].
    pub spec: u8,
}

impl ObjectVersion {
    /// What an object says of itself.
    pub fn of(object: &stix::View) -> Self {
        let version = object.version();
        Self {
            stix_id: object.id().to_string(),
            version: version.map_or_else(String::new, ToString::to_string),
            order: version.map_or("", |version| version.sort_key()).to_owned(),
            spec: match object.spec_version() {
                SpecVersion::V20 => 20,
                SpecVersion::V21 => 21,
            },
        }
    }

    /// Its version as it says it, when it has one.
    pub(crate) fn said(&self) -> Option<&str> {
        Some(self.version.as_str()).filter(|version| !version.is_empty())
    }

    /// The object of the item `seq`.
    pub fn in_item(self, seq: u64, content_hash: [u8; 32]) -> NewObject {
        let Self {
            stix_id,
            version,
            order,
            spec,
        } = self;
        NewObject {
            seq,
            stix_id,
            version,
            order,
            spec,
            content_hash,
        }
    }

    /// What tells it apart.
    pub(crate) fn key(&self) -> VersionKey {
        VersionKey {
            stix_id: self.stix_id.clone(),
            order: self.order.clone(),
        }
    }
}
