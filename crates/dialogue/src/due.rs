//! What is due, from whom, by when: the first page of a desk (DESIGN §2, §8 *Today*).

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::fold::State;
use crate::fold::event::ItemAt;
use crate::fold::track::{Position, Track};
use crate::moment::Moment;
use crate::name::{OfficeId, Origin, PartyId, TrackName};
use crate::status::{Standing, after};

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// By when. Ordered by this, so that what is most overdue comes first.
    pub by: Moment,
    /// By how much it is overdue.
    pub overdue: Option<SignedDuration>,
    /// Whether it is due from the party that looks, or to it.
    pub side: Side,
    /// Who owes it.
    pub from: PartyId,
    /// To whom.
    pub to: PartyId,
    /// The track.
    pub track: TrackName,
    /// What is due.
    pub what: What,
}

/// Whose turn it is, as seen by one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Ours.
    Us,
    /// Theirs.
    Them,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum What {
    /// An answer to an inquiry, by its due time.
    Answer {
        /// The inquiry.
        inquiry: ItemAt,
        /// Its number among those of the asking party.
        number: u64,
        /// The office that is asked.
        office: OfficeId,
        /// What has come of it so far.
        #[serde(flatten)]
        standing: Standing,
    },
    /// An acknowledgement of an inquiry or of an answer, within the track's time from the receipt:
    /// what has not arrived cannot be acknowledged, and then the receipt is what is due.
    Acknowledgement {
        /// The item.
        item: ItemAt,
        /// The office that is asked, for an inquiry.
        office: Option<OfficeId>,
    },
    /// A receipt for a log, within the track's window from the first item that lacks it.
    Receipt {
        /// The log.
        log: Origin,
        /// The first item without a receipt.
        first: u64,
        /// How many lack it, receipts and heartbeats left out.
        items: u64,
        /// Whether that is as many as the track's window: the sender may stop (RECORD §5).
        window_full: bool,
    },
}

/// What is due at `now` from `party` and to it, in every track, overdue first.
///
/// The cost is that of what is open, not of the whole record.
pub fn due(state: &State, now: Timestamp, party: &PartyId) -> Vec<Due> {
    let mut all = Vec::new();
    for track in state.tracks() {
        let Some(index) = track.party_index(party) else {
            continue;
        };
        let mut desk = Desk {
            track,
            party: index,
            now,
            all: &mut all,
        };
        desk.answers();
        desk.acknowledgements();
        desk.receipts();
    }
    // Stable, so what is due at one instant stays in the order of tracks and items.
    all.sort_by_key(|due| due.by);
    all
}

/// One track as one party looks at it.
struct Desk<'a> {
    track: &'a Track,
    party: u16,
    now: Timestamp,
    all: &'a mut Vec<Due>,
}

impl Desk<'_> {
    fn answers(&mut self) {
        for position in &self.track.unsettled {
            let Some(inquiry) = self.track.inquiries.get(position) else {
                continue;
            };
            let what = || What::Answer {
                inquiry: self.track.item_at(*position),
                number: inquiry.number,
                office: inquiry.office.clone(),
                standing: Standing::of(inquiry),
            };
            let due = self.owed(inquiry.asked, position.log.party, inquiry.due, what);
            self.all.extend(due);
        }
    }

    fn acknowledgements(&mut self) {
        for position in &self.track.unacknowledged {
            let Some((from, office)) = self.addressee(*position) else {
                continue;
            };
            let log = self.track.log(position.log);
            let Some(received) = log.received(from, position.seq) else {
                continue;
            };
            let by = later(received, self.track.acknowledge_time);
            let what = || What::Acknowledgement {
                item: self.track.item_at(*position),
                office,
            };
            let due = self.owed(from, position.log.party, by, what);
            self.all.extend(due);
        }
    }

    /// Whose acknowledgement the item asks for, and of which office if it says so.
    fn addressee(&self, position: Position) -> Option<(u16, Option<OfficeId>)> {
        if let Some(inquiry) = self.track.inquiries.get(&position) {
            return Some((inquiry.asked, Some(inquiry.office.clone())));
        }
        let inquiry = self.track.answers.get(&position)?.inquiry?;
        Some((inquiry.log.party, None))
    }

    fn receipts(&mut self) {
        for (key, log) in self.track.logs() {
            for receiver in self.track.parties() {
                let Some((first, sent, items)) = log.waiting(receiver) else {
                    continue;
                };
                let by = later(sent, self.track.window_time);
                let what = || What::Receipt {
                    log: log.origin().clone(),
                    first,
                    items,
                    window_full: items >= self.track.window_items,
                };
                let due = self.owed(receiver, key.party, by, what);
                self.all.extend(due);
            }
        }
    }

    /// What `from` owes `to`, if the party that looks is one of them.
    fn owed(&self, from: u16, to: u16, by: Moment, what: impl FnOnce() -> What) -> Option<Due> {
        let side = match self.party {
            party if party == from => Side::Us,
            party if party == to => Side::Them,
            _ => return None,
        };
        Some(Due {
            by,
            overdue: after(by.at(), self.now),
            side,
            from: self.track.party(from).clone(),
            to: self.track.party(to).clone(),
            track: self.track.name().clone(),
            what: what(),
        })
    }
}

/// An instant so much later; the end of time when there is none.
fn later(from: Timestamp, time: SignedDuration) -> Moment {
    Moment::utc(from.checked_add(time).unwrap_or(Timestamp::MAX))
}
