//! One full object of every type, made from the property tables: every property is there, each
//! with a good value of its data type.

use serde_json::{Map, Value, json};
use stix::schema::{
    Class, Entries, Format, Kind, Need, ObjectType, Property, Structure, Target, object_type,
};

const UUID_4: &str = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
const OTHER_UUID_4: &str = "2b1f3c6a-5d0e-4b7a-9c51-0e6f7a8b9c0d";
const TIME: &str = "2020-01-20T12:31:12.123Z";

/// Properties that exclude another one, which stays.
const LEFT_OUT: [(&str, &str); 4] = [
    ("artifact", "url"),
    ("observed-data", "objects"),
    ("email-message", "body_multipart"),
    ("granular-marking", "lang"),
];

/// Properties whose value depends on another one.
fn particular(type_name: &str, property: &str) -> Option<Value> {
    Some(match (type_name, property) {
        ("indicator", "pattern") => json!("[ipv4-addr:value = '198.51.100.3']"),
        ("indicator", "pattern_type") => json!("stix"),
        ("indicator", "valid_until") | ("relationship", "stop_time") => {
            json!("2021-01-20T12:31:12.123Z")
        }
        ("relationship", "relationship_type") => json!("related-to"),
        ("email-message", "is_multipart") | ("network-traffic", "is_active") => json!(false),
        ("email-message", "additional_header_fields") => json!({"Reply-To": ["a@b.c", "d@e.f"]}),
        // Names as the sources of these dictionaries have them.
        ("raster-image-ext", "exif_tags") => json!({"XResolution": 1}),
        ("socket-ext", "options") => json!({"SO_ACCEPTCONN": 1}),
        ("windows-process-ext", "startup_info") => json!({"lpDesktop": "text"}),
        ("granular-marking", "selectors") => json!(["id"]),
        ("marking-definition", "definition_type") => json!("statement"),
        ("extension-definition", "extension_types") => json!(["toplevel-property-extension"]),
        _ => return None,
    })
}

/// A full object of a type of STIX 2.1.
pub(crate) fn object(type_name: &str) -> Map<String, Value> {
    full(object_type(type_name).expect(type_name))
}

/// A full object.
pub(crate) fn full(object_type: &'static ObjectType) -> Map<String, Value> {
    let name = object_type.name();
    let mut object = members(object_type.structure.properties, name);
    object.extend(members(object_type.common, name));
    object.insert("type".into(), json!(name));
    object.insert("id".into(), json!(format!("{name}--{UUID_4}")));
    if object_type.class == Class::Sco {
        let text = Value::Object(object.clone()).to_string();
        let mut arena = stix::tree::Arena::default();
        let tree = arena.parse(text.as_bytes()).expect("JSON");
        if let Some(id) = stix::deterministic::id_of(tree.root()) {
            object.insert("id".into(), json!(id.as_str()));
        }
    }
    if !object_type.extensions.is_empty() {
        let extensions = object_type.extensions.iter();
        let extensions = extensions.map(|structure| (structure.name.to_owned(), inner(structure)));
        object.insert("extensions".into(), Value::Object(extensions.collect()));
        return rederived(object);
    }
    object
}

/// The object with the identifier its properties give, now that they are all there.
fn rederived(mut object: Map<String, Value>) -> Map<String, Value> {
    let text = Value::Object(object.clone()).to_string();
    let mut arena = stix::tree::Arena::default();
    let tree = arena.parse(text.as_bytes()).expect("JSON");
    if let Some(id) = stix::deterministic::id_of(tree.root()) {
        object.insert("id".into(), json!(id.as_str()));
    }
    object
}

fn members(properties: &'static [Property], owner: &str) -> Map<String, Value> {
    let wanted = |property: &&Property| {
        let needed = matches!(property.need, Need::Required | Need::Optional);
        needed && !LEFT_OUT.contains(&(owner, property.name))
    };
    properties
        .iter()
        .filter(wanted)
        .map(|property| {
            let particular = particular(owner, property.name);
            (
                property.name.to_owned(),
                particular.unwrap_or_else(|| value(&property.kind)),
            )
        })
        .collect()
}

/// A full structure.
pub(crate) fn structure(properties: &'static [Property], owner: &str) -> Value {
    Value::Object(members(properties, owner))
}

fn inner(structure: &'static Structure) -> Value {
    Value::Object(members(structure.properties, structure.name))
}

/// A good value of a data type.
pub(crate) fn value(kind: &'static Kind) -> Value {
    match kind {
        Kind::Any | Kind::String | Kind::Type | Kind::OwnId => json!("text"),
        Kind::SpecVersion => json!("2.1"),
        Kind::Binary => json!("QUJD"),
        Kind::Boolean => json!(true),
        Kind::Dictionary(entries) => match entries {
            Entries::Any | Entries::Strings => json!({"key": "text"}),
            Entries::StringLists => json!({"key": ["text"]}),
            Entries::IntegersOrStrings => json!({"key": 1, "other": "text"}),
            Entries::Integers => json!({"key": 1}),
        },
        Kind::Enum(vocabulary) | Kind::OpenVocab(vocabulary) => json!(vocabulary.words[0]),
        Kind::Float(_, _) => json!(1.5),
        Kind::Hashes => json!({"MD5": "a".repeat(32), "SHA-256": "b".repeat(64)}),
        Kind::Hex => json!("00ff"),
        Kind::Reference(target) => json!(format!("{}--{OTHER_UUID_4}", target_type(*target))),
        Kind::Integer(min, _) => json!((*min).max(1)),
        Kind::List(item) => json!([value(item)]),
        Kind::Container => json!({"0": {"type": "mutex", "name": "text"}}),
        Kind::Formatted(format) => json!(formatted(*format)),
        Kind::Timestamp | Kind::TimestampMillis => json!(TIME),
        Kind::TimestampSeconds => json!("2020-01-20T12:31:12Z"),
        Kind::Structure(structure) => inner(structure),
        Kind::Extensions => json!({
            "extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e":
                {"extension_type": "property-extension", "rank": 5}
        }),
        Kind::MarkingObject => json!({"statement": "Copyright"}),
        Kind::Contents => json!({"de": {"name": "Name"}}),
    }
}

fn target_type(target: Target) -> &'static str {
    match target {
        Target::Types(types) => types[0],
        Target::Object | Target::Sdo | Target::SdoOrSco => "campaign",
        Target::Sco | Target::ScoOrSro => "mutex",
    }
}

fn formatted(format: Format) -> &'static str {
    match format {
        Format::Language => "en",
        Format::Uri => "https://example.com/",
        Format::DomainName => "example.com",
        Format::EmailAddress => "jane@example.com",
        Format::Ipv4 => "198.51.100.3",
        Format::Ipv6 => "2001:db8::1",
        Format::Mac => "00:00:ab:cd:ef:01",
        Format::Cpe => "cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*",
        Format::CharacterSet => "UTF-8",
        Format::MediaType => "text/html",
        Format::Country => "US",
        Format::AdministrativeArea => "US-PA",
        Format::RegistryKey => "HKEY_LOCAL_MACHINE\\system",
        Format::PriorityClass => "HIGH_PRIORITY_CLASS",
        Format::RelationshipType | Format::LowerHyphen | Format::Lower | Format::Protocol => "text",
    }
}
