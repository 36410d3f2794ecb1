//! What is known of an item, ready to be shown: the four facts of delivery, and how an inquiry
//! stands. Plain data; what depends on the time takes `now`.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::act::answer::Outcome;
use crate::act::inquiry::{Asked, Urgency};
use crate::fold::State;
use crate::fold::event::ItemAt;
use crate::fold::inquiry::InquiryState;
use crate::fold::step::Taken;
use crate::fold::track::{Position, Track};
use crate::id::Id;
use crate::moment::Moment;
use crate::name::{Origin, PartyId, TrackName};

/// The four facts of the delivery of an item to one party (DESIGN §3), each apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// To whom.
    pub to: PartyId,
    /// Its node holds it: the time of its first receipt that covers the item.
    pub received: Option<Timestamp>,
    /// An office has it.
    pub acknowledged: Option<Taken>,
    /// A person has it before their eyes.
    pub opened: Option<Taken>,
    /// For an inquiry, to the party that is asked: the last answer that counts.
    pub answered: Option<Answered>,
}

/// An answer that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// Where it is.
    pub item: ItemAt,
    /// Its identifier.
    pub id: Id,
    /// What it came to.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// When it was sent, by the clock of who answered; the receipt of it brackets that.
    pub sent: Timestamp,
    /// By how much that was after the due time.
    pub late: Option<SignedDuration>,
}

/// An inquiry and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InquiryView {
    /// Where it is.
    pub item: ItemAt,
    /// Its identifier.
    pub id: Id,
    /// Who asks.
    pub from: PartyId,
    /// Its number among the inquiries of that party in the track, by the order of the record.
    pub number: u64,
    /// The number that its author gave it.
    pub number_claimed: u64,
    /// Who is asked.
    pub asked: Asked,
    /// When the answer is due.
    pub due: Moment,
    /// How soon somebody should look at it.
    pub urgency: Option<Urgency>,
    /// When it was sent, by the clock of who asks.
    pub sent: Timestamp,
    /// Its delivery to the party that is asked.
    pub delivery: Delivery,
    /// All answers that count, in their order.
    pub answers: Vec<Answered>,
    /// The sub-questions that no answer answers; what is left out is not answered.
    pub asks_unanswered: Vec<u16>,
    /// Who closed it.
    pub closed: Option<Taken>,
}

/// How an inquiry stands at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What has come of it.
    #[serde(flatten)]
    pub standing: Standing,
    /// By how much it is overdue. A promise (pending) does not move the due time.
    pub overdue: Option<SignedDuration>,
}

/// What has come of an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "standing")]
pub enum Standing {
    /// Nothing yet.
    Open,
    /// An answer is promised.
    Pending {
        /// For when.
        until: Moment,
    },
    /// Answered in part.
    Partly,
    /// Answered.
    Answered,
    /// Declined.
    Declined,
    /// Not theirs.
    NotOurs,
    /// Closed by who asked, whatever came of it.
    Closed,
}

impl InquiryView {
    /// How it stands at `now`. At the due time itself it is not yet overdue.
    pub fn status(&self, now: Timestamp) -> Status {
        let last = self.answers.last().map(|answer| answer.outcome);
        let standing = standing(self.closed.is_some(), last);
        Status {
            standing,
            overdue: standing.overdue(self.due.at(), now),
        }
    }
}

impl Standing {
    pub(crate) fn of(inquiry: &InquiryState) -> Self {
        standing(inquiry.closed.is_some(), inquiry.outcome)
    }

    fn overdue(self, due: Timestamp, now: Timestamp) -> Option<SignedDuration> {
        match self {
            Self::Open | Self::Pending { .. } | Self::Partly => after(due, now),
            Self::Answered | Self::Declined | Self::NotOurs | Self::Closed => None,
        }
    }
}

fn standing(closed: bool, last: Option<Outcome>) -> Standing {
    match last {
        _ if closed => Standing::Closed,
        None => Standing::Open,
        Some(Outcome::Pending { until }) => Standing::Pending { until },
        Some(Outcome::Partly) => Standing::Partly,
        Some(Outcome::Answered) => Standing::Answered,
        Some(Outcome::Declined) => Standing::Declined,
        Some(Outcome::NotOurs) => Standing::NotOurs,
    }
}

/// By how much `time` is after `due`, if it is.
pub(crate) fn after(due: Timestamp, time: Timestamp) -> Option<SignedDuration> {
    (time > due).then(|| time.duration_since(due))
}

impl State {
    /// The inquiry at this place; `None` when there is no regular one.
    pub fn inquiry(&self, track: &TrackName, log: &Origin, seq: u64) -> Option<InquiryView> {
        let track = self.track(track)?;
        let position = track.find(log, seq)?;
        Some(view(track, position, track.inquiries.get(&position)?))
    }

    /// The inquiries of a track, by asking party and number.
    pub fn inquiries(&self, track: &TrackName) -> impl Iterator<Item = InquiryView> {
        self.track(track).into_iter().flat_map(|track| {
            track
                .inquiries
                .iter()
                .map(|(position, inquiry)| view(track, *position, inquiry))
        })
    }

    /// What is known of the delivery of an item to a party; `None` when the item is not in the
    /// record, or the party is not in the track or is the one that passed it.
    pub fn delivery(
        &self,
        track: &TrackName,
        log: &Origin,
        seq: u64,
        to: &PartyId,
    ) -> Option<Delivery> {
        let track = self.track(track)?;
        let (position, party) = (track.find(log, seq)?, track.party_index(to)?);
        (position.log.party != party).then(|| delivery(track, position, party))
    }
}

fn view(track: &Track, position: Position, inquiry: &InquiryState) -> InquiryView {
    let answers = inquiry
        .answers
        .iter()
        .filter_map(|at| answered(track, *at, inquiry));
    let unanswered = |number: &u16| !inquiry.answered_asks.contains(number);
    InquiryView {
        item: track.item_at(position),
        id: inquiry.id.clone(),
        from: track.party(position.log.party).clone(),
        number: inquiry.number,
        number_claimed: inquiry.number_claimed,
        asked: Asked {
            party: track.party(inquiry.asked).clone(),
            office: inquiry.office.clone(),
        },
        due: inquiry.due,
        urgency: inquiry.urgency,
        sent: inquiry.sent,
        delivery: delivery(track, position, inquiry.asked),
        answers: answers.collect(),
        asks_unanswered: (1..=inquiry.asks).filter(unanswered).collect(),
        closed: inquiry.closed.clone(),
    }
}

fn delivery(track: &Track, position: Position, party: u16) -> Delivery {
    let stepped = track.steps.get(&(position, party));
    let inquiry = track
        .inquiries
        .get(&position)
        .filter(|inquiry| inquiry.asked == party);
    let last = inquiry.and_then(|inquiry| Some((inquiry.answers.last()?, inquiry)));
    Delivery {
        to: track.party(party).clone(),
        received: track.log(position.log).received(party, position.seq),
        acknowledged: stepped.and_then(|stepped| stepped.acknowledged.clone()),
        opened: stepped.and_then(|stepped| stepped.opened.clone()),
        answered: last.and_then(|(at, inquiry)| answered(track, *at, inquiry)),
    }
}

fn answered(track: &Track, position: Position, inquiry: &InquiryState) -> Option<Answered> {
    let answer = track.answers.get(&position)?;
    Some(Answered {
        item: track.item_at(position),
        id: answer.id.clone(),
        outcome: answer.outcome,
        sent: answer.sent,
        late: after(inquiry.due.at(), answer.sent),
    })
}
