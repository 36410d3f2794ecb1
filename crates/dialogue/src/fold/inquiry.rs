//! What an inquiry does to a track, and what is known of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::irregular::Reason;
use super::track::{Arrival, Position, Track};
use crate::act::Fold;
use crate::act::answer::Outcome;
use crate::act::inquiry::{Inquiry, Urgency};
use crate::fold::step::Taken;
use crate::id::Id;
use crate::moment::Moment;
use crate::name::OfficeId;

/// What is known of an inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InquiryState {
    pub(crate) id: Id,
    /// By the order of its party's logs, from 1.
    pub(crate) number: u64,
    /// As its author gave it.
    pub(crate) number_claimed: u64,
    pub(crate) asked: u16,
    pub(crate) office: OfficeId,
    pub(crate) asks: u16,
    pub(crate) due: Moment,
    pub(crate) urgency: Option<Urgency>,
    pub(crate) sent: Timestamp,
    /// The answers that count, in the order of the asked party's logs.
    pub(crate) answers: Vec<Position>,
    /// What the last of them came to.
    pub(crate) outcome: Option<Outcome>,
    /// The sub-questions that some answer answers.
    pub(crate) answered_asks: BTreeSet<u16>,
    pub(crate) closed: Option<Taken>,
}

impl InquiryState {
    /// Whether an answer is still due.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.closed.is_none() && !self.outcome.is_some_and(settles)
    }
}

/// Whether nothing more is due after this outcome.
pub(crate) fn settles(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Answered | Outcome::Declined | Outcome::NotOurs => true,
        Outcome::Partly | Outcome::Pending { .. } => false,
    }
}

impl Fold for Inquiry {
    fn fold(&self, arrival: &Arrival, track: &mut Track) -> Result<(), Reason> {
        track.admit(arrival, self.object())?;
        let asker = arrival.position.log.party;
        let asked = &self.asked().party;
        let asked = match track.party_index(asked) {
            Some(index) if index == asker => return Err(Reason::AsksItself),
            Some(index) => index,
            None => return Err(Reason::AskedNotInTrack(asked.clone())),
        };
        // A number once given stays: a party's items come in one order only.
        let number = track.inquiry_counts.entry(asker).or_default();
        *number += 1;
        let state = InquiryState {
            id: self.object().id().clone(),
            number: *number,
            number_claimed: self.number(),
            asked,
            office: self.asked().office.clone(),
            // The parser keeps this below ASKS_MAX.
            asks: self.asks().len() as u16,
            due: self.due(),
            urgency: self.urgency(),
            sent: arrival.sent,
            answers: Vec::new(),
            outcome: None,
            answered_asks: BTreeSet::new(),
            closed: None,
        };
        track.inquiries.insert(arrival.position, state);
        track.unsettled.insert(arrival.position);
        track.unacknowledged.insert(arrival.position);
        Ok(())
    }
}
