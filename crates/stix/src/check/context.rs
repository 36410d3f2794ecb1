//! The walk over an object, property table in hand.

use std::collections::HashMap;

use super::CheckOptions;
use super::extension::Declared;
use super::finding::Finding;
use super::rule::Rule;
use crate::SpecVersion;
use crate::schema::{Class, Constraint, Need, ObjectType, Property, Structure};
use crate::timestamp::Instant;
use crate::tree::{Kind, Tree, Value};

/// What is being checked, and what was found so far.
pub(super) struct Context<'t, 'c> {
    pub(super) options: &'c CheckOptions,
    findings: &'c mut Vec<Finding>,
    /// The object the walk began at; selectors and extensions speak of it.
    pub(super) root: Value<'t>,
    /// What the extensions of that object declare; found when it is first asked for.
    pub(super) declared: Option<Declared<'c>>,
    pub(super) version: SpecVersion,
    /// The keys of the observable container that references stay within (§2.13), each with the
    /// type of its observable.
    pub(super) container: Option<HashMap<&'t str, Option<&'t str>>>,
}

/// Checks the object that a whole text is.
pub(super) fn check_object(tree: &Tree<'_>, options: &CheckOptions, findings: &mut Vec<Finding>) {
    let root = tree.root();
    let mut context = Context {
        options,
        findings,
        root,
        declared: None,
        version: SpecVersion::V21,
        container: None,
    };
    context.object(root);
}

