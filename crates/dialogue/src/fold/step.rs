//! What a step does to a track: an item is acknowledged, opened or closed.

use std::collections::BTreeSet;

use serde::Serialize;

use super::event::ItemAt;
use super::irregular::Reason;
use super::log::Kind;
use super::track::{Arrival, Position, Track, Waiting};
use crate::act::Fold;
use crate::act::step::{Step, StepKind};
use crate::id::Id;
use crate::moment::Moment;
use crate::name::OfficeId;

/// A step that counts: who took it and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The office.
    pub office: OfficeId,
    /// The person, if named.
    pub person: Option<Box<str>>,
    /// When, by the office's own clock.
    pub at: Moment,
    /// The step itself.
    pub item: ItemAt,
}

/// A step on its way to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StepFact {
    kind: StepKind,
    of: Id,
    office: OfficeId,
    person: Option<Box<str>>,
    at: Moment,
}

/// What one party's offices did with one item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stepped {
    /// The first acknowledgement.
    pub(crate) acknowledged: Option<Taken>,
    /// The first opening.
    pub(crate) opened: Option<Taken>,
    /// Offices that acknowledged, and persons who opened. Another office or another person is
    /// nothing irregular; the same again is.
    seen: BTreeSet<(StepKind, OfficeId, Option<Box<str>>)>,
}

impl Stepped {
    /// Whether somebody has taken notice.
    pub(crate) fn is_attended(&self) -> bool {
        self.acknowledged.is_some() || self.opened.is_some()
    }
}

impl Fold for Step {
    fn fold(&self, arrival: &Arrival, track: &mut Track) -> Result<(), Reason> {
        track.admit(arrival, self.object())?;
        let fact = StepFact {
            kind: self.kind(),
            of: self.of().id.clone(),
            office: self.office().clone(),
            person: self.person().map(Into::into),
            at: self.at(),
        };
        track.refer(arrival.position, self.of(), Waiting::Step(Box::new(fact)))
    }
}

impl Track {
    /// Decides whether the step at `position` counts for what is at `target`.
    pub(super) fn judge_step(
        &mut self,
        position: Position,
        target: Position,
        step: StepFact,
    ) -> Result<(), Reason> {
        self.check_identity(target, &step.of)?;
        match step.kind {
            StepKind::Acknowledged | StepKind::Opened => self.attend(position, target, step),
            StepKind::Closed => self.close(position, target, step),
        }
    }

    /// Checks that the item takes steps and is the object that was meant.
    fn check_identity(&self, target: Position, named: &Id) -> Result<(), Reason> {
        let inquiry = self.inquiries.get(&target).map(|inquiry| &inquiry.id);
        let answer = self.answers.get(&target).map(|answer| &answer.id);
        match (inquiry.or(answer), self.log(target.log).kind(target.seq)) {
            (Some(expected), _) if expected != named => Err(Reason::OtherId {
                found: named.clone(),
                expected: expected.clone(),
            }),
            (Some(_), _) => Ok(()),
            // The identifiers of information are not kept here, at a million items; its place in
            // the record says which is meant.
            (None, Some(Kind::Information)) => Ok(()),
            (None, _) => Err(Reason::TakesNoSteps),
        }
    }

    /// Acknowledged or opened: by the asked party for an inquiry, by any other party for an
    /// answer and for information.
    fn attend(
        &mut self,
        position: Position,
        target: Position,
        step: StepFact,
    ) -> Result<(), Reason> {
        let party = position.log.party;
        if party == target.log.party {
            return Err(Reason::OwnItem);
        }
        match self.inquiries.get(&target) {
            Some(inquiry) if inquiry.asked != party => {
                return Err(Reason::NotAsked {
                    asked: self.party(inquiry.asked).clone(),
                });
            }
            Some(_) | None => {}
        }
        let item = self.item_at(position);
        let stepped = self.steps.entry((target, party)).or_default();
        let (first, person) = if step.kind == StepKind::Acknowledged {
            (&mut stepped.acknowledged, None)
        } else {
            (&mut stepped.opened, step.person.clone())
        };
        if !stepped
            .seen
            .insert((step.kind, step.office.clone(), person))
        {
            return Err(Reason::AlreadyTaken(step.kind));
        }
        first.get_or_insert(Taken {
            office: step.office,
            person: step.person,
            at: step.at,
            item,
        });
        if self.is_addressed_to(target, party) {
            self.unacknowledged.remove(&target);
        }
        Ok(())
    }

    /// Whether this party is the one whose attention the item asks for.
    fn is_addressed_to(&self, target: Position, party: u16) -> bool {
        match self.answers.get(&target) {
            Some(answer) => answer
                .inquiry
                .is_some_and(|inquiry| inquiry.log.party == party),
            None => true,
        }
    }

    /// Closed: by the asking party alone, whatever came of its inquiry.
    fn close(
        &mut self,
        position: Position,
        target: Position,
        step: StepFact,
    ) -> Result<(), Reason> {
        let item = self.item_at(position);
        let inquiry = self.inquiries.get(&target).ok_or(Reason::NotAnInquiry)?;
        if position.log.party != target.log.party {
            return Err(Reason::NotTheAsker {
                asker: self.party(target.log.party).clone(),
            });
        }
        if let Some(closed) = &inquiry.closed {
            return Err(Reason::AlreadyClosed {
                by: closed.item.clone(),
            });
        }
        let answers = inquiry.answers.clone();
        if let Some(inquiry) = self.inquiries.get_mut(&target) {
            inquiry.closed = Some(Taken {
                office: step.office,
                person: step.person,
                at: step.at,
                item,
            });
        }
        self.unsettled.remove(&target);
        for settled in answers.iter().chain([&target]) {
            self.unacknowledged.remove(settled);
        }
        Ok(())
    }
}
