//! One object as a whole: what type it is, which tables apply, and the rules of single types that
//! no table can say (STIX 2.1 §3.2, §4, §5, §6).

use super::context::{Context, instant};
use super::rule::Rule;
use crate::SpecVersion;
use crate::deterministic;
use crate::id::IdRef;
use crate::object::spec_version_of;
use crate::relationships::{self, Standing};
use crate::schema::{self, Class, ObjectType};
use crate::tree::{Kind, Value};

impl<'t> Context<'t, '_> {
    /// Checks an object that stands by itself.
    pub(super) fn object(&mut self, object: Value<'t>) {
        if object.kind() != Kind::Object {
            self.find(Rule::Object, object, "");
            return;
        }
        let Some(type_value) = object.get("type") else {
            self.find(Rule::TypeMissing, object, "");
            return;
        };
        let Some(type_name) = self.string(type_value, "3.2") else {
            return;
        };
        if type_name == "bundle" {
            self.bundle_as_object();
            return;
        }
        self.version = self
            .options
            .spec
            .unwrap_or_else(|| spec_version_of(object, type_name));
        let object_type = match self.version {
            SpecVersion::V20 => schema::object_type_v20(type_name),
            SpecVersion::V21 => schema::object_type(type_name),
        };
        match object_type {
            Some(object_type) => self.typed(object, object_type),
            None => {
                self.type_name(type_name, type_value);
                self.custom_object(object, type_value);
            }
        }
        if self.version == SpecVersion::V20 && self.options.spec.is_none() {
            self.newer_properties(object, type_name);
        }
        self.own_id(object, type_name, object_type);
        self.versioning(object);
        self.granular_markings(object);
        if let Some(object_type) = object_type {
            self.particular(object, object_type);
        }
    }

    pub(super) fn type_name(&mut self, type_name: &str, value: Value<'t>) {
        if !crate::is_type_name(type_name) {
            self.find(Rule::TypeName, value, "");
        } else if type_name.contains("--") {
            self.find(Rule::TypeHyphens, value, "");
        }
    }

    /// An object that would be of STIX 2.0 because it says so or says nothing, but has what came
    /// with 2.1: its `spec_version` is wrong, or missing.
    fn newer_properties(&mut self, object: Value<'t>, type_name: &str) {
        // Of a custom type only the common properties are known.
        let own = schema::object_type_v20(type_name).is_some();
        let like = if own { type_name } else { "identity" };
        let (Some(old), Some(new)) = (schema::object_type_v20(like), schema::object_type(like))
        else {
            return;
        };
        let has = |object_type: &'static ObjectType, name: &str| {
            let rows = if own {
                object_type.structure.properties
            } else {
                &[]
            };
            let mut rows = rows.iter().chain(object_type.common);
            rows.any(|row| row.name == name && row.need != schema::Need::Forbidden)
        };
        let newer = object
            .members()
            .find(|(name, _)| has(new, name) && !has(old, name));
        match (newer, object.get("spec_version")) {
            (Some(_), Some(stated)) => self.find(Rule::SpecVersion, stated, "2.1"),
            (Some((_, value)), None) => self.find(Rule::SpecVersionMissing, value, ""),
            (None, None) => self.find(Rule::ImpliedVersion, object, ""),
            (None, Some(_)) => {}
        }
    }

    /// The members of an object of a custom type: the common properties of a family.
    pub(super) fn custom_members(&mut self, object: Value<'t>, like: &'static ObjectType) {
        for (name, value) in object.members() {
            match like.common.iter().find(|property| property.name == name) {
                Some(property) if property.need != schema::Need::Forbidden => {
                    self.value(&property.kind, value, "3.2");
                }
                Some(_) if name == "defanged" => self.find(Rule::Defanged, value, ""),
                // Not in use here, but still what its table says (§7.3.2, §11.2.1).
                Some(property) => self.value(&property.kind, value, "3.2"),
                None => {
                    if self.version == SpecVersion::V21 && super::custom::is_reserved(name) {
                        self.find(Rule::Reserved, value, "");
                    }
                    self.property_value(name, value);
                }
            }
        }
        let required = |property: &&schema::Property| property.need == schema::Need::Required;
        for property in like.common.iter().filter(required) {
            if object.get(property.name).is_none() {
                self.find(Rule::Required, object, property.name);
            }
        }
    }

    /// The identifier against the type of the object (§2.9).
    fn own_id(
        &mut self,
        object: Value<'t>,
        type_name: &str,
        object_type: Option<&'static ObjectType>,
    ) {
        let Some(value) = object.get("id") else {
            return;
        };
        let Some(Ok(id)) = value.as_str().map(IdRef::parse) else {
            return; // found already
        };
        if id.type_name() != type_name {
            self.find(Rule::IdPrefix, value, "");
        }
        let version = id.uuid_version();
        let is_sco = match object_type {
            Some(object_type) => object_type.class == Class::Sco,
            None => self.declared_class() == Some(Class::Sco),
        };
        if !is_sco {
            if version != 4 && self.version == SpecVersion::V21 {
                self.find(Rule::IdVersion4, value, "");
            }
            return;
        }
        let Some(object_type) = object_type else {
            if version != 5 {
                self.find(Rule::IdVersion5, value, "");
            }
            return;
        };
        match deterministic::uuid_of(object, object_type) {
            None if version != 4 => self.find(Rule::IdRandom, value, ""),
            None => {}
            Some(_) if version != 5 => self.find(Rule::IdVersion5, value, ""),
            Some(uuid) => {
                let mut text = uuid::Uuid::encode_buffer();
                if !uuid
                    .hyphenated()
                    .encode_lower(&mut text)
                    .eq_ignore_ascii_case(id.uuid())
                {
                    self.find(Rule::IdDeterministic, value, "");
                } else if object.get("created").is_some() && object.get("modified").is_some() {
                    // §3.6: producers versioning observables MUST NOT use the default namespace.
                    self.find(Rule::ObservableVersioned, value, "");
                }
            }
        }
    }

    /// `modified` is not before `created` (§3.2, §3.6).
    fn versioning(&mut self, object: Value<'t>) {
        if let Some(modified) = object.get("modified")
            && let Some(created) = object.get("created")
            && let (Some(later), Some(earlier)) = (instant(modified), instant(created))
            && later < earlier
        {
            self.find(Rule::ModifiedBeforeCreated, modified, "");
        }
    }

    /// The rules of single types.
    fn particular(&mut self, object: Value<'t>, object_type: &'static ObjectType) {
        if object_type.class != Class::Sco {
            self.external_references(object, object_type.name());
        }
        match object_type.name() {
            "indicator" => self.indicator(object),
            "malware" => self.malware(object),
            "location" => self.location(object),
            "observed-data" => self.observed_data(object),
            "relationship" => self.relationship(object),
            "network-traffic" => self.network_traffic(object),
            "process" => self.process(object),
            "marking-definition" => self.marking_definition(object),
            "extension-definition" => self.extension_definition(object),
            _ => {}
        }
    }

    /// References to CVE and CAPEC (§4.1.1, §4.19.1), and hashes of what a url points at (§2.5).
    fn external_references(&mut self, object: Value<'t>, type_name: &str) {
        let Some(references) = object.get("external_references") else {
            return;
        };
        for reference in references.items() {
            let (mut source, mut id, mut url, mut hashes) = (None, None, None, false);
            for (name, value) in reference.members() {
                match name {
                    "source_name" => source = value.as_str(),
                    "external_id" => id = value.as_str(),
                    "url" => url = Some(value),
                    "hashes" => hashes = true,
                    _ => {}
                }
            }
            if let Some(url) = url
                && !hashes
            {
                self.find(Rule::ExternalReferenceHashes, url, "");
            }
            let cve = source == Some("cve");
            let capec = source == Some("capec");
            let looks_like_cve = id.is_some_and(is_cve);
            let looks_like_capec = id.is_some_and(is_capec);
            let vulnerability = type_name == "vulnerability";
            let attack_pattern = type_name == "attack-pattern";
            if (cve && !looks_like_cve) || (vulnerability && looks_like_cve && !cve) {
                self.find(Rule::ExternalReferenceCve, reference, "");
            }
            if (capec && !looks_like_capec) || (attack_pattern && looks_like_capec && !capec) {
                self.find(Rule::ExternalReferenceCapec, reference, "");
            }
        }
    }

    fn indicator(&mut self, object: Value<'t>) {
        if self.version == SpecVersion::V21 {
            for name in ["name", "description"] {
                if object.get(name).is_none() {
                    self.find(Rule::IndicatorNames, object, name);
                }
            }
        }
        // STIX 2.0 knew no other language of patterns.
        let is_stix = self.version == SpecVersion::V20
            || object.get("pattern_type").and_then(Value::as_str) == Some("stix");
        if self.options.patterns
            && is_stix
            && let Some(pattern) = object.get("pattern")
            && let Some(text) = pattern.as_str()
        {
            let stated = object.get("pattern_version").and_then(Value::as_str);
            // Unless it is said, the version is that of the object (§4.7.1).
            let version = match stated {
                Some("2.0") => SpecVersion::V20,
                _ => self.version,
            };
            self.pattern(text, pattern, version);
        }
    }

    fn malware(&mut self, object: Value<'t>) {
        let family = object.get("is_family").and_then(Value::as_bool) == Some(true);
        if family && object.get("name").is_none() {
            self.find(Rule::MalwareFamilyName, object, "");
        }
    }

    fn location(&mut self, object: Value<'t>) {
        if let Some(latitude) = object.get("latitude")
            && object.get("longitude").is_some()
            && object.get("precision").is_none()
        {
            self.find(Rule::LocationCoordinates, latitude, "");
        }
    }

    /// `object_refs` refers to at least one observable; a type that the standard does not define
    /// may be one (§4.14.1).
    fn observed_data(&mut self, object: Value<'t>) {
        let Some(refs) = object.get("object_refs") else {
            return;
        };
        let may_be_sco = |value: Value<'_>| {
            let id = value.as_str().and_then(|text| IdRef::parse(text).ok());
            id.is_some_and(|id| super::value::is_target(id.type_name(), schema::Target::Sco))
        };
        if !refs.is_empty() && !refs.items().any(may_be_sco) {
            self.find(Rule::ObservedNothing, refs, "");
        }
    }

    fn relationship(&mut self, object: Value<'t>) {
        let type_of = |name| {
            let id = object
                .get(name)
                .and_then(Value::as_str)
                .and_then(|t| IdRef::parse(t).ok());
            id.map(IdRef::type_name)
        };
        if self.version == SpecVersion::V21
            && let Some(value) = object.get("relationship_type")
            && let Some(text) = value.as_str()
            && let (Some(source), Some(target)) = (type_of("source_ref"), type_of("target_ref"))
            && relationships::standing(source, text, target) != Standing::Listed
        {
            self.find(Rule::RelationshipListed, value, "");
        }
    }

    fn network_traffic(&mut self, object: Value<'t>) {
        for port in ["src_port", "dst_port"] {
            if object.get(port).is_none() {
                self.find(Rule::Ports, object, port);
            }
        }
    }

    /// A process says something of itself or in an extension (§6.13).
    pub(super) fn process(&mut self, object: Value<'t>) {
        const COMMON: [&str; 6] = [
            "type",
            "id",
            "spec_version",
            "object_marking_refs",
            "granular_markings",
            "defanged",
        ];
        if object.members().all(|(name, _)| COMMON.contains(&name)) {
            self.find(Rule::ProcessEmpty, object, "");
        }
    }
}

/// `CVE-year-number`, the number of four digits or more.
fn is_cve(text: &str) -> bool {
    let Some((year, number)) = text
        .strip_prefix("CVE-")
        .and_then(|rest| rest.split_once('-'))
    else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    year.len() == 4 && number.len() >= 4 && digits(year) && digits(number)
}

/// `CAPEC-number`.
fn is_capec(text: &str) -> bool {
    text.strip_prefix("CAPEC-")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}
