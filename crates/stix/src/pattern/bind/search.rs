//! Choosing observations whose times must fit: depth first, with look-ahead and without recursion.

use super::super::limits::{MatchError, Meter};
use super::Seen;
use super::conjunction::{Candidate, Conjunction, Lists, Slot};
use super::times::Domain;

/// One decision: so many of one candidate for one slot.
struct Pick {
    /// Position of the slot in the order of the search.
    turn: usize,
    /// What the slot needed before.
    needed: u64,
    /// Position in the slot's list.
    candidate: usize,
    amount: u64,
    /// Where the bounds of times stood before.
    mark: usize,
}

struct Search<'s> {
    /// Slots in the order in which they are filled.
    slots: Vec<&'s Slot>,
    lists: &'s Lists,
    free: Vec<u64>,
    domain: Domain<'s>,
    picks: Vec<Pick>,
}

/// Finds observations for all slots at times that fit, or says that there are none.
pub(super) fn search(
    conjunction: &Conjunction,
    lists: &Lists,
    seen: &Seen,
    meter: &mut Meter,
) -> Result<Option<Vec<usize>>, MatchError> {
    let mut slots: Vec<_> = conjunction.slots.iter().collect();
    // The slot with the fewest candidates first: it fails soonest.
    slots.sort_by_key(|slot| lists[slot.list].len());
    let mut search = Search {
        slots,
        lists,
        free: seen.numbers.clone(),
        domain: Domain::new(&conjunction.times),
        picks: Vec::new(),
    };
    if !search.bound_all(meter)? || !search.run(meter)? {
        return Ok(None);
    }
    let found = search
        .picks
        .iter()
        .map(|pick| search.candidate(pick).observation)
        .collect();
    Ok(Some(found))
}

impl Search<'_> {
    fn candidate(&self, pick: &Pick) -> Candidate {
        self.lists[self.slots[pick.turn].list][pick.candidate]
    }

    /// Bounds every slot by its earliest and latest candidate before anything is chosen.
    fn bound_all(&mut self, meter: &mut Meter) -> Result<bool, MatchError> {
        for turn in 0..self.slots.len() {
            let slot = self.slots[turn];
            let list = &self.lists[slot.list];
            meter.charge(list.len() as u64)?;
            let Some(first) = list.first().map(|candidate| candidate.first) else {
                return Ok(false);
            };
            let Some(last) = list.iter().map(|candidate| candidate.last).max() else {
                return Ok(false);
            };
            if !self.domain.require(&slot.bounds, (first, last), meter)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn run(&mut self, meter: &mut Meter) -> Result<bool, MatchError> {
        let mut turn = 0;
        let mut needed = self.slots[0].needed;
        let mut from = (0, u64::MAX);
        loop {
            if let Some((candidate, amount)) = self.next(turn, needed, from, meter)? {
                let mark = self.domain.mark();
                let pick = Pick {
                    turn,
                    needed,
                    candidate,
                    amount,
                    mark,
                };
                if self.try_pick(pick, meter)? {
                    needed -= amount;
                    // Candidates of one slot are taken in order: sets, not sequences.
                    from = (candidate + 1, u64::MAX);
                    if needed == 0 {
                        turn += 1;
                        let Some(slot) = self.slots.get(turn) else {
                            return Ok(true);
                        };
                        needed = slot.needed;
                        from = (0, u64::MAX);
                    }
                } else {
                    from = (candidate, amount - 1);
                }
                continue;
            }
            let Some(pick) = self.picks.pop() else {
                return Ok(false);
            };
            self.domain.undo(pick.mark);
            let observation = self.candidate(&pick).observation;
            self.free[observation] += pick.amount;
            (turn, needed) = (pick.turn, pick.needed);
            from = (pick.candidate, pick.amount - 1);
        }
    }

    /// Finds the next candidate that fits the times, from a position on, and how many of it.
    fn next(
        &self,
        turn: usize,
        needed: u64,
        (mut at, mut most): (usize, u64),
        meter: &mut Meter,
    ) -> Result<Option<(usize, u64)>, MatchError> {
        let slot = self.slots[turn];
        let list = &self.lists[slot.list];
        let (earliest, latest) = self.domain.interval(&slot.bounds);
        while let Some(candidate) = list.get(at) {
            meter.charge(1)?;
            if candidate.first > latest {
                return Ok(None);
            }
            let amount = self.free[candidate.observation].min(needed).min(most);
            if amount > 0 && candidate.last >= earliest {
                return Ok(Some((at, amount)));
            }
            at += 1;
            most = u64::MAX;
        }
        Ok(None)
    }

    /// Takes the candidate if the rest can still be filled, as far as counting tells.
    fn try_pick(&mut self, pick: Pick, meter: &mut Meter) -> Result<bool, MatchError> {
        let candidate = self.candidate(&pick);
        let interval = (candidate.first, candidate.last);
        let bounds = &self.slots[pick.turn].bounds;
        self.free[candidate.observation] -= pick.amount;
        let fits = self.domain.require(bounds, interval, meter)?
            && self.can_fill(
                pick.turn,
                pick.candidate + 1,
                pick.needed - pick.amount,
                meter,
            )?
            && self.can_fill_later(pick.turn + 1, meter)?;
        if fits {
            self.picks.push(pick);
        } else {
            self.free[candidate.observation] += pick.amount;
            self.domain.undo(pick.mark);
        }
        Ok(fits)
    }

    fn can_fill_later(&self, turn: usize, meter: &mut Meter) -> Result<bool, MatchError> {
        for later in turn..self.slots.len() {
            if !self.can_fill(later, 0, self.slots[later].needed, meter)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn can_fill(
        &self,
        turn: usize,
        from: usize,
        mut needed: u64,
        meter: &mut Meter,
    ) -> Result<bool, MatchError> {
        let slot = self.slots[turn];
        let (earliest, latest) = self.domain.interval(&slot.bounds);
        for candidate in &self.lists[slot.list][from.min(self.lists[slot.list].len())..] {
            if needed == 0 {
                return Ok(true);
            }
            meter.charge(1)?;
            if candidate.first > latest {
                return Ok(false);
            }
            if candidate.last >= earliest {
                needed = needed.saturating_sub(self.free[candidate.observation]);
            }
        }
        Ok(needed == 0)
    }
}
