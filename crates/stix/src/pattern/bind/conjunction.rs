//! One way of deciding every `OR` of a plan: slots that must all be filled.

use std::collections::BTreeMap;

use super::super::limits::{MatchError, MatchLimits, Meter};
use super::super::plan::Plan;
use super::Seen;
use super::times::{Bounds, NEVER, Times};

/// So many observations that pass a leaf, at times from `start` to before `stop`.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    leaf: usize,
    pub(super) needed: u64,
    start: i128,
    stop: i128,
    pub(super) bounds: Bounds,
    /// Which list of [`Lists`] has its candidates.
    pub(super) list: usize,
}

/// Slots and what their times have to do with each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Conjunction {
    pub(super) slots: Vec<Slot>,
    pub(super) times: Times,
}

/// An observation that can fill a slot, at a time of an interval (both ends included).
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) observation: usize,
    pub(super) first: i128,
    pub(super) last: i128,
}

/// Candidates by slot; slots that ask the same share a list. Each list is sorted by first time.
pub(super) type Lists = Vec<Vec<Candidate>>;

/// Which operand each `OR` takes, counted through like an odometer.
#[derive(Clone, Debug, Default)]
pub(super) struct Choices {
    /// Choice and number of operands, in the order in which a plan asks.
    taken: Vec<(usize, usize)>,
    asked: usize,
}

impl Choices {
    fn ask(&mut self, operands: usize) -> usize {
        if self.asked == self.taken.len() {
            self.taken.push((0, operands));
        }
        self.asked += 1;
        self.taken[self.asked - 1].0
    }

    /// Goes to the next way of deciding; `false` after the last.
    pub(super) fn advance(&mut self) -> bool {
        // A run that stopped early did not ask on; what lies behind takes no part.
        self.taken.truncate(self.asked);
        self.asked = 0;
        while let Some((choice, operands)) = self.taken.pop() {
            if choice + 1 < operands {
                self.taken.push((choice + 1, operands));
                return true;
            }
        }
        false
    }
}

/// What an expression inherits from those around it.
#[derive(Clone, Debug)]
struct Scope {
    start: i128,
    stop: i128,
    bounds: Bounds,
}

struct Builder<'b> {
    conjunction: Conjunction,
    choices: &'b mut Choices,
    needed: u128,
    available: u128,
    slots_max: usize,
    meter: &'b mut Meter,
}

impl Conjunction {
    /// Follows the choices; nothing if that asks for more observations than are available.
    pub(super) fn new(
        plan: &Plan,
        choices: &mut Choices,
        available: u128,
        limits: &MatchLimits,
        meter: &mut Meter,
    ) -> Result<Option<Self>, MatchError> {
        let mut builder = Builder {
            conjunction: Self::default(),
            choices,
            needed: 0,
            available,
            slots_max: limits.slots_max,
            meter,
        };
        let mut scope = Scope {
            start: -NEVER,
            stop: NEVER,
            bounds: Bounds::default(),
        };
        if !builder.add(plan, 1, &mut scope)? {
            return Ok(None);
        }
        let mut conjunction = builder.conjunction;
        share_lists(&mut conjunction.slots);
        for slot in &conjunction.slots {
            conjunction.times.add_slot(&slot.bounds);
        }
        Ok(Some(conjunction))
    }

    /// Lists the candidates of every slot.
    pub(super) fn candidates(&self, seen: &Seen, meter: &mut Meter) -> Result<Lists, MatchError> {
        let mut lists = Lists::new();
        for slot in &self.slots {
            if slot.list < lists.len() {
                continue;
            }
            let passing = &seen.passing[slot.leaf];
            meter.charge(passing.len() as u64)?;
            let mut list: Vec<_> = passing
                .iter()
                .map(|&observation| {
                    let (first, last) = seen.times[observation];
                    // Whole ticks: before `stop` is up to the tick before it.
                    let (first, last) = (first.max(slot.start), last.min(slot.stop - 1));
                    Candidate {
                        observation,
                        first,
                        last,
                    }
                })
                .filter(|candidate| candidate.first <= candidate.last)
                .collect();
            list.sort_by_key(|candidate| candidate.first);
            lists.push(list);
        }
        Ok(lists)
    }
}

impl Builder<'_> {
    /// Adds an expression so many times; `false` if there are not enough observations.
    fn add(&mut self, plan: &Plan, times: u64, scope: &mut Scope) -> Result<bool, MatchError> {
        self.meter.charge(1)?;
        match plan {
            Plan::Leaf(leaf) => return self.slot(*leaf, times, scope),
            Plan::Repeat(inner, count) if matches!(**inner, Plan::Leaf(_)) => {
                return self.add(inner, *count, scope);
            }
            Plan::Repeat(inner, count) => {
                // Each turn needs an observation at least.
                if self.needed + u128::from(*count) > self.available {
                    return Ok(false);
                }
                for _ in 0..*count {
                    if !self.add(inner, 1, scope)? {
                        return Ok(false);
                    }
                }
            }
            Plan::Or(operands) => {
                let choice = self.choices.ask(operands.len());
                return self.add(&operands[choice], 1, scope);
            }
            Plan::And(operands) => {
                for operand in operands {
                    if !self.add(operand, 1, scope)? {
                        return Ok(false);
                    }
                }
            }
            Plan::FollowedBy(operands) => {
                for (position, operand) in operands.iter().enumerate() {
                    let is_last = position + 1 == operands.len();
                    if !is_last {
                        let between = self.conjunction.times.variable();
                        scope.bounds.upper.push((between, 0));
                    }
                    let enough = self.add(operand, 1, scope)?;
                    if position > 0 {
                        scope.bounds.lower.pop();
                    }
                    if let Some((between, _)) =
                        (!is_last).then(|| scope.bounds.upper.pop()).flatten()
                    {
                        scope.bounds.lower.push(between);
                    }
                    if !enough {
                        return Ok(false);
                    }
                }
            }
            Plan::Within(inner, window) => {
                let start = self.conjunction.times.variable();
                scope.bounds.lower.push(start);
                scope.bounds.upper.push((start, window - 1));
                let enough = self.add(inner, 1, scope)?;
                scope.bounds.lower.pop();
                scope.bounds.upper.pop();
                return Ok(enough);
            }
            Plan::Between(inner, start, stop) => {
                let outer = (scope.start, scope.stop);
                (scope.start, scope.stop) = (outer.0.max(*start), outer.1.min(*stop));
                let enough = self.add(inner, 1, scope)?;
                (scope.start, scope.stop) = outer;
                return Ok(enough);
            }
        }
        Ok(true)
    }

    fn slot(&mut self, leaf: usize, needed: u64, scope: &Scope) -> Result<bool, MatchError> {
        self.needed += u128::from(needed);
        if self.needed > self.available {
            return Ok(false);
        }
        let slots = &mut self.conjunction.slots;
        if slots.len() == self.slots_max {
            return Err(MatchError::Slots {
                needed: slots.len() + 1,
                limit: self.slots_max,
            });
        }
        slots.push(Slot {
            leaf,
            needed,
            start: scope.start,
            stop: scope.stop,
            bounds: scope.bounds.clone(),
            list: 0,
        });
        Ok(true)
    }
}

/// Numbers the lists of candidates: slots of one leaf and one interval share theirs.
fn share_lists(slots: &mut [Slot]) {
    let mut numbers = BTreeMap::new();
    for slot in slots {
        let next = numbers.len();
        slot.list = *numbers
            .entry((slot.leaf, slot.start, slot.stop))
            .or_insert(next);
    }
}
