//! Labels that were types: STIX 2.0 had them in `labels`, 2.1 has a property for each.

use serde_json::{Map, Value as Json};

use crate::schema::{Kind, object_type_v20};

/// The property of 2.1 that holds the types of an object.
fn types_property(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "indicator" => "indicator_types",
        "malware" => "malware_types",
        "report" => "report_types",
        "threat-actor" => "threat_actor_types",
        "tool" => "tool_types",
        _ => return None,
    })
}

/// Whether the label vocabulary of STIX 2.0 for a type has this word.
fn is_type_label(type_name: &str, label: &str) -> bool {
    let labels = object_type_v20(type_name).and_then(|object_type| object_type.property("labels"));
    match labels.map(|property| property.kind) {
        Some(Kind::List(Kind::OpenVocab(vocabulary))) => vocabulary.contains(label),
        _ => false,
    }
}

/// Moves the labels that say a type to where 2.1 has them; drops one that repeats the type.
pub(super) fn move_types(object: &mut Map<String, Json>, type_name: &str) {
    let Some(property) = types_property(type_name) else {
        return;
    };
    let Some(Json::Array(labels)) = object.remove("labels") else {
        return;
    };
    let (mut types, mut rest) = (Vec::new(), Vec::new());
    for label in labels {
        match label.as_str() {
            Some(text) if text == type_name => {}
            Some(text) if is_type_label(type_name, text) => types.push(label),
            _ => rest.push(label),
        }
    }
    // Where the object has the property already, under a custom name of its day, it stays.
    if !types.is_empty() && !object.contains_key(property) {
        object.insert(property.to_owned(), types.into());
    }
    if !rest.is_empty() {
        object.insert("labels".to_owned(), rest.into());
    }
}
