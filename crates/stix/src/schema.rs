//! The standard's own tables: every type, property, data type and vocabulary of STIX 2.1, and what
//! STIX 2.0 has otherwise.
//!
//! The files below follow the chapters of the standard, and each table the order of its table, so
//! that the two can be laid side by side. Nothing in here does anything: [`crate::check`] reads it.

use crate::vocabulary::Vocabulary;

mod common;
pub mod extensions;
mod meta;
mod sco;
mod sdo;
mod sro;
pub mod types;
mod v20;

pub use common::{EXTERNAL_REFERENCE, GRANULAR_MARKING, KILL_CHAIN_PHASE};
pub use meta::{BUNDLE, EXTENSION_DEFINITION, LANGUAGE_CONTENT, MARKING_DEFINITION};
pub use sco::SCOS;
pub use sdo::SDOS;
pub use sro::SROS;
pub use types::SUB_TYPES;

/// Which family of objects a type belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// STIX Domain Object (STIX 2.1 §4).
    Sdo,
    /// STIX Relationship Object (§5).
    Sro,
    /// STIX Cyber-observable Object (§6).
    Sco,
    /// Language content, marking definition, extension definition (§7).
    Meta,
}

/// Whether a property has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Marked *required* in the property table.
    Required,
    /// Marked *optional*.
    Optional,
    /// Marked *deprecated*: allowed, and warned of.
    Deprecated,
    /// Reserved, or not applicable to this type: not allowed.
    Forbidden,
}

/// What the objects that a reference points at have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A STIX Object of whatever type; a bundle is none (§8).
    Object,
    /// One of these types.
    Types(&'static [&'static str]),
    /// A domain object, of the standard or not.
    Sdo,
    /// A cyber-observable object, of the standard or not.
    Sco,
    /// A domain or a cyber-observable object, of the standard or not.
    SdoOrSco,
    /// A cyber-observable or a relationship object, of the standard or not.
    ScoOrSro,
}

/// A restriction of the string type that one or more property tables make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 5646 language tag.
    Language,
    /// RFC 3986 URI.
    Uri,
    /// RFC 1034 domain name of RFC 5890 labels (§6.4.1).
    DomainName,
    /// RFC 5322 addr-spec (§6.5.1).
    EmailAddress,
    /// IPv4 address or CIDR block (§6.8.1).
    Ipv4,
    /// IPv6 address or CIDR block (§6.9.1).
    Ipv6,
    /// Lower-case colon-delimited MAC-48 address (§6.10.1).
    Mac,
    /// CPE 2.3 formatted string (§6.14.1).
    Cpe,
    /// Name of a character set as IANA prefers it (§3.9.1).
    CharacterSet,
    /// Media type, should be registered with IANA.
    MediaType,
    /// `a-z`, `0-9` and hyphen (§5.1.2).
    RelationshipType,
    /// ISO 3166-1 alpha-2 country code, recommended (§4.10.1).
    Country,
    /// ISO 3166-2 subdivision code, recommended (§4.10.1).
    AdministrativeArea,
    /// Lower case, words separated by hyphens, recommended.
    LowerHyphen,
    /// Lower case (§6.12.2).
    Lower,
    /// An IANA service name, recommended (§6.12.1).
    Protocol,
    /// A registry key with its hive written out (§6.17.1).
    RegistryKey,
    /// Ends in `_CLASS`, recommended (§6.13.2).
    PriorityClass,
}

/// What the values of a dictionary have to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entries {
    /// Anything the standard has a data type for (§2.3).
    Any,
    /// Strings.
    Strings,
    /// Lists of strings.
    StringLists,
    /// Integers or strings.
    IntegersOrStrings,
    /// Integers.
    Integers,
}

