//! What a collection asks of an object before it takes it.

use std::sync::Arc;

use dialogue::Ceiling;
use stix::{marking::TlpLevel, policy::Policy};

use crate::collections::Collection;

/// What objects are held against.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// What becomes of faults.
    pub(crate) policy: Arc<Policy>,
    /// The strictest marking that may be passed; `None` for any.
    pub(crate) ceiling: Option<Ceiling>,
}

impl Rules {
    /// Those of a collection.
    pub(crate) fn of(collection: &Collection) -> Self {
        let ceiling = collection.track.terms.marking_ceiling();
        Self {
            policy: collection.judgement.policy().clone(),
            ceiling: ceiling.filter(|ceiling| *ceiling < Ceiling::Red),
        }
    }
}

/// The level up to which a ceiling lets objects through.
pub(crate) fn level(ceiling: Ceiling) -> TlpLevel {
    match ceiling {
        Ceiling::Clear => TlpLevel::Clear,
        Ceiling::Green => TlpLevel::Green,
        Ceiling::Amber => TlpLevel::Amber,
        Ceiling::AmberStrict => TlpLevel::AmberStrict,
        Ceiling::Red => TlpLevel::Red,
    }
}

/// The name of a level, as TLP 2.0 has it.
pub(crate) fn name(level: TlpLevel) -> &'static str {
    match level {
        TlpLevel::Clear => "TLP:CLEAR",
        TlpLevel::Green => "TLP:GREEN",
        TlpLevel::Amber => "TLP:AMBER",
        TlpLevel::AmberStrict => "TLP:AMBER+STRICT",
        TlpLevel::Red => "TLP:RED",
    }
}
