//! The terms of one track: who is in it, who may read it, and its clocks.

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};

use super::{NAME_BYTES_MAX, PARTIES_MAX, check_order};
use crate::act::field::Field;
use crate::act::refused::{Refused, Rule};
use crate::name::{PartyId, TrackName};

/// The usual window of items without a receipt (RECORD §5).
pub const WINDOW_ITEMS_DEFAULT: u64 = 4_096;
/// The largest window of items without a receipt.
pub const WINDOW_ITEMS_MAX: u64 = 1 << 32;
/// The usual window of days without a receipt (RECORD §5).
pub const WINDOW_DAYS_DEFAULT: u64 = 7;
/// The largest window of days without a receipt.
pub const WINDOW_DAYS_MAX: u64 = 366;
/// The longest time between two checkpoints, in seconds: at least every hour (RECORD §6).
pub const HEARTBEAT_SECS_MAX: u64 = 3_600;
/// The usual time to acknowledge, in seconds: a day.
pub const ACKNOWLEDGE_SECS_DEFAULT: u64 = 86_400;
/// The longest time to acknowledge, in seconds: a year.
pub const ACKNOWLEDGE_SECS_MAX: u64 = 366 * 86_400;

/// The most officers that a track can ask for before something leaves.
pub const CLEARANCE_OFFICERS_MAX: u8 = 2;

/// The terms of one track (`docs/FORMATS.md` §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackTerms {
    name: TrackName,
    title: Box<str>,
    access: Access,
    parties: Box<[PartyId]>,
    window_items: u64,
    window_days: u64,
    heartbeat_secs: u64,
    acknowledge_secs: u64,
    marking_ceiling: Option<Ceiling>,
    clearance: u8,
}

/// The strictest marking of the Traffic Light Protocol that may be passed on a track; the widest sharing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ceiling {
    /// TLP:CLEAR, and TLP:WHITE of version 1.
    Clear,
    /// TLP:GREEN.
    Green,
    /// TLP:AMBER.
    Amber,
    /// TLP:AMBER+STRICT.
    AmberStrict,
    /// TLP:RED: anything.
    Red,
}

/// The words for a ceiling, in the order of its variants.
const CEILING_WORDS: &[&str] = &["clear", "green", "amber", "amber+strict", "red"];
const CEILINGS: [Ceiling; 5] = [
    Ceiling::Clear,
    Ceiling::Green,
    Ceiling::Amber,
    Ceiling::AmberStrict,
    Ceiling::Red,
];

/// A word that names no ceiling.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no marking ceiling: it is one of clear, green, amber, amber+strict, red")]
pub struct NoCeiling(pub Box<str>);

impl Ceiling {
    /// The word that a charter has for it.
    pub fn word(self) -> &'static str {
        CEILING_WORDS[self as usize]
    }
}

impl std::fmt::Display for Ceiling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Ceiling {
    type Err = NoCeiling;

    fn from_str(word: &str) -> Result<Self, NoCeiling> {
        let mut ceilings = CEILINGS.into_iter();
        ceilings
            .find(|ceiling| ceiling.word() == word)
            .ok_or_else(|| NoCeiling(word.into()))
    }
}

/// Who may read a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Its parties.
    Closed,
    /// Anyone whom a party shows it to.
    Open,
}

impl TrackTerms {
    /// A track with the usual clocks; the parties may come in any order. Bounds are checked when
    /// the charter is written.
    pub fn new(
        name: TrackName,
        title: impl Into<Box<str>>,
        access: Access,
        parties: impl Into<Box<[PartyId]>>,
    ) -> Self {
        let mut parties = parties.into();
        parties.sort();
        Self {
            name,
            title: title.into(),
            access,
            parties,
            window_items: WINDOW_ITEMS_DEFAULT,
            window_days: WINDOW_DAYS_DEFAULT,
            heartbeat_secs: HEARTBEAT_SECS_MAX,
            acknowledge_secs: ACKNOWLEDGE_SECS_DEFAULT,
            marking_ceiling: None,
            clearance: 0,
        }
    }

    /// With another window: how many items, and how many days, may go without a receipt.
    #[must_use]
    pub fn window(self, window_items: u64, window_days: u64) -> Self {
        Self {
            window_items,
            window_days,
            ..self
        }
    }

