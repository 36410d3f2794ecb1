//! Deterministic identifiers of observables (STIX 2.1 §2.9, §3.4).
//!
//! A UUID of version 5 over the canonical JSON of the contributing properties that are there, in
//! the namespace of the standard. Of several hashes one contributes: the first of MD5, SHA-1,
//! SHA-256, SHA-512, else the one whose name comes first. Without any contributing property there
//! is no deterministic identifier.

use uuid::Uuid;

use crate::schema::{self, Class, ObjectType};
use crate::tree::canonical::{utf16_order, write_string, write_value};
use crate::tree::{Kind, Value};
use crate::{Id, IdError};

/// The namespace of identifiers of observables (§2.9).
pub const NAMESPACE: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);

/// The order in which a hash is chosen (§6.1, §6.7, §6.18).
const HASH_PREFERENCE: [&str; 4] = ["MD5", "SHA-1", "SHA-256", "SHA-512"];

/// The identifier that an observable ought to have, by the properties it has.
///
/// None if the object is not one of the observables of the standard, or has none of the
/// properties that contribute; then its UUID is to be random.
///
/// ```
/// let mut arena = stix::tree::Arena::default();
/// let tree = arena.parse(br#"{"type":"ipv4-addr","value":"198.51.100.3"}"#)?;
/// let id = stix::deterministic::id_of(tree.root()).expect("value contributes");
/// assert_eq!(id.as_str(), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
/// # Ok::<(), stix::tree::SyntaxError>(())
/// ```
#[must_use]
pub fn id_of(observable: Value<'_>) -> Option<Id> {
    let object_type = schema::object_type(observable.get("type")?.as_str()?)?;
    let uuid = uuid_of(observable, object_type)?;
    let id: Result<Id, IdError> = Id::new(object_type.name(), uuid);
    id.ok()
}

/// The UUID that an observable of this type ought to have.
pub(crate) fn uuid_of(observable: Value<'_>, object_type: &ObjectType) -> Option<Uuid> {
    if object_type.class != Class::Sco {
        return None;
    }
    let mut present = [("", None); CONTRIBUTING_MAX];
    let mut count = 0;
    for name in object_type.contributing {
        if let Some(value) = observable.get(name) {
            present[count] = (name, Some(value));
            count += 1;
        }
    }
    if count == 0 {
        return None;
    }
    let present = &mut present[..count];
    present.sort_by(|(a, _), (b, _)| utf16_order(a, b));
    let mut name = String::with_capacity(128);
    name.push('{');
    for (at, (property, value)) in present.iter().enumerate() {
        if at > 0 {
            name.push(',');
        }
        write_string(&mut name, property);
        name.push(':');
        match value {
            Some(value) if *property == "hashes" => write_one_hash(&mut name, *value),
            Some(value) => write_value(&mut name, *value),
            None => {}
        }
    }
    name.push('}');
    Some(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
}

/// The most properties that contribute to an identifier: those of network traffic.
const CONTRIBUTING_MAX: usize = 8;

fn write_one_hash(out: &mut String, hashes: Value<'_>) {
    if hashes.kind() != Kind::Object {
        return write_value(out, hashes);
    }
    let preferred = HASH_PREFERENCE
        .iter()
        .find_map(|name| Some((*name, hashes.get(name)?)));
    let first = || hashes.members().min_by(|(a, _), (b, _)| utf16_order(a, b));
    out.push('{');
    if let Some((name, value)) = preferred.or_else(first) {
        write_string(out, name);
        out.push(':');
        write_value(out, value);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Arena;

    fn id(text: &str) -> Option<String> {
        let mut arena = Arena::default();
        let tree = arena.parse(text.as_bytes()).expect(text);
        id_of(tree.root()).map(|id| id.to_string())
    }

    #[test]
    fn fits_the_table_of_every_type() {
        let most = schema::SCOS.iter().map(|t| t.contributing.len()).max();
        assert_eq!(most, Some(CONTRIBUTING_MAX));
    }

    #[test]
    fn neither_order_nor_spelling_nor_other_properties_matter() {
        let a = id(r#"{"type":"software","name":"W\u006frd","version":"1","languages":["en"]}"#);
        let b = id(r#"{"version":"1", "type":"software", "name":"Word"}"#);
        assert!(a.is_some());
        assert_eq!(a, b);
        assert_ne!(
            a,
            id(r#"{"version":"2", "type":"software", "name":"Word"}"#)
        );
    }

    #[test]
    fn one_hash_contributes_by_preference() {
        let both = id(r#"{"type":"file","hashes":{"SHA-256":"aa","MD5":"bb"}}"#);
        assert_eq!(both, id(r#"{"type":"file","hashes":{"MD5":"bb"}}"#));
        let other = id(r#"{"type":"file","hashes":{"TLSH":"x","SSDEEP":"y"}}"#);
        assert_eq!(other, id(r#"{"type":"file","hashes":{"SSDEEP":"y"}}"#));
    }

    #[test]
    fn nothing_to_derive_from_gives_nothing() {
        assert_eq!(id(r#"{"type":"process","pid":1}"#), None);
        assert_eq!(id(r#"{"type":"file","size":1}"#), None);
        assert_eq!(id(r#"{"type":"indicator","name":"x"}"#), None);
        assert_eq!(id(r#"{"type":"x-custom","value":"x"}"#), None);
    }
}
