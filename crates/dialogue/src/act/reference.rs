//! References from one act to another, and to STIX objects.

use serde::Serialize;
use serde_json::{Value, json};

use super::field::{Field, INTEGER_MAX};
use super::refused::Refused;
use crate::id::Id;
use crate::name::Origin;

/// Most STIX objects that one act refers to.
pub const OBJECT_REFS_MAX: usize = 1_000;

/// One item, named three ways at once: its place in the record and the object at that place.
///
/// The place cannot be forged, the identifier keeps a mistaken place from being taken for what
/// was meant. As JSON `{"id","log","seq"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemRef {
    /// The log that the item is in.
    pub log: Origin,
    /// Its index there.
    pub seq: u64,
    /// The identifier of the object.
    pub id: Id,
}

impl ItemRef {
    pub(crate) fn to_value(&self) -> Value {
        json!({ "log": self.log, "seq": self.seq, "id": self.id })
    }

    pub(crate) fn read(field: &Field<'_>) -> Result<Self, Refused> {
        Ok(Self {
            log: field.member("log")?.parse()?,
            seq: field.member("seq")?.integer(0, INTEGER_MAX)?,
            id: field.member("id")?.parse()?,
        })
    }
}

/// Reads `object_refs`, the STIX objects that an act is about; none when it is absent.
pub(crate) fn read_object_refs(root: &Field<'_>) -> Result<Box<[Id]>, Refused> {
    match root.optional("object_refs")? {
        None => Ok(Box::default()),
        Some(refs) => refs.list(OBJECT_REFS_MAX)?.map(|id| id.parse()).collect(),
    }
}

/// Writes `object_refs`; a list with nothing in it is left out, as STIX 2.1 §2.9 requires.
pub(crate) fn object_refs_value(refs: &[Id]) -> Option<Value> {
    (!refs.is_empty()).then(|| refs.iter().map(Id::as_str).collect())
}
