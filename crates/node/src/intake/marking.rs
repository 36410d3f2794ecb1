//! The markings of an object, as far as a ceiling asks for them: the strictest of the Traffic Light Protocol anywhere
//! in it, on the whole of it or on a part (STIX 2.1 §7.2).
//!
//! This is stricter than [`stix::marking`]: a selector that selects nothing still names a marking, and letter case does
//! not hide one. What may leave is not to hang on a slip of the pen.

use std::collections::BTreeMap;

use stix::{
    Id,
    marking::{TLP_2_EXTENSION, Tlp, TlpLevel},
    tree::Value,
};

/// What the references of an object say of the Traffic Light Protocol.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// The strictest among the published definitions that it refers to.
    level: Option<TlpLevel>,
    /// The other definitions that it refers to, in lower case.
    others: Vec<String>,
}

impl Marks {
    /// Reads them.
    pub(crate) fn of(object: Value<'_>) -> Self {
        let mut marks = Self::default();
        let whole = object.get("object_marking_refs").into_iter();
        let parts = object.get("granular_markings").into_iter();
        let refs = whole.flat_map(Value::items).chain(
            parts
                .flat_map(Value::items)
                .filter_map(|part| part.get("marking_ref")),
        );
        for text in refs.filter_map(Value::as_str) {
            let text = text.to_ascii_lowercase();
            match text.parse::<Id>().ok().and_then(|id| Tlp::of_id(&id)) {
                Some(tlp) => marks.level = marks.level.max(Some(tlp.level())),
                None => marks.others.push(text),
            }
        }
        marks
    }

    /// The definitions that it refers to and that are none of the published ones.
    pub(crate) fn others(&self) -> &[String] {
        &self.others
    }

    /// The strictest level, when `said` is what other definitions say of themselves.
    pub(crate) fn strictest(&self, said: &BTreeMap<String, TlpLevel>) -> Option<TlpLevel> {
        let others = self.others.iter().filter_map(|id| said.get(id)).max();
        self.level.max(others.copied())
    }
}

/// What a marking definition says of the Traffic Light Protocol, in either version, whatever its id is. The published
/// definitions are the only right ones; who writes another one means the level all the same.
pub(crate) fn said_by(definition: Value<'_>) -> Option<TlpLevel> {
    if definition.get("type").and_then(Value::as_str) != Some("marking-definition") {
        return None;
    }
    let first = definition
        .get("definition")
        .and_then(|each| each.get("tlp"));
    let second = definition
        .get("extensions")
        .and_then(|each| each.get(TLP_2_EXTENSION))
        .and_then(|each| each.get("tlp_2_0"));
    let levels = [first, second].into_iter().flatten();
    levels
        .filter_map(Value::as_str)
        .filter_map(|word| match word.to_ascii_lowercase().as_str() {
            "white" | "clear" => Some(TlpLevel::Clear),
            "green" => Some(TlpLevel::Green),
            "amber" => Some(TlpLevel::Amber),
            "amber+strict" => Some(TlpLevel::AmberStrict),
            "red" => Some(TlpLevel::Red),
            _ => None,
        })
        .max()
}
