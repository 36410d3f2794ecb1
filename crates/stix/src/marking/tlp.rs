//! The Traffic Light Protocol: version 1 in the standard itself (STIX 2.1 §7.2.1), version 2.0 as
//! an extension of the OASIS common objects.

use crate::Id;
use crate::tree::Value;

/// The extension definition of TLP 2.0.
pub const TLP_2_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// A marking of the Traffic Light Protocol, in one of its two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tlp {
    /// TLP 1: TLP:WHITE.
    White1,
    /// TLP 1: TLP:GREEN.
    Green1,
    /// TLP 1: TLP:AMBER.
    Amber1,
    /// TLP 1: TLP:RED.
    Red1,
    /// TLP 2.0: TLP:CLEAR.
    Clear2,
    /// TLP 2.0: TLP:GREEN.
    Green2,
    /// TLP 2.0: TLP:AMBER.
    Amber2,
    /// TLP 2.0: TLP:AMBER+STRICT.
    AmberStrict2,
    /// TLP 2.0: TLP:RED.
    Red2,
}

/// How far something may be shared, the widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlpLevel {
    /// With anyone. TLP 1 said WHITE.
    Clear,
    /// Within the community.
    Green,
    /// Within the organisation and its clients.
    Amber,
    /// Within the organisation.
    AmberStrict,
    /// With those present.
    Red,
}

/// What the published definition of a marking holds.
struct Instance {
    tlp: Tlp,
    id: &'static str,
    name: &'static str,
    value: &'static str,
}

/// The nine definitions, as printed in the standard and in the OASIS common objects.
const INSTANCES: [Instance; 9] = [
    instance(
        Tlp::White1,
        "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
        "TLP:WHITE",
        "white",
    ),
    instance(
        Tlp::Green1,
        "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
        "TLP:GREEN",
        "green",
    ),
    instance(
        Tlp::Amber1,
        "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
        "TLP:AMBER",
        "amber",
    ),
    instance(
        Tlp::Red1,
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
        "TLP:RED",
        "red",
    ),
    instance(
        Tlp::Clear2,
        "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        "TLP:CLEAR",
        "clear",
    ),
    instance(
        Tlp::Green2,
        "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        "TLP:GREEN",
        "green",
    ),
    instance(
        Tlp::Amber2,
        "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        "TLP:AMBER",
        "amber",
    ),
    instance(
        Tlp::AmberStrict2,
        "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        "TLP:AMBER+STRICT",
        "amber+strict",
    ),
    instance(
        Tlp::Red2,
        "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
        "TLP:RED",
        "red",
    ),
];

/// When the definitions of TLP 1 and of TLP 2.0 were created.
const CREATED_1: &str = "2017-01-20T00:00:00.000Z";
const CREATED_2: &str = "2022-10-01T00:00:00.000Z";

/// How a marking definition can be at odds with the published ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlpFault {
    /// It is of type `tlp` and none of the four (STIX 2.1 §7.2.1.4).
    Instance1,
    /// It has the extension of TLP 2.0 and is none of the five.
    Instance2,
    /// It has the identifier of one of them, and says nothing of TLP.
    Identifier,
}

const fn instance(tlp: Tlp, id: &'static str, name: &'static str, value: &'static str) -> Instance {
    Instance {
        tlp,
        id,
        name,
        value,
    }
}

impl Tlp {
    /// The marking whose published definition has this identifier.
    #[must_use]
    pub fn of_id(id: &Id) -> Option<Self> {
        Self::of_id_text(id.as_str()).map(|instance| instance.tlp)
    }