impl<'t> Context<'t, '_> {
    /// Notes that `rule` is broken at `at`.
    pub(super) fn find(&mut self, rule: Rule, at: Value<'t>, argument: &'static str) {
        self.findings
            .push(Finding::new(rule, at, rule.section(), argument));
    }

    /// Notes that `rule` is broken at `at`, as a certain section has it.
    pub(super) fn find_in(
        &mut self,
        rule: Rule,
        at: Value<'t>,
        section: &'static str,
        argument: &'static str,
    ) {
        self.findings
            .push(Finding::new(rule, at, section, argument));
    }

    /// Checks an object of a type that the standard defines: every property it has against its
    /// row, then what is missing, then the rules over several properties.
    pub(super) fn typed(&mut self, object: Value<'t>, object_type: &'static ObjectType) {
        let own = object_type.structure.properties;
        let common = object_type.common;
        let (mut own_seen, mut common_seen) = (0_u64, 0_u64);
        for (name, value) in object.members() {
            if let Some(row) = position(own, name) {
                own_seen |= 1 << row;
                self.property(&own[row], value, object_type.structure.section);
            } else if let Some(row) = position(common, name) {
                common_seen |= 1 << row;
                if common[row].need == Need::Forbidden {
                    self.not_applicable(&common[row], value, object_type);
                } else {
                    self.property(&common[row], value, "3.2");
                }
            } else {
                self.custom_property(name, value, object_type.name());
            }
        }
        self.missing(object, own, own_seen, object_type.structure.section);
        self.missing(object, common, common_seen, "3.2");
        self.constraints(object, &object_type.structure, own_seen);
    }

    /// Checks an observable in a container: the properties of its type, and of the common ones
    /// only those that make sense inside another object.
    pub(super) fn contained(&mut self, observable: Value<'t>, object_type: &'static ObjectType) {
        let own = object_type.structure.properties;
        let mut seen = 0_u64;
        for (name, value) in observable.members() {
            if let Some(row) = position(own, name) {
                seen |= 1 << row;
                self.property(&own[row], value, object_type.structure.section);
            } else if matches!(name, "type" | "id" | "spec_version") {
                // Identifiers in a container are free of form (§2.9).
                self.string(value, "2.13");
            } else if name == "defanged" {
                self.value(&crate::schema::Kind::Boolean, value, "3.2");
            } else if name == "extensions" {
                self.extensions(value);
            } else {
                self.inner_custom_property(name, value, object_type.name());
            }
        }
        self.missing(observable, own, seen, object_type.structure.section);
        self.constraints(observable, &object_type.structure, seen);
    }

    /// Checks a structure inside an object: a sub-type or a predefined extension.
    pub(super) fn structure(&mut self, value: Value<'t>, structure: &'static Structure) {
        if value.kind() != Kind::Object {
            self.find_in(Rule::JsonType, value, structure.section, "an object");
            return;
        }
        let mut seen = 0_u64;
        for (name, member) in value.members() {
            if let Some(row) = position(structure.properties, name) {
                seen |= 1 << row;
                self.property(&structure.properties[row], member, structure.section);
            } else {
                self.inner_custom_property(name, member, structure.name);
            }
        }
        self.missing(value, structure.properties, seen, structure.section);
        self.constraints(value, structure, seen);
    }

    fn property(&mut self, property: &'static Property, value: Value<'t>, section: &'static str) {
        match property.need {
            Need::Forbidden => self.find(Rule::Reserved, value, ""),
            Need::Deprecated => {
                self.find_in(Rule::Deprecated, value, section, "");
                self.value(&property.kind, value, section);
            }
            Need::Required | Need::Optional => self.value(&property.kind, value, section),
        }
    }

    fn not_applicable(
        &mut self,
        property: &'static Property,
        value: Value<'t>,
        object_type: &ObjectType,
    ) {
        let rule = match (property.name, object_type.class) {
            ("defanged", _) => Rule::Defanged,
            ("modified" | "revoked", Class::Meta) if object_type.name() == "marking-definition" => {
                Rule::MarkingVersioned
            }
            _ => Rule::NotApplicable,
        };
        self.find(rule, value, object_type.name());
        self.value(&property.kind, value, "3.2");
    }

    fn missing(
        &mut self,
        object: Value<'t>,
        properties: &'static [Property],
        seen: u64,
        section: &'static str,
    ) {
        for (row, property) in properties.iter().enumerate() {
            if property.need == Need::Required && seen & (1 << row) == 0 {
                self.find_in(Rule::Required, object, section, property.name);
            }
        }
    }

    fn constraints(&mut self, object: Value<'t>, structure: &'static Structure, seen: u64) {
        let section = structure.section;
        for constraint in structure.constraints {
            match *constraint {
                Constraint::AtLeastOne(names) => {
                    if !names.iter().any(|name| has(structure, seen, name)) {
                        self.find_in(Rule::AtLeastOne, object, section, names[0]);
                    }
                }
                Constraint::AtLeastOneOwn => {
                    let required = |row: usize| structure.properties[row].need == Need::Required;
                    let any = (0..structure.properties.len())
                        .any(|row| seen & (1 << row) != 0 && !required(row));
                    if !any {
                        self.find_in(Rule::AtLeastOne, object, section, "any of its table");
                    }
                }
                Constraint::NotBoth(a, b) => {
                    if has(structure, seen, a)
                        && has(structure, seen, b)
                        && let Some(value) = object.get(a)
                    {
                        self.find_in(Rule::NotBoth, value, section, b);
                    }
                }
                Constraint::Requires(a, b) => {
                    if has(structure, seen, a)
                        && !has(structure, seen, b)
                        && let Some(value) = object.get(a)
                    {
                        self.find_in(Rule::Requires, value, section, b);
                    }
                }
                Constraint::Unless(switch, state, name) => {
                    if has(structure, seen, name)
                        && object.get(switch).and_then(Value::as_bool) == Some(state)
                        && let Some(value) = object.get(name)
                    {
                        self.find_in(Rule::Unless, value, section, switch);
                    }
                }
                Constraint::NotBefore(later, earlier) | Constraint::After(later, earlier) => {
                    if has(structure, seen, later) && has(structure, seen, earlier) {
                        let strict = matches!(constraint, Constraint::After(..));
                        self.order(object, later, earlier, strict, section);
                    }
                }
            }
        }
    }

    /// Checks that one instant is not before another, or, if `strict`, after it.
    fn order(
        &mut self,
        object: Value<'t>,
        later: &'static str,
        earlier: &'static str,
        strict: bool,
        section: &'static str,
    ) {
        let (Some(later_value), Some(earlier_value)) = (object.get(later), object.get(earlier))
        else {
            return;
        };
        // What is not a timestamp has been found already.
        let (Some(a), Some(b)) = (instant(later_value), instant(earlier_value)) else {
            return;
        };
        if a < b {
            let rule = if strict { Rule::After } else { Rule::NotBefore };
            self.find_in(rule, later_value, section, earlier);
        } else if strict && a == b {
            self.find_in(Rule::After, later_value, section, earlier);
        }
    }
}

/// The instant a value names, if it names one.
pub(super) fn instant(value: Value<'_>) -> Option<Instant<'_>> {
    Instant::parse(value.as_str()?).ok()
}

/// The row of a property, by its name.
fn position(properties: &[Property], name: &str) -> Option<usize> {
    properties.iter().position(|property| property.name == name)
}

fn has(structure: &Structure, seen: u64, name: &str) -> bool {
    position(structure.properties, name).is_some_and(|row| seen & (1 << row) != 0)
}
