//! The state of one track: its logs, what refers to what, and what waits for what.
//!
//! It is a function of the items of each log in their order, never of how the logs were
//! interleaved. Three rules make it so: what refers to an item that is not there yet waits for it;
//! what counts about an item is decided by the order of *one* party's log alone; and everything
//! is kept by [`Position`], which orders a party's items as that party passed them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::answer::AnswerState;
use super::event::{Content, ItemAt};
use super::inquiry::InquiryState;
use super::irregular::{Irregular, Reason};
use super::log::{Counts, Log};
use super::step::{StepFact, Stepped};
use crate::act::charter::Charter;
use crate::act::charter::terms::TrackTerms;
use crate::act::object::Object;
use crate::act::reference::ItemRef;
use crate::id::Id;
use crate::in_force::CharterInForce;
use crate::name::{Origin, PartyId, TrackName};

/// A log by its party and how many of that party's logs in the track came before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LogKey {
    pub(crate) party: u16,
    pub(crate) generation: u16,
}

/// Where an item is. Ordered, for one party, as it passed its items: a successor after its
/// predecessor, whatever their origins are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) log: LogKey,
    pub(crate) seq: u64,
}

/// What is known of an item that is being folded, beside its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) position: Position,
    pub(crate) sent: Timestamp,
}