    fn of_id_text(id: &str) -> Option<&'static Instance> {
        INSTANCES.iter().find(|instance| instance.id == id)
    }

    fn instance(self) -> &'static Instance {
        &INSTANCES[self as usize]
    }

    /// The identifier of its published definition.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.instance().id
    }

    /// Its name, `TLP:AMBER+STRICT` for example.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.instance().name
    }

    /// Whether it is of TLP 2.0.
    #[must_use]
    pub fn is_version_2(self) -> bool {
        self as usize >= Self::Clear2 as usize
    }

    /// How far it lets something be shared.
    #[must_use]
    pub fn level(self) -> TlpLevel {
        match self {
            Self::White1 | Self::Clear2 => TlpLevel::Clear,
            Self::Green1 | Self::Green2 => TlpLevel::Green,
            Self::Amber1 | Self::Amber2 => TlpLevel::Amber,
            Self::AmberStrict2 => TlpLevel::AmberStrict,
            Self::Red1 | Self::Red2 => TlpLevel::Red,
        }
    }

    /// The marking of TLP 2.0 for the same level: WHITE becomes CLEAR. Nothing in this crate
    /// applies it unasked; content marked with TLP 1 stays marked with TLP 1.
    #[must_use]
    pub fn to_version_2(self) -> Self {
        match self.level() {
            TlpLevel::Clear => Self::Clear2,
            TlpLevel::Green => Self::Green2,
            TlpLevel::Amber => Self::Amber2,
            TlpLevel::AmberStrict => Self::AmberStrict2,
            TlpLevel::Red => Self::Red2,
        }
    }

    /// The published definition, as a STIX 2.1 object in canonical form.
    #[must_use]
    pub fn definition(self) -> String {
        let Instance {
            id, name, value, ..
        } = self.instance();
        if self.is_version_2() {
            format!(
                r#"{{"created":"{CREATED_2}","extensions":{{"{TLP_2_EXTENSION}":{{"extension_type":"property-extension","tlp_2_0":"{value}"}}}},"id":"{id}","name":"{name}","spec_version":"2.1","type":"marking-definition"}}"#
            )
        } else {
            format!(
                r#"{{"created":"{CREATED_1}","definition":{{"tlp":"{value}"}},"definition_type":"tlp","id":"{id}","name":"{name}","spec_version":"2.1","type":"marking-definition"}}"#
            )
        }
    }

    /// What a marking definition says of TLP: the marking whose published definition it is, or
    /// nothing.
    ///
    /// # Errors
    /// If it claims to be of TLP, or has the identifier of one of the published definitions, and
    /// is none of them.
    pub(crate) fn of_definition(object: Value<'_>) -> Result<Option<Self>, TlpFault> {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let tlp_1 = object
            .get("definition")
            .and_then(|d| d.get("tlp"))
            .and_then(Value::as_str);
        let tlp_1 = tlp_1.filter(|_| text("definition_type") == Some("tlp"));
        let extension = object
            .get("extensions")
            .and_then(|e| e.get(TLP_2_EXTENSION));
        let tlp_2 = extension
            .and_then(|e| e.get("tlp_2_0"))
            .and_then(Value::as_str);
        let claims_1 = text("definition_type") == Some("tlp");
        let claims_2 = extension.is_some();
        let Some(instance) = text("id").and_then(Self::of_id_text) else {
            return match (claims_1, claims_2) {
                (true, _) => Err(TlpFault::Instance1),
                (false, true) => Err(TlpFault::Instance2),
                (false, false) => Ok(None),
            };
        };
        let version_2 = instance.tlp.is_version_2();
        let (value, created) = if version_2 {
            (tlp_2, CREATED_2)
        } else {
            (tlp_1, CREATED_1)
        };
        // STIX 2.0 printed the same definitions without a name, and had no such property.
        let named = match text("name") {
            Some(name) => name == instance.name,
            None => text("spec_version").is_none_or(|version| version == "2.0"),
        };
        let same_instant = text("created").and_then(|text| crate::Instant::parse(text).ok())
            == crate::Instant::parse(created).ok();
        let alone = if version_2 { !claims_1 } else { !claims_2 };
        if value == Some(instance.value) && named && same_instant && alone {
            Ok(Some(instance.tlp))
        } else if !claims_1 && !claims_2 {
            Err(TlpFault::Identifier)
        } else if version_2 {
            Err(TlpFault::Instance2)
        } else {
            Err(TlpFault::Instance1)
        }
    }
}
