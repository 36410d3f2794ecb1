//! Extensions on an object: predefined, defined, custom (STIX 2.1 §3.2, §3.10, §7.3, §11.3).

use super::context::Context;
use super::custom::is_property_name;
use super::rule::Rule;
use crate::extension::{Definition, Registry};
use crate::schema::{self, Class};
use crate::tree::{Kind, Value};
use crate::{id::IdRef, vocabulary};

/// What the key of an extension definition begins with.
const DEFINITION: &str = "extension-definition--";

impl<'t, 'c> Context<'t, 'c> {
    /// The `extensions` property.
    pub(super) fn extensions(&mut self, value: Value<'t>) {
        if value.kind() != Kind::Object {
            self.find_in(Rule::JsonType, value, "3.2", "a dictionary of extensions");
            return;
        }
        if value.is_empty() {
            self.find(Rule::DictionaryEmpty, value, "");
        }
        for (key, extension) in value.members() {
            if extension.kind() == Kind::Object {
                self.extension(key, extension);
            } else {
                self.find_in(Rule::JsonType, extension, "3.2", "an object");
            }
        }
    }

    fn extension(&mut self, key: &str, extension: Value<'t>) {
        let predefined = schema::extensions::PREDEFINED
            .iter()
            .find(|known| known.name == key);
        if let Some(structure) = predefined {
            match self.extended_type() {
                Some(object_type) if object_type.extensions.iter().all(|own| own.name != key) => {
                    self.find(Rule::ExtensionPlace, extension, object_type.name());
                }
                _ => {}
            }
            self.structure(extension, structure);
        } else if key.starts_with(DEFINITION) {
            self.defined_extension(key, extension);
        } else {
            self.custom_extension(key, extension);
        }
    }

    /// The type whose extensions are being looked at: the observable in a container, or the object.
    fn extended_type(&self) -> Option<&'static schema::ObjectType> {
        if self.container.is_some() {
            return None; // its place is judged where the container is walked
        }
        schema::object_type(self.root.get("type")?.as_str()?)
    }

    fn defined_extension(&mut self, key: &str, extension: Value<'t>) {
        let named = IdRef::parse(key)
            .is_ok_and(|id| id.is_rfc4122_variant() && (1..=5).contains(&id.uuid_version()));
        if !named {
            self.find(Rule::ExtensionId, extension, "");
        }
        match extension.get("extension_type") {
            None => self.find(Rule::ExtensionType, extension, ""),
            Some(value) => self.extension_type(key, value),
        }
        for (name, member) in extension.members() {
            if name != "extension_type" {
                self.property_value(name, member);
            }
        }
    }

    fn extension_type(&mut self, key: &str, value: Value<'t>) {
        let Some(text) = self.string(value, "3.2") else {
            return;
        };
        if !vocabulary::EXTENSION_TYPE.contains(text) {
            self.find(Rule::Enum, value, vocabulary::EXTENSION_TYPE.name);
            return;
        }
        let declared = self.options.registry.get(key);
        if declared.is_some_and(|definition| !definition.has_type(text)) {
            self.find(Rule::ExtensionTypeDeclared, value, "");
        }
        if text.starts_with("new-")
            && let Some(object_type) = self.extended_type()
        {
            self.find(Rule::ExtensionRedefines, value, object_type.name());
        }
    }

    /// An extension by a name of its own (§11.3), which only observables may have.
    fn custom_extension(&mut self, key: &str, extension: Value<'t>) {
        let named = key.ends_with("-ext")
            && (3..=250).contains(&key.len())
            && key
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        // A new type of object may say what its extensions are called.
        let free = self.declared_class().is_some();
        let rule = if named || free {
            Rule::ExtensionKey
        } else {
            Rule::ExtensionName
        };
        self.find(rule, extension, "");
        if extension.is_empty() {
            self.find(Rule::ExtensionEmpty, extension, "");
        }
        for (name, member) in extension.members() {
            if free {
                if !is_property_name(name) {
                    self.dictionary_key(name, member);
                }
                self.anything(member);
            } else {
                self.property_value(name, member);
            }
        }
    }

    /// Whether an extension of the object says that the property is one of its own: as a property
    /// of its top level, or as part of a new type of object.
    pub(super) fn declares_property(&mut self, name: &str) -> bool {
        let declared = self.declared();
        declared.any
            || declared
                .top_level
                .iter()
                .any(|known| known.has_property(name))
    }

    /// The family that an extension gives to an object of a new type.
    pub(super) fn declared_class(&mut self) -> Option<Class> {
        self.declared().class
    }

    fn declared(&mut self) -> &Declared<'c> {
        let (root, registry) = (self.root, &self.options.registry);
        self.declared
            .get_or_insert_with(|| Declared::of(root, registry))
    }

    /// An extension definition itself (§7.3.1).
    pub(super) fn extension_definition(&mut self, object: Value<'t>) {
        let top_level = object.get("extension_types").is_some_and(|types| {
            types
                .items()
                .any(|item| item.as_str() == Some("toplevel-property-extension"))
        });
        match object.get("extension_properties") {
            Some(properties) if !top_level => self.find(Rule::ExtensionProperties, properties, ""),
            Some(properties) => {
                for name in properties.items() {
                    if name.as_str().is_some_and(|text| !is_property_name(text)) {
                        self.find(Rule::ExtensionPropertyName, name, "");
                    }
                }
            }
            None if top_level => self.find(Rule::ExtensionPropertiesMissing, object, ""),
            _ => {}
        }
        if object.get("description").is_none() {
            self.find(Rule::ExtensionDescription, object, "");
        }
    }
}

/// What the extensions of an object declare, found in one walk over them.
#[derive(Default)]
pub(super) struct Declared<'c> {
    /// Any property of the top level may be an extension's.
    any: bool,
    /// The known definitions that declare properties of the top level.
    top_level: Vec<&'c Definition>,
    class: Option<Class>,
}

impl<'c> Declared<'c> {
    fn of(object: Value<'_>, registry: &'c Registry) -> Self {
        let mut declared = Self::default();
        let extensions = object
            .get("extensions")
            .into_iter()
            .flat_map(Value::members);
        for (key, extension) in extensions {
            let class = match extension.get("extension_type").and_then(Value::as_str) {
                Some("new-sdo") => Class::Sdo,
                Some("new-sro") => Class::Sro,
                Some("new-sco") => Class::Sco,
                Some("toplevel-property-extension") => {
                    match registry.get(key) {
                        Some(known) => declared.top_level.push(known),
                        None => declared.any = true,
                    }
                    continue;
                }
                _ => continue,
            };
            declared.any = true;
            declared.class = declared.class.or(Some(class));
        }
        declared
    }
}
