//! An object without what a reader may not see (STIX 2.1 §7.2.3).

use std::ops::Range;

use crate::Id;
use crate::selector::{Component, Selector};
use crate::tree::canonical::{utf16_order, write_string, write_value};
use crate::tree::{Kind, Value};

/// What is left of an object for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redacted {
    /// All of it.
    Whole,
    /// A part of it, in canonical form. It is for reading: it has the identifier of an object that
    /// it is not, and to pass it on would be to make another representation of a version (§3.6).
    Part(String),
    /// Nothing: the whole of it is marked, or a mark cannot be made out.
    Nothing,
}

/// Leaves out of an object what carries a marking that is not `allowed`.
///
/// What is left may be less than allowed and is never more: an item of a list takes the list with
/// it, so that the positions of other items stay true, and an object whose identity would go, or
/// whose markings cannot be read, goes altogether.
#[must_use]
pub fn redact(object: Value<'_>, allowed: impl Fn(&Id) -> bool) -> Redacted {
    let whole = object
        .get("object_marking_refs")
        .into_iter()
        .flat_map(Value::items);
    let mut hidden: Vec<Range<u32>> = Vec::new();
    for value in whole {
        match value.as_str().map(str::parse::<Id>) {
            Some(Ok(id)) if allowed(&id) => {}
            _ => return Redacted::Nothing,
        }
    }
    for granular in object
        .get("granular_markings")
        .into_iter()
        .flat_map(Value::items)
    {
        let Some(marking) = granular.get("marking_ref") else {
            continue; // a language hides nothing
        };
        match marking.as_str().map(str::parse::<Id>) {
            Some(Ok(id)) if allowed(&id) => continue,
            Some(Ok(_)) => {}
            _ => return Redacted::Nothing,
        }
        for selector in granular.get("selectors").into_iter().flat_map(Value::items) {
            match selected(object, selector) {
                Some(range) => hidden.push(range),
                None => return Redacted::Nothing,
            }
        }
    }
    if hidden.is_empty() {
        return Redacted::Whole;
    }
    let gone = |value: Value<'_>| hidden.iter().any(|range| range.contains(&value.index()));
    let identity = ["type", "id"].map(|name| object.get(name));
    if identity.iter().any(|value| value.is_none_or(&gone)) {
        return Redacted::Nothing;
    }
    let mut out = String::with_capacity(object.raw().len());
    let writer = Writer {
        object,
        hidden: &hidden,
    };
    if writer.value(&mut out, object, true) {
        Redacted::Part(out)
    } else {
        Redacted::Nothing
    }
}

/// The nodes that a selector hides: what it selects or, for an item, the list around it.
fn selected(object: Value<'_>, selector: Value<'_>) -> Option<Range<u32>> {
    let selector: Selector = selector.as_str()?.parse().ok()?;
    let mut value = object;
    let mut list = None;
    for component in selector.components() {
        list = matches!(component, Component::Index(_)).then_some(value);
        value = match component {
            Component::Name(name) => value.get(name)?,
            Component::Index(index) => value.items().nth(*index)?,
        };
    }
    let hidden = list.unwrap_or(value);
    Some(hidden.index()..hidden.end())
}

struct Writer<'w, 't> {
    object: Value<'t>,
    hidden: &'w [Range<u32>],
}

impl Writer<'_, '_> {
    fn gone(&self, value: Value<'_>) -> bool {
        self.hidden
            .iter()
            .any(|range| range.contains(&value.index()))
    }

    /// Writes what is left of a value; says whether anything is. Lists and objects that are emptied
    /// go, since STIX has no empty ones (§2.3, §2.12).
    fn value(&self, out: &mut String, value: Value<'_>, top: bool) -> bool {
        if self.gone(value) {
            return false;
        }
        let begin = out.len();
        let mut left = 0;
        match value.kind() {
            Kind::Object => {
                let mut members: Vec<_> = value.members().collect();
                members.sort_by(|(a, _), (b, _)| utf16_order(a, b));
                out.push('{');
                for (name, member) in members {
                    let before = out.len();
                    if left > 0 {
                        out.push(',');
                    }
                    write_string(out, name);
                    out.push(':');
                    let written = if top && name == "granular_markings" {
                        self.granular_markings(out, member)
                    } else {
                        self.value(out, member, false)
                    };
                    if written {
                        left += 1;
                    } else {
                        out.truncate(before);
                    }
                }
                out.push('}');
            }
            Kind::Array => {
                out.push('[');
                for item in value.items() {
                    let before = out.len();
                    if left > 0 {
                        out.push(',');
                    }
                    if self.value(out, item, false) {
                        left += 1;
                    } else {
                        out.truncate(before);
                    }
                }
                out.push(']');
            }
            _ => {
                write_value(out, value);
                left = 1;
            }
        }
        // An item that went would move the others, so its list goes with it.
        let moved = value.kind() == Kind::Array && left < value.len();
        if left == 0 || moved {
            out.truncate(begin);
            return false;
        }
        true
    }

    /// Writes the granular markings that still select something, each with what it still selects.
    fn granular_markings(&self, out: &mut String, markings: Value<'_>) -> bool {
        let mut left = 0;
        out.push('[');
        for marking in markings.items() {
            let selectors = marking.get("selectors").into_iter().flat_map(Value::items);
            let kept: Vec<Value<'_>> = selectors
                .filter(|selector| {
                    let text = selector.as_str().unwrap_or_default();
                    let found = Selector::resolve_text(text, self.object);
                    found.is_ok_and(|value| !self.gone(value))
                })
                .collect();
            if kept.is_empty() {
                continue;
            }
            if left > 0 {
                out.push(',');
            }
            left += 1;
            out.push('{');
            let mut members: Vec<_> = marking.members().collect();
            members.sort_by(|(a, _), (b, _)| utf16_order(a, b));
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_string(out, name);
                out.push(':');
                if name == "selectors" {
                    let texts: Vec<_> = kept.iter().map(|value| value.to_canonical()).collect();
                    out.push('[');
                    out.push_str(&texts.join(","));
                    out.push(']');
                } else {
                    write_value(out, member);
                }
            }
            out.push('}');
        }
        out.push(']');
        left > 0
    }
}
