//! Markings: granular ones and their selectors, the marking definitions of the standard, and
//! language content (STIX 2.1 §7.1, §7.2).

use super::context::Context;
use super::format;
use super::rule::Rule;
use crate::id::IdRef;
use crate::marking::{Tlp, TlpFault};
use crate::schema;
use crate::selector::{Selector, SelectorError};
use crate::tree::{Kind, Value};

/// The most selectors of one object that are resolved; each may have to walk over all of it.
const SELECTORS_MAX: usize = 1_000;

impl<'t> Context<'t, '_> {
    /// The selectors of an object's granular markings, and whether a marking marks itself.
    pub(super) fn granular_markings(&mut self, object: Value<'t>) {
        let own_id = object.get("id").and_then(Value::as_str);
        let is_marking = object.get("type").and_then(Value::as_str) == Some("marking-definition");
        let marks_itself = |value: Value<'_>| is_marking && value.as_str() == own_id;
        if let Some(refs) = object.get("object_marking_refs") {
            for value in refs.items().filter(|value| marks_itself(*value)) {
                self.find(Rule::SelfMarking, value, "");
            }
        }
        let Some(markings) = object.get("granular_markings") else {
            return;
        };
        let mut count = 0;
        for marking in markings.items() {
            if let Some(value) = marking.get("marking_ref")
                && marks_itself(value)
            {
                self.find(Rule::SelfMarking, value, "");
            }
            let Some(selectors) = marking.get("selectors") else {
                continue;
            };
            for value in selectors.items() {
                if count == SELECTORS_MAX {
                    self.find(Rule::SelectorsTooMany, value, "");
                    return;
                }
                count += 1;
                if let Some(text) = value.as_str() {
                    self.selector(text, value, object);
                }
            }
        }
    }

    fn selector(&mut self, text: &str, value: Value<'t>, object: Value<'t>) {
        match Selector::resolve_text(text, object) {
            Ok(_) => {}
            Err(SelectorError::Syntax(_)) => self.find(Rule::SelectorSyntax, value, ""),
            Err(SelectorError::Nothing(_)) => self.find(Rule::SelectorTarget, value, ""),
        }
    }

    /// A marking definition has a definition of its kind, or an extension; those of TLP are the
    /// ones the standard prints (§7.2.1).
    pub(super) fn marking_definition(&mut self, object: Value<'t>) {
        let definition_type = object.get("definition_type");
        let definition = object.get("definition");
        if object.get("extensions").is_none() {
            if definition_type.is_none() {
                self.find(Rule::MarkingMissing, object, "definition_type");
            }
            if definition.is_none() {
                self.find(Rule::MarkingMissing, object, "definition");
            }
        }
        match definition_type.and_then(Value::as_str) {
            Some("statement") => self.marking_text(definition, "statement"),
            Some("tlp") => self.marking_text(definition, "tlp"),
            _ => {}
        }
        match Tlp::of_definition(object) {
            Ok(_) => {}
            Err(TlpFault::Instance1) => self.find(Rule::TlpInstance, object, "TLP 1"),
            Err(TlpFault::Instance2) => self.find(Rule::Tlp2Instance, object, "TLP 2.0"),
            Err(TlpFault::Identifier) => {
                let at = object.get("id").unwrap_or(object);
                self.find(Rule::TlpIdentifier, at, "");
            }
        }
    }

    fn marking_text(&mut self, definition: Option<Value<'t>>, name: &'static str) {
        if let Some(definition) = definition
            && definition.kind() == Kind::Object
            && definition.get(name).and_then(Value::as_str).is_none()
        {
            self.find(Rule::MarkingObject, definition, name);
        }
    }

    /// The `definition` of a marking definition.
    pub(super) fn marking_object(&mut self, value: Value<'t>) {
        if value.kind() == Kind::Object {
            self.anything(value);
        } else {
            self.find_in(Rule::JsonType, value, "7.2.1", "an object");
        }
    }

    /// The `contents` of language content: languages, each a mirror of the target (§7.1.1).
    pub(super) fn contents(&mut self, value: Value<'t>) {
        if value.kind() != Kind::Object {
            self.find_in(Rule::JsonType, value, "7.1.1", "a dictionary");
            return;
        }
        if value.is_empty() {
            self.find(Rule::DictionaryEmpty, value, "");
        }
        for (language, translation) in value.members() {
            if !format::is_language(language) {
                self.find(Rule::ContentsKey, translation, "");
            }
            if translation.kind() != Kind::Object {
                self.find(Rule::ContentsValue, translation, "a dictionary");
                continue;
            }
            if translation.is_empty() {
                self.find(Rule::DictionaryEmpty, translation, "");
            }
            for (name, member) in translation.members() {
                self.translated(name, member);
            }
        }
    }

    /// One property of a translation. What the target does not have, or does not have as text, is
    /// ignored, whatever it is (§7.1.1).
    fn translated(&mut self, name: &str, value: Value<'t>) {
        self.anything(value);
        let target = self.root.get("object_ref").and_then(Value::as_str);
        let target = target.and_then(|text| IdRef::parse(text).ok());
        let target = target.and_then(|id| schema::object_type(id.type_name()));
        if let Some(property) = target.and_then(|target| target.property(name)) {
            self.mirrors(&property.kind, value);
        }
    }

    /// A translation has the form of what it translates; an empty string stands for an item of a
    /// list that is not translated.
    fn mirrors(&mut self, original: &'static schema::Kind, value: Value<'t>) {
        use schema::Kind as Original;
        let wanted = match (original, value.kind()) {
            (_, Kind::Null)
            | (Original::String, Kind::String)
            | (Original::Dictionary(_), Kind::Object) => return,
            (Original::List(item), Kind::Array) => {
                for entry in value.items().filter(|entry| entry.as_str() != Some("")) {
                    self.mirrors(item, entry);
                }
                return;
            }
            (Original::Structure(structure), Kind::Object) => {
                for (name, member) in value.members() {
                    let mut rows = structure.properties.iter();
                    if let Some(row) = rows.find(|row| row.name == name) {
                        self.mirrors(&row.kind, member);
                    }
                }
                return;
            }
            (Original::String, _) => "a string",
            (Original::List(Original::String | Original::Structure(_)), _) => "a list",
            (Original::Structure(_) | Original::Dictionary(_), _) => "an object",
            _ => return, // not translatable
        };
        self.find(Rule::ContentsValue, value, wanted);
    }
}