    /// With another longest time between two checkpoints, in seconds.
    #[must_use]
    pub fn heartbeat(self, heartbeat_secs: u64) -> Self {
        Self {
            heartbeat_secs,
            ..self
        }
    }

    /// With another time to acknowledge, in seconds from the receipt.
    #[must_use]
    pub fn acknowledge(self, acknowledge_secs: u64) -> Self {
        Self {
            acknowledge_secs,
            ..self
        }
    }

    /// With a strictest marking that may be passed.
    #[must_use]
    pub fn ceiling(self, marking_ceiling: Option<Ceiling>) -> Self {
        Self {
            marking_ceiling,
            ..self
        }
    }

    /// With a number of officers who must clear what a party passes, at most [`CLEARANCE_OFFICERS_MAX`].
    #[must_use]
    pub fn cleared_by(self, clearance: u8) -> Self {
        Self { clearance, ..self }
    }

    /// The name.
    pub fn name(&self) -> &TrackName {
        &self.name
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Who may read it.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The parties, by host.
    pub fn parties(&self) -> &[PartyId] {
        &self.parties
    }

    /// How many items may go without a receipt.
    pub fn window_items(&self) -> u64 {
        self.window_items
    }

    /// How long an item may go without a receipt.
    pub fn window_time(&self) -> SignedDuration {
        duration(self.window_days * 86_400)
    }

    /// The longest time between two checkpoints.
    pub fn heartbeat_time(&self) -> SignedDuration {
        duration(self.heartbeat_secs)
    }

    /// The time to acknowledge, from the receipt.
    pub fn acknowledge_time(&self) -> SignedDuration {
        duration(self.acknowledge_secs)
    }

    /// The strictest marking that may be passed; anything when there is none.
    pub fn marking_ceiling(&self) -> Option<Ceiling> {
        self.marking_ceiling
    }

    /// How many officers of a party must clear what it passes before it leaves: 0, 1 or 2.
    pub fn clearance(&self) -> u8 {
        self.clearance
    }

    pub(super) fn into_value(self) -> Value {
        let mut value = json!({
            "name": self.name,
            "title": self.title,
            "access": self.access,
            "parties": self.parties,
            "window_items": self.window_items,
            "window_days": self.window_days,
            "heartbeat_secs": self.heartbeat_secs,
            "acknowledge_secs": self.acknowledge_secs,
        });
        // What a track does not ask for is not said, so that charters without it are the bytes they always were.
        if let Some(ceiling) = self.marking_ceiling {
            value["marking_ceiling"] = ceiling.word().into();
        }
        if self.clearance > 0 {
            value["clearance"] = self.clearance.into();
        }
        value
    }

    pub(super) fn read(field: &Field<'_>) -> Result<Self, Refused> {
        let list = field.member("parties")?;
        let parties: Box<[PartyId]> = list
            .list(PARTIES_MAX)?
            .map(|p| p.parse())
            .collect::<Result<_, Refused>>()?;
        if parties.is_empty() {
            return Err(list.refuse(Rule::Empty));
        }
        check_order(&list, parties.iter())?;
        let number = |name, max| field.member(name)?.integer(1, max);
        let marking_ceiling = match field.optional("marking_ceiling")? {
            Some(ceiling) => Some(ceiling.word(CEILING_WORDS, &CEILINGS)?),
            None => None,
        };
        let clearance = match field.optional("clearance")? {
            Some(officers) => officers.integer(0, CLEARANCE_OFFICERS_MAX.into())?,
            None => 0,
        };
        Ok(Self {
            name: field.member("name")?.parse()?,
            title: field.member("title")?.text_within(NAME_BYTES_MAX)?.into(),
            access: field
                .member("access")?
                .word(&["closed", "open"], &[Access::Closed, Access::Open])?,
            parties,
            window_items: number("window_items", WINDOW_ITEMS_MAX)?,
            window_days: number("window_days", WINDOW_DAYS_MAX)?,
            heartbeat_secs: number("heartbeat_secs", HEARTBEAT_SECS_MAX)?,
            acknowledge_secs: number("acknowledge_secs", ACKNOWLEDGE_SECS_MAX)?,
            marking_ceiling,
            // The bound keeps it far below the limit of the type.
            clearance: u8::try_from(clearance).unwrap_or(CLEARANCE_OFFICERS_MAX),
        })
    }
}

/// A duration of seconds that a bound of this file keeps far below the limit of the type.
fn duration(secs: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(secs).unwrap_or(i64::MAX))
}