/// A fact that refers to an item which is not in the record yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// The answer at this position.
    Answer,
    Step(Box<StepFact>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Track {
    name: TrackName,
    parties: Box<[(PartyId, Id)]>,
    pub(crate) acknowledge_time: SignedDuration,
    pub(crate) window_time: SignedDuration,
    pub(crate) window_items: u64,
    charter: Arc<CharterInForce>,
    logs: BTreeMap<LogKey, Log>,
    keys: BTreeMap<Origin, LogKey>,
    /// The acts of each party by identifier, to know what is passed twice.
    acts: BTreeMap<(u16, Id), Position>,
    irregular: BTreeMap<Position, Reason>,
    waiting: BTreeMap<ItemAt, BTreeMap<Position, Waiting>>,
    // What each act adds to a track: one line here, the rules in the file of that name.
    pub(crate) inquiries: BTreeMap<Position, InquiryState>,
    pub(crate) inquiry_counts: BTreeMap<u16, u64>,
    pub(crate) answers: BTreeMap<Position, AnswerState>,
    pub(crate) steps: BTreeMap<(Position, u16), Stepped>,
    // What `due` looks at, so that it need not look at everything.
    pub(crate) unsettled: BTreeSet<Position>,
    pub(crate) unacknowledged: BTreeSet<Position>,
}

impl Track {
    pub(super) fn new(charter: &Arc<CharterInForce>, terms: &TrackTerms) -> Self {
        let card = |party: &PartyId| {
            charter
                .card(party)
                .map(|c| (party.clone(), c.identity().clone()))
        };
        let mut track = Self {
            name: terms.name().clone(),
            parties: terms.parties().iter().filter_map(card).collect(),
            acknowledge_time: terms.acknowledge_time(),
            window_time: terms.window_time(),
            window_items: terms.window_items(),
            charter: Arc::clone(charter),
            logs: BTreeMap::new(),
            keys: BTreeMap::new(),
            acts: BTreeMap::new(),
            irregular: BTreeMap::new(),
            waiting: BTreeMap::new(),
            inquiries: BTreeMap::new(),
            inquiry_counts: BTreeMap::new(),
            answers: BTreeMap::new(),
            steps: BTreeMap::new(),
            unsettled: BTreeSet::new(),
            unacknowledged: BTreeSet::new(),
        };
        for (index, party) in track.parties().zip(terms.parties()) {
            if let Some(origin) = charter.log(terms.name(), party) {
                track.add_log(
                    LogKey {
                        party: index,
                        generation: 0,
                    },
                    origin.clone(),
                );
            }
        }
        track
    }

    pub(crate) fn name(&self) -> &TrackName {
        &self.name
    }

    /// Whether this is the charter in force, acceptances included: the same in every log.
    pub(super) fn is_in_force(&self, charter: &Charter) -> bool {
        self.charter.charter() == charter
    }

    pub(crate) fn party(&self, index: u16) -> &PartyId {
        &self.parties[usize::from(index)].0
    }

    pub(crate) fn parties(&self) -> impl Iterator<Item = u16> + use<> {
        // At most PARTIES_MAX, see `party_index`.
        0..self.parties.len() as u16
    }

    pub(crate) fn party_index(&self, party: &PartyId) -> Option<u16> {
        // The parties of a track are sorted by host, and at most PARTIES_MAX.
        let found = self.parties.binary_search_by(|(host, _)| host.cmp(party));
        found.ok().and_then(|index| u16::try_from(index).ok())
    }

    pub(crate) fn add_log(&mut self, key: LogKey, origin: Origin) {
        let receivers = self.parties().filter(|receiver| *receiver != key.party);
        let log = Log::new(origin.clone(), receivers);
        self.logs.insert(key, log);
        self.keys.insert(origin, key);
    }

    pub(crate) fn log_key(&self, origin: &Origin) -> Option<LogKey> {
        self.keys.get(origin).copied()
    }

    pub(crate) fn log(&self, key: LogKey) -> &Log {
        &self.logs[&key]
    }

    pub(crate) fn log_mut(&mut self, key: LogKey) -> Option<&mut Log> {
        self.logs.get_mut(&key)
    }

    pub(crate) fn logs(&self) -> impl Iterator<Item = (LogKey, &Log)> {
        self.logs.iter().map(|(key, log)| (*key, log))
    }

    /// The logs of one party, in their succession.
    pub(crate) fn logs_of(&self, party: u16) -> impl DoubleEndedIterator<Item = (LogKey, &Log)> {
        let first = LogKey {
            party,
            generation: 0,
        };
        let last = LogKey {
            party,
            generation: u16::MAX,
        };
        self.logs.range(first..=last).map(|(key, log)| (*key, log))
    }

    pub(crate) fn counts(&self, party: u16) -> Counts {
        let add = |sum: Counts, (_, log): (LogKey, &Log)| Counts {
            items: sum.items + log.counts().items,
            information: sum.information + log.counts().information,
            acts: sum.acts + log.counts().acts,
        };
        self.logs_of(party).fold(Counts::default(), add)
    }

    pub(crate) fn item_at(&self, position: Position) -> ItemAt {
        ItemAt {
            log: self.log(position.log).origin().clone(),
            seq: position.seq,
        }
    }

    /// Where this item is, if it is in the record.
    pub(crate) fn find(&self, log: &Origin, seq: u64) -> Option<Position> {
        let key = self.log_key(log)?;
        (seq < self.log(key).size()).then_some(Position { log: key, seq })
    }

    /// Takes the next item of a log, whose place the caller has checked.
    pub(super) fn take(&mut self, arrival: &Arrival, class: crate::Class, content: &Content) {
        let position = arrival.position;
        if let Some(log) = self.log_mut(position.log) {
            log.push(content, arrival.sent);
        }
        if let Err(reason) = self.fold(arrival, class, content) {
            self.irregular.insert(position, reason);
        }
        self.wake(position);
    }

    fn fold(
        &mut self,
        arrival: &Arrival,
        class: crate::Class,
        content: &Content,
    ) -> Result<(), Reason> {
        let first = arrival.position.seq == 0;
        match content {
            Content::Act(act) if act.class() != class => Err(Reason::Class {
                found: class,
                expected: act.class(),
            }),
            Content::Act(act) if !first || act.class() == crate::Class::Control => {
                act.fold(arrival, self)
            }
            Content::Withheld => Ok(()),
            Content::Unreadable(refused) => Err(Reason::Unreadable(refused.clone())),
            _ if first => Err(Reason::NotTheCharter),
            Content::Act(_)
            | Content::Information
            | Content::Receipt
            | Content::Control
            | Content::Filler => Ok(()),
        }
    }

    /// Checks what holds for every act but the charter: it is by the party that passes it, and
    /// passed for the first time. The identifier is taken from now on, whatever else is wrong.
    pub(crate) fn admit(&mut self, arrival: &Arrival, object: &Object) -> Result<(), Reason> {
        let party = arrival.position.log.party;
        let expected = &self.parties[usize::from(party)].1;
        if object.created_by() != expected {
            let (found, expected) = (object.created_by().clone(), expected.clone());
            return Err(Reason::Author { found, expected });
        }
        let key = (party, object.id().clone());
        if let Some(first) = self.acts.get(&key) {
            return Err(Reason::Duplicate {
                first: self.item_at(*first),
            });
        }
        self.acts.insert(key, arrival.position);
        Ok(())
    }

    /// Judges the fact at `position` about `target` now, or when the target comes.
    pub(super) fn refer(
        &mut self,
        position: Position,
        target: &ItemRef,
        fact: Waiting,
    ) -> Result<(), Reason> {
        match self.find(&target.log, target.seq) {
            Some(found) => self.judge(position, found, fact),
            None => {
                let target = ItemAt {
                    log: target.log.clone(),
                    seq: target.seq,
                };
                self.waiting
                    .entry(target)
                    .or_default()
                    .insert(position, fact);
                Ok(())
            }
        }
    }

    fn judge(&mut self, position: Position, target: Position, fact: Waiting) -> Result<(), Reason> {
        match fact {
            Waiting::Answer => self.judge_answer(position, target),
            Waiting::Step(step) => self.judge_step(position, target, *step),
        }
    }

    /// Judges what waited for the item that has just come, each party's facts in their order.
    fn wake(&mut self, target: Position) {
        if self.waiting.is_empty() {
            return;
        }
        for (position, fact) in self
            .waiting
            .remove(&self.item_at(target))
            .unwrap_or_default()
        {
            if let Err(reason) = self.judge(position, target, fact) {
                self.irregular.insert(position, reason);
            }
        }
    }

    /// Everything irregular, by party and place; what still waits is shown as such.
    pub(crate) fn irregular(&self) -> Vec<Irregular> {
        let mut reasons: BTreeMap<Position, Reason> = self.irregular.clone();
        for (target, facts) in &self.waiting {
            let unknown = |at: &Position| (*at, Reason::UnknownItem(target.clone()));
            reasons.extend(facts.keys().map(unknown));
        }
        let view = |(position, reason): (Position, Reason)| Irregular {
            item: self.item_at(position),
            party: self.party(position.log.party).clone(),
            reason,
        };
        reasons.into_iter().map(view).collect()
    }
}
