//! One party's acceptance of a charter, and the logs that it declares with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::TRACKS_MAX;
use crate::act::field::Field;
use crate::act::refused::Refused;
use crate::name::{PartyId, TrackName};

/// Longest signed note, in bytes (`docs/FORMATS.md` §3).
pub const NOTE_BYTES_MAX: usize = 64 * 1024;

/// An acceptance as it stands in a charter: signed notes that nobody has looked into yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Acceptance {
    party: PartyId,
    note: Box<str>,
    logs: Box<[Box<str>]>,
}

impl Acceptance {
    /// The acceptance note of a party, and its declaration note for each of its tracks.
    pub fn new(
        party: PartyId,
        note: impl Into<Box<str>>,
        logs: BTreeMap<TrackName, String>,
    ) -> Self {
        let logs = logs.into_values().map(String::into_boxed_str).collect();
        Self {
            party,
            note: note.into(),
            logs,
        }
    }

    /// The party.
    pub fn party(&self) -> &PartyId {
        &self.party
    }

    /// The text of the acceptance note.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The texts of the declaration notes, by track.
    pub fn logs(&self) -> impl ExactSizeIterator<Item = &str> {
        self.logs.iter().map(AsRef::as_ref)
    }

    pub(super) fn into_value(self) -> Value {
        json!({ "party": self.party, "note": self.note, "logs": self.logs })
    }

    pub(super) fn read(field: &Field<'_>) -> Result<Self, Refused> {
        let logs = field.member("logs")?;
        let log = |l: Field<'_>| Ok(l.text_within(NOTE_BYTES_MAX)?.into());
        Ok(Self {
            party: field.member("party")?.parse()?,
            note: field.member("note")?.text_within(NOTE_BYTES_MAX)?.into(),
            logs: logs
                .list(TRACKS_MAX)?
                .map(log)
                .collect::<Result<_, Refused>>()?,
        })
    }
}
