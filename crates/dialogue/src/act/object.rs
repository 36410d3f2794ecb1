//! What every act has: the common properties of a STIX 2.1 object (STIX 2.1 §3.2) and the
//! extension that makes its type known as an extension (§7.3).

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::field::Field;
use super::refused::{Refused, Rule};
use crate::id::Id;

/// A family of acts: the types that one extension definition defines.
///
/// The UUIDs were drawn once and are fixed for ever: tools know the types by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// What the dialogue rests on: charter, and later office and track state.
    Foundation,
    /// What is asked, answered and attended to: inquiry, answer, step.
    Exchange,
}

impl Family {
    /// The identifier of the extension definition of this family.
    pub fn extension_id(self) -> &'static str {
        match self {
            Self::Foundation => "extension-definition--7f1b52a4-5a93-41b7-a19f-597aa76cfa29",
            Self::Exchange => "extension-definition--57850d7e-0ede-4195-9ca5-a9cad23656d8",
        }
    }
}

/// What a new act is stamped with. Nothing is ambient: chance, time and author are arguments.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// The random part of the act's identifier.
    pub uuid: Uuid,
    /// `created` and `modified`, written to the millisecond as STIX 2.1 §3.2 requires.
    pub now: Timestamp,
    /// The STIX identity of the party that says it.
    pub author: Id,
}

/// The whole object of an act, unknown members and all, with its common properties read.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    value: Value,
    id: Id,
    created: Timestamp,
    modified: Timestamp,
    created_by: Id,
}

impl Object {
    /// The identifier.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// When its author says it was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When its author says this version was made; not before `created`.
    pub fn modified(&self) -> Timestamp {
        self.modified
    }

    /// The identity of the party that says it.
    pub fn created_by(&self) -> &Id {
        &self.created_by
    }

    /// The object as it was read: every member, known or not.
    pub fn value(&self) -> &Value {
        &self.value
    }

    pub(crate) fn root(&self) -> Field<'_> {
        Field::root(&self.value)
    }

    /// Reads the common properties.
    pub(crate) fn read(
        type_name: &'static str,
        family: Family,
        value: Value,
    ) -> Result<Self, Refused> {
        let root = Field::root(&value);
        root.member("type")?.fixed(type_name)?;
        root.member("spec_version")?.fixed("2.1")?;
        let id = root.member("id")?.id_of(type_name)?;
        let created = root.member("created")?.timestamp()?;
        let modified = root.member("modified")?;
        if modified.timestamp()? < created {
            return Err(modified.refuse(Rule::ModifiedBeforeCreated));
        }
        let modified = modified.timestamp()?;
        let created_by = root.member("created_by_ref")?.id_of("identity")?;
        let extensions = root.member("extensions")?;
        let extension = extensions.member(family.extension_id())?;
        extension.member("extension_type")?.fixed("new-sdo")?;
        Ok(Self {
            id,
            created,
            modified,
            created_by,
            value,
        })
    }

    /// The members of a new act, to be read back through its own parser.
    pub(crate) fn draft(type_name: &'static str, family: Family, stamp: &Stamp) -> Draft {
        let now = format!("{:.3}", stamp.now);
        let mut members = Map::new();
        let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
        set("type", type_name.into());
        set("spec_version", "2.1".into());
        set("id", Id::new(type_name, stamp.uuid).as_str().into());
        set("created", now.as_str().into());
        set("modified", now.into());
        set("created_by_ref", stamp.author.as_str().into());
        set(
            "extensions",
            json!({ family.extension_id(): { "extension_type": "new-sdo" } }),
        );
        Draft(members)
    }
}

/// The members of an act that is being written.
pub(crate) struct Draft(Map<String, Value>);

impl Draft {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Writes the member only if there is something to write.
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}