/// The data type of a property: a data type of §2, narrowed as its table narrows it.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any value but `null`.
    Any,
    /// The name of the type itself.
    Type,
    /// `spec_version`.
    SpecVersion,
    /// The identifier of the object itself.
    OwnId,
    /// binary (§2.1).
    Binary,
    /// boolean (§2.2).
    Boolean,
    /// dictionary (§2.3) with certain values. Its keys should be lower case, but every table of the
    /// standard that has one asks for the case of the source.
    Dictionary(Entries),
    /// enum (§2.4).
    Enum(&'static Vocabulary),
    /// float (§2.6), between two bounds.
    Float(f64, f64),
    /// hashes (§2.7).
    Hashes,
    /// hex (§2.8).
    Hex,
    /// identifier (§2.9) of an object of certain types.
    Reference(Target),
    /// integer (§2.10), between two bounds.
    Integer(i64, i64),
    /// list (§2.12).
    List(&'static Kind),
    /// observable-container (§2.13).
    Container,
    /// open-vocab (§2.14).
    OpenVocab(&'static Vocabulary),
    /// string (§2.15).
    String,
    /// string of a certain form.
    Formatted(Format),
    /// timestamp (§2.16).
    Timestamp,
    /// timestamp with at least milliseconds (§3.2).
    TimestampMillis,
    /// timestamp to the second (§6.7.6).
    TimestampSeconds,
    /// A structure of its own: kill chain phase, external reference, a sub-type.
    Structure(&'static Structure),
    /// `extensions` (§3.2, §7.3).
    Extensions,
    /// `definition` of a marking definition (§7.2.1).
    MarkingObject,
    /// `contents` of language content (§7.1.1).
    Contents,
}

/// Any integer that the data type allows (§2.10).
pub const INTEGER: Kind = Kind::Integer(-9_007_199_254_740_991, 9_007_199_254_740_991);
/// An integer that must not be negative.
pub const NATURAL: Kind = Kind::Integer(0, 9_007_199_254_740_991);
/// Any float.
pub const FLOAT: Kind = Kind::Float(f64::MIN, f64::MAX);

/// One row of a property table.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// The name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub need: Need,
    /// Its data type.
    pub kind: Kind,
}

/// A rule over several properties of one structure.
#[derive(Debug, Clone, Copy)]
pub enum Constraint {
    /// At least one of these is there.
    AtLeastOne(&'static [&'static str]),
    /// At least one property of the table is there (other than required ones).
    AtLeastOneOwn,
    /// Not both are there.
    NotBoth(&'static str, &'static str),
    /// If the first is there, so is the second.
    Requires(&'static str, &'static str),
    /// The first instant is not before the second.
    NotBefore(&'static str, &'static str),
    /// The first instant is after the second.
    After(&'static str, &'static str),
    /// If the first is this boolean, the second is not there.
    Unless(&'static str, bool, &'static str),
}

/// A property table with its rules: a type of object, an extension or a sub-type.
#[derive(Debug)]
pub struct Structure {
    /// The name of the type.
    pub name: &'static str,
    /// The section with its property table.
    pub section: &'static str,
    /// The rows of the table, in its order.
    pub properties: &'static [Property],
    /// The rules over several properties.
    pub constraints: &'static [Constraint],
}

/// A type of object.
#[derive(Debug)]
pub struct ObjectType {
    /// Its own property table.
    pub structure: Structure,
    /// Its family.
    pub class: Class,
    /// The common properties and whether this type has them (§3.2).
    pub common: &'static [Property],
    /// The extensions that the standard predefines for it (§3.10).
    pub extensions: &'static [&'static Structure],
    /// The properties its deterministic identifier is made of (§3.4).
    pub contributing: &'static [&'static str],
}

impl ObjectType {
    /// The name of the type.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.structure.name
    }

    /// The row of the property table, its own or common.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        let own = self.structure.properties;
        own.iter()
            .chain(self.common)
            .find(|property| property.name == name)
    }
}

/// The type of STIX 2.1 with this name, if the standard defines it.
#[must_use]
pub fn object_type(name: &str) -> Option<&'static ObjectType> {
    Some(match name {
        "relationship" => &SROS[0],
        "sighting" => &SROS[1],
        "language-content" => &LANGUAGE_CONTENT,
        "marking-definition" => &MARKING_DEFINITION,
        "extension-definition" => &EXTENSION_DEFINITION,
        _ => {
            return SDOS
                .iter()
                .chain(SCOS)
                .find(|object_type| object_type.name() == name);
        }
    })
}

/// The type of STIX 2.0 with this name, if that standard defines it.
#[must_use]
pub fn object_type_v20(name: &str) -> Option<&'static ObjectType> {
    v20::TYPES
        .iter()
        .find(|object_type| object_type.name() == name)
}

/// The cyber-observable object of STIX 2.0 with this name; they only live in observed data.
#[must_use]
pub fn observable_v20(name: &str) -> Option<&'static ObjectType> {
    v20::observables::OBSERVABLES
        .iter()
        .find(|object_type| object_type.name() == name)
}

/// The family of a type of STIX 2.1; of a type the standard does not define, none.
#[must_use]
pub fn class_of(name: &str) -> Option<Class> {
    object_type(name).map(|object_type| object_type.class)
}

/// All types of objects of STIX 2.1, in the order of the standard.
pub fn object_types() -> impl Iterator<Item = &'static ObjectType> {
    let meta = [
        &LANGUAGE_CONTENT,
        &MARKING_DEFINITION,
        &EXTENSION_DEFINITION,
    ];
    SDOS.iter().chain(SROS).chain(SCOS).chain(meta)
}

/// Makes the rows of a property table: `name: need kind`; the kinds are in scope by a glob.
macro_rules! properties {
    ($($name:ident: $need:ident $kind:expr),* $(,)?) => {
        &[$($crate::schema::Property {
            name: stringify!($name),
            need: $crate::schema::Need::$need,
            kind: $kind,
        }),*]
    };
}
use properties;
