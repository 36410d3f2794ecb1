//! The deprecated container of observables inside observed data (STIX 2.1 §2.13), the only form
//! that STIX 2.0 had.

use super::context::Context;
use super::rule::Rule;
use crate::SpecVersion;
use crate::schema;
use crate::tree::{Kind, Value};

impl<'t> Context<'t, '_> {
    /// The `objects` of observed data: a dictionary of observables that refer to each other by key.
    pub(super) fn observable_container(&mut self, container: Value<'t>) {
        if container.kind() != Kind::Object || container.is_empty() {
            self.find(Rule::Container, container, "");
            return;
        }
        let types = container
            .members()
            .map(|(key, observable)| (key, observable.get("type").and_then(Value::as_str)));
        let outer = self.container.replace(types.collect());
        for (key, observable) in container.members() {
            if !key.bytes().all(|byte| byte.is_ascii_digit()) || key.is_empty() {
                self.find(Rule::ContainerKey, observable, "");
            }
            self.observable(observable);
        }
        self.container = outer;
    }

    fn observable(&mut self, observable: Value<'t>) {
        let Some(type_value) = observable.get("type") else {
            self.find(Rule::Container, observable, "");
            return;
        };
        let Some(type_name) = self.string(type_value, "2.13") else {
            return;
        };
        // Containers hold observables of either version, whatever the object around them says
        // (§2.13); one that says neither is taken for what fits it.
        let of_21 = schema::object_type(type_name).filter(|t| t.class == schema::Class::Sco);
        let of_20 = schema::observable_v20(type_name);
        let object_type = match self.version {
            SpecVersion::V20 => of_20,
            SpecVersion::V21 if observable.get("id").is_some() => of_21,
            SpecVersion::V21 => of_20
                .filter(|old| fits_better(observable, old, of_21))
                .or(of_21),
        };
        let Some(object_type) = object_type else {
            if schema::class_of(type_name).is_some_and(|class| class != schema::Class::Sco) {
                self.find(Rule::Container, observable, "");
            }
            self.type_name(type_name, type_value);
            self.anything(observable);
            return;
        };
        if let Some(extensions) = observable.get("extensions") {
            self.extension_places(extensions, object_type);
        }
        self.contained(observable, object_type);
        if object_type.name() == "process" {
            self.process(observable);
        }
    }

    fn extension_places(&mut self, extensions: Value<'t>, object_type: &schema::ObjectType) {
        for (key, extension) in extensions.members() {
            let predefined = schema::extensions::PREDEFINED
                .iter()
                .any(|known| known.name == key);
            if predefined && object_type.extensions.iter().all(|own| own.name != key) {
                self.find(
                    Rule::ExtensionPlace,
                    extension,
                    object_type_name(object_type),
                );
            }
        }
    }
}

fn object_type_name(object_type: &schema::ObjectType) -> &'static str {
    object_type.structure.name
}

/// Whether an observable uses more of the properties that only STIX 2.0 has for its type than of
/// those that only STIX 2.1 has.
fn fits_better(
    observable: Value<'_>,
    old: &'static schema::ObjectType,
    new: Option<&'static schema::ObjectType>,
) -> bool {
    let count = |object_type: &'static schema::ObjectType| {
        let own = object_type.structure.properties;
        observable
            .members()
            .filter(|(name, _)| own.iter().any(|row| row.name == *name))
            .count()
    };
    new.is_none_or(|new| count(old) > count(new))
}
