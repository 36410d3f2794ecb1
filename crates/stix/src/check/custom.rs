//! What the standard does not define: custom properties and objects (STIX 2.1 §7.3, §11).
//!
//! They are kept and passed on whatever is found; a name that could not be a name, a `null` or an
//! empty list is still wrong.

use super::context::Context;
use super::format;
use super::rule::Rule;
use crate::schema::Class;
use crate::tree::{Kind, Value};

/// The properties that are reserved across all objects (§3.8).
const RESERVED: [&str; 4] = ["severity", "username", "phone_number", "action"];

impl<'t> Context<'t, '_> {
    /// A property that neither the table of the type nor the common properties have.
    pub(super) fn custom_property(
        &mut self,
        name: &str,
        value: Value<'t>,
        type_name: &'static str,
    ) {
        // STIX 2.0 reserved nothing across all objects.
        if self.version == crate::SpecVersion::V21 && is_reserved(name) {
            self.find(Rule::Reserved, value, "");
        }
        if self.property_value(name, value) && !self.declares_property(name) {
            self.find(Rule::CustomProperty, value, type_name);
        }
    }

    /// A property that the table of a sub-type or of a predefined extension does not have.
    pub(super) fn inner_custom_property(
        &mut self,
        name: &str,
        value: Value<'t>,
        structure: &'static str,
    ) {
        if self.property_value(name, value) {
            self.find(Rule::CustomProperty, value, structure);
        }
    }

    /// Checks name and value of a property of whatever meaning; says whether the name is one.
    pub(super) fn property_value(&mut self, name: &str, value: Value<'t>) -> bool {
        // `id` is shorter than a name may be, and the standard's own; extensions use it too.
        let named = name == "id" || is_property_name(name);
        if !named {
            self.find(Rule::PropertyName, value, "");
        }
        self.suffix(name, value);
        for (key, member) in value.members() {
            if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
                self.find(Rule::DictionaryKeyCase, member, "");
            }
        }
        self.anything(value);
        named
    }

    /// Names that end like the names of a data type hold values of it (§3.1).
    fn suffix(&mut self, name: &str, value: Value<'t>) {
        let is_id = |value: Value<'t>| {
            value
                .as_str()
                .is_some_and(|text| crate::id::IdRef::parse(text).is_ok())
        };
        let string = |test: fn(&str) -> bool| value.as_str().is_some_and(test);
        let (good, kind) = if name.ends_with("_ref") {
            (is_id(value), "a reference")
        } else if name.ends_with("_refs") {
            (
                value.kind() == Kind::Array && value.items().all(is_id),
                "a list of references",
            )
        } else if name.ends_with("_hex") {
            (string(format::is_hex), "hex")
        } else if name.ends_with("_bin") {
            (string(format::is_base64), "binary")
        } else {
            return;
        };
        // In a container references are keys, not identifiers.
        if !good && self.container.is_none() {
            self.find(Rule::PropertySuffix, value, kind);
        }
    }

    /// What holds for any value, of whatever meaning: no `null`, no empty list, no empty
    /// dictionary (§2.3, §2.12).
    pub(super) fn anything(&mut self, value: Value<'t>) {
        match value.kind() {
            Kind::Null => self.find(Rule::Null, value, ""),
            Kind::Array => {
                if value.is_empty() {
                    self.find(Rule::ListEmpty, value, "");
                }
                for item in value.items() {
                    self.anything(item);
                }
            }
            Kind::Object => {
                if value.is_empty() {
                    self.find(Rule::DictionaryEmpty, value, "");
                }
                for (_, member) in value.members() {
                    self.anything(member);
                }
            }
            Kind::True | Kind::False | Kind::Number | Kind::String => {}
        }
    }

    /// An object of a type that the standard does not define: the common properties of its
    /// family, and custom properties (§7.3.2, §11.2.1).
    pub(super) fn custom_object(&mut self, object: Value<'t>, type_value: Value<'t>) {
        let declared = self.declared_class();
        if declared.is_none() {
            self.find(Rule::CustomObject, type_value, "");
        }
        // What nobody declares is an observable if it is not versioned (§3.2): then it has no more
        // than the common properties of observables.
        let versioned = object.get("created").is_some() || object.get("modified").is_some();
        let like = match declared {
            Some(Class::Sco) => "mutex",
            None if !versioned => "mutex",
            Some(Class::Sdo | Class::Sro | Class::Meta) | None => "identity",
        };
        let Some(like) = (match self.version {
            crate::SpecVersion::V20 => crate::schema::object_type_v20(like),
            crate::SpecVersion::V21 => crate::schema::object_type(like),
        }) else {
            return;
        };
        self.custom_members(object, like);
    }
}

/// Whether `name` may name a property (§3.1, §7.3.2, §11.1.1). `id` is shorter, and the standard's.
pub(crate) fn is_property_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    (3..=250).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_')
}

/// Whether a name is reserved across all objects (§3.8).
pub(super) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}
