//! The data types (STIX 2.1 §2): one value against the kind its table gives.

use super::context::Context;
use super::format;
use super::rule::Rule;
use crate::SpecVersion;
use crate::id::IdRef;
use crate::schema::{Class, EXTERNAL_REFERENCE, Entries, Kind, Target, class_of};
use crate::timestamp::{Instant, TimestampFault};
use crate::tree::{self, Value};
use crate::vocabulary::Vocabulary;

/// The longest key of a dictionary, in characters (§2.3).
const KEY_LEN_MAX: usize = 250;

impl<'t> Context<'t, '_> {
    /// Checks a value against its data type.
    pub(super) fn value(&mut self, kind: &'static Kind, value: Value<'t>, section: &'static str) {
        if value.kind() == tree::Kind::Null {
            self.find(Rule::Null, value, "");
            return;
        }
        match kind {
            Kind::Any => self.anything(value),
            Kind::Type => {} // judged before anything else, by `object`
            Kind::SpecVersion => self.spec_version(value),
            Kind::OwnId => {
                self.identifier(value);
            }
            Kind::Boolean => {
                if value.as_bool().is_none() {
                    self.find_in(Rule::JsonType, value, section, "a boolean");
                }
            }
            Kind::String => {
                self.string(value, section);
            }
            Kind::Formatted(format) => {
                if let Some(text) = self.string(value, section) {
                    self.formatted(*format, text, value, section);
                }
            }
            Kind::Integer(min, max) => self.integer(value, *min, *max, section),
            Kind::Float(min, max) => match value.as_f64() {
                None => self.find_in(Rule::JsonType, value, section, "a number"),
                Some(number) if !(*min..=*max).contains(&number) => {
                    self.find_in(Rule::FloatRange, value, section, "");
                }
                Some(_) => {}
            },
            Kind::Hex => {
                if let Some(text) = self.string(value, section)
                    && !format::is_hex(text)
                {
                    self.find(Rule::Hex, value, "");
                }
            }
            Kind::Binary => {
                if let Some(text) = self.string(value, section)
                    && !format::is_base64(text)
                {
                    self.find(Rule::Binary, value, "");
                }
            }
            Kind::Timestamp => {
                self.timestamp(value, section);
            }
            Kind::TimestampMillis => {
                if let Some(instant) = self.timestamp(value, section) {
                    match (instant.fraction_digits(), self.version) {
                        (0..=2, _) => self.find(Rule::Precision, value, ""),
                        (4.., SpecVersion::V20) => self.find(Rule::Milliseconds20, value, ""),
                        _ => {}
                    }
                }
            }
            Kind::TimestampSeconds => {
                if let Some(instant) = self.timestamp(value, section)
                    && instant.fraction_digits() > 0
                {
                    self.find(Rule::PeSeconds, value, "");
                }
            }
            Kind::Reference(target) => self.reference(value, *target, section),
            Kind::List(item) => self.list(item, value, section),
            Kind::Enum(vocabulary) => {
                if let Some(text) = self.string(value, section)
                    && !vocabulary.contains(text)
                {
                    self.find_in(Rule::Enum, value, section, vocabulary.name);
                }
            }
            Kind::OpenVocab(vocabulary) => {
                if let Some(text) = self.string(value, section) {
                    self.open_vocab(vocabulary, text, value, section);
                }
            }
            Kind::Hashes => self.hashes(value, section),
            Kind::Dictionary(entries) => self.dictionary(value, *entries, section),
            Kind::Structure(structure) => self.structure(value, structure),
            Kind::Extensions => self.extensions(value),
            Kind::MarkingObject => self.marking_object(value),
            Kind::Contents => self.contents(value),
            Kind::Container => self.observable_container(value),
        }
    }

    /// The content of a string, or a finding that there is none.
    pub(super) fn string(&mut self, value: Value<'t>, section: &'static str) -> Option<&'t str> {
        let text = value.as_str();
        if text.is_none() {
            self.find_in(Rule::JsonType, value, section, "a string");
        }
        text
    }

    fn integer(&mut self, value: Value<'t>, min: i64, max: i64, section: &'static str) {
        match value.as_integer() {
            None => self.find_in(Rule::JsonType, value, section, "an integer"),
            Some(number) if !(min..=max).contains(&number) => {
                self.find_in(Rule::IntegerRange, value, section, "");
            }
            Some(_) => {}
        }
    }

    fn timestamp(&mut self, value: Value<'t>, section: &'static str) -> Option<Instant<'t>> {
        match Instant::parse(self.string(value, section)?) {
            Ok(instant) => Some(instant),
            Err(TimestampFault::Form) => {
                self.find(Rule::TimestampForm, value, "");
                None
            }
            Err(TimestampFault::Day | TimestampFault::Time | TimestampFault::LeapSecond) => {
                self.find(Rule::TimestampInstant, value, "");
                None
            }
        }
    }

    /// Checks the form of an identifier (§2.9), and gives its parts.
    pub(super) fn identifier(&mut self, value: Value<'t>) -> Option<IdRef<'t>> {
        let Ok(id) = IdRef::parse(self.string(value, "2.9")?) else {
            self.find(Rule::IdForm, value, "");
            return None;
        };
        if !(id.is_rfc4122_variant() && (1..=5).contains(&id.uuid_version())) {
            self.find(Rule::IdUuid, value, "");
        } else if self.version == SpecVersion::V20 && id.uuid_version() != 4 {
            self.find(Rule::Id20, value, "");
        }
        Some(id)
    }

    fn reference(&mut self, value: Value<'t>, target: Target, section: &'static str) {
        if self.container.is_some() {
            self.local_reference(value, target, section);
        } else if let Some(id) = self.identifier(value)
            && !is_target(id.type_name(), target)
        {
            self.find_in(Rule::ReferenceTarget, value, section, target_words(target));
        }
    }

    /// A reference within a container names one of its keys (§2.13).
    fn local_reference(&mut self, value: Value<'t>, target: Target, section: &'static str) {
        let Some(key) = self.string(value, section) else {
            return;
        };
        let found = self
            .container
            .as_ref()
            .and_then(|container| container.get(key).copied());
        let Some(type_name) = found else {
            self.find(Rule::ContainerReference, value, "");
            return;
        };
        if type_name.is_some_and(|name| !is_target(name, target)) {
            self.find_in(Rule::ReferenceTarget, value, section, target_words(target));
        }
    }

    fn list(&mut self, item: &'static Kind, value: Value<'t>, section: &'static str) {
        if value.kind() != tree::Kind::Array {
            self.find_in(Rule::JsonType, value, section, "a list");
            return;
        }
        if value.is_empty() {
            self.find(Rule::ListEmpty, value, "");
        }
        for entry in value.items() {
            self.value(item, entry, section);
        }
    }

    fn open_vocab(
        &mut self,
        vocabulary: &'static Vocabulary,
        text: &str,
        value: Value<'t>,
        section: &'static str,
    ) {
        if vocabulary.contains(text) {
            return;
        }
        let rule = if format::is_lower_hyphen(text) {
            Rule::OpenVocab
        } else {
            Rule::OpenVocabForm
        };
        self.find_in(rule, value, section, vocabulary.name);
    }

    fn hashes(&mut self, value: Value<'t>, section: &'static str) {
        if value.kind() != tree::Kind::Object {
            self.find_in(Rule::JsonType, value, section, "a dictionary of hashes");
            return;
        }
        if value.is_empty() {
            self.find(Rule::HashesEmpty, value, "");
        }
        for (algorithm, hash) in value.members() {
            let Some(text) = self.string(hash, "2.7") else {
                continue;
            };
            match format::hash(algorithm, text) {
                format::Hash::Good => {}
                format::Hash::BadValue(name) => self.find(Rule::HashValue, hash, name),
                format::Hash::Unknown if is_key(algorithm) && algorithm.len() >= 3 => {
                    // Elsewhere the vocabulary is open (§2.7); here it MUST be one it lists.
                    let listed = section == EXTERNAL_REFERENCE.section;
                    let rule = match self.version {
                        SpecVersion::V21 if listed => Rule::ExternalReferenceAlgorithm,
                        _ => Rule::HashAlgorithm,
                    };
                    self.find(rule, hash, "");
                }
                format::Hash::Unknown => self.find(Rule::HashKey, hash, ""),
            }
        }
    }

    fn dictionary(&mut self, value: Value<'t>, entries: Entries, section: &'static str) {
        if value.kind() != tree::Kind::Object {
            self.find_in(Rule::JsonType, value, section, "a dictionary");
            return;
        }
        if value.is_empty() {
            self.find(Rule::DictionaryEmpty, value, "");
        }
        for (key, entry) in value.members() {
            self.dictionary_key(key, entry);
            self.entry(entry, entries, section);
        }
    }

    /// Checks a key of a dictionary; the finding stands at its value.
    pub(super) fn dictionary_key(&mut self, key: &str, entry: Value<'t>) {
        if !is_key(key) {
            self.find(Rule::DictionaryKey, entry, "");
        }
    }

    fn entry(&mut self, entry: Value<'t>, entries: Entries, section: &'static str) {
        let is_string = entry.kind() == tree::Kind::String;
        let is_strings = || {
            entry.kind() == tree::Kind::Array
                && entry.items().all(|item| item.kind() == tree::Kind::String)
        };
        let wanted = match entries {
            Entries::Strings if !is_string => "a string",
            // STIX 2.0 part 4 §2.12.2 still had one string for each header.
            Entries::StringLists if is_string && self.version == SpecVersion::V20 => return,
            Entries::StringLists if !is_strings() => "a list of strings",
            Entries::Integers if entry.as_integer().is_none() => "an integer",
            Entries::IntegersOrStrings if !is_string && entry.as_integer().is_none() => {
                "an integer or a string"
            }
            _ => return self.anything(entry),
        };
        self.find_in(Rule::DictionaryValue, entry, section, wanted);
    }

    fn spec_version(&mut self, value: Value<'t>) {
        match (self.string(value, "3.2"), self.version) {
            (None, _) | (Some("2.1"), SpecVersion::V21) => {}
            (Some("2.0"), SpecVersion::V20) => {
                if self.options.spec.is_none() {
                    self.find(Rule::OlderVersion, value, "");
                }
            }
            (Some(_), _) => self.find(Rule::SpecVersion, value, self.version.as_str()),
        }
    }
}

/// Whether `key` may be a key of a dictionary (§2.3).
fn is_key(key: &str) -> bool {
    (1..=KEY_LEN_MAX).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Whether an object of this type may be referred to. A type that the standard does not define
/// may be of any family.
pub(super) fn is_target(type_name: &str, target: Target) -> bool {
    if type_name == "bundle" {
        return false;
    }
    match target {
        Target::Types(types) => types.contains(&type_name),
        Target::Object => true,
        Target::Sdo => matches!(class_of(type_name), None | Some(Class::Sdo)),
        Target::Sco => matches!(class_of(type_name), None | Some(Class::Sco)),
        Target::SdoOrSco => matches!(class_of(type_name), None | Some(Class::Sdo | Class::Sco)),
        Target::ScoOrSro => matches!(class_of(type_name), None | Some(Class::Sco | Class::Sro)),
    }
}

fn target_words(target: Target) -> &'static str {
    match target {
        Target::Object => "a STIX object",
        Target::Sdo => "a domain object",
        Target::Sco => "an observable",
        Target::SdoOrSco => "a domain object or an observable",
        Target::ScoOrSro => "an observable or a relationship object",
        Target::Types(types) => types.first().copied().unwrap_or(""),
    }
}
