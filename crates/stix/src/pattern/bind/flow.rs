//! Distinct observations for every slot, times between slots left aside: a flow from slots to
//! observations, grown along augmenting paths.

use std::collections::BTreeMap;

use super::super::limits::{MatchError, Meter};
use super::Seen;
use super::conjunction::{Conjunction, Lists};

/// Finds observations for all slots, or says that there are none.
pub(super) fn assign(
    conjunction: &Conjunction,
    lists: &Lists,
    seen: &Seen,
    meter: &mut Meter,
) -> Result<Option<Vec<usize>>, MatchError> {
    let mut flow = Flow {
        conjunction,
        lists,
        free: seen.numbers.clone(),
        taken: vec![BTreeMap::new(); conjunction.slots.len()],
        holders: BTreeMap::new(),
    };
    for slot in 0..conjunction.slots.len() {
        let mut needed = conjunction.slots[slot].needed;
        while needed > 0 {
            let moved = flow.augment(slot, needed, meter)?;
            if moved == 0 {
                return Ok(None);
            }
            needed -= moved;
        }
    }
    Ok(Some(
        flow.taken
            .iter()
            .flat_map(BTreeMap::keys)
            .copied()
            .collect(),
    ))
}

struct Flow<'f> {
    conjunction: &'f Conjunction,
    lists: &'f Lists,
    /// What each observation has left.
    free: Vec<u64>,
    /// For each slot what it takes of which observation.
    taken: Vec<BTreeMap<usize, u64>>,
    /// For each observation the slots that take of it.
    holders: BTreeMap<usize, Vec<usize>>,
}

impl Flow<'_> {
    /// Gives a slot up to `wanted` more, moving other slots if need be; returns how many.
    fn augment(&mut self, slot: usize, wanted: u64, meter: &mut Meter) -> Result<u64, MatchError> {
        // Breadth first over slots: how each was reached, from which slot by which observation.
        let mut reached: Vec<Option<(usize, usize)>> = vec![None; self.conjunction.slots.len()];
        let mut queue = vec![slot];
        let mut next = 0;
        while next < queue.len() {
            let from = queue[next];
            next += 1;
            for candidate in &self.lists[self.conjunction.slots[from].list] {
                meter.charge(1)?;
                let observation = candidate.observation;
                if self.free[observation] > 0 {
                    return Ok(self.shift(slot, from, observation, wanted, &reached));
                }
                for &holder in self
                    .holders
                    .get(&observation)
                    .map_or(&[][..], Vec::as_slice)
                {
                    if holder != slot && holder != from && reached[holder].is_none() {
                        reached[holder] = Some((from, observation));
                        queue.push(holder);
                    }
                }
            }
        }
        Ok(0)
    }

    /// Moves along the path that ends with `end` taking of a free observation.
    fn shift(
        &mut self,
        slot: usize,
        end: usize,
        free: usize,
        wanted: u64,
        reached: &[Option<(usize, usize)>],
    ) -> u64 {
        let mut amount = wanted.min(self.free[free]);
        let mut at = end;
        while let Some((from, observation)) = reached[at].filter(|_| at != slot) {
            amount = amount.min(self.taken[at].get(&observation).copied().unwrap_or(0));
            at = from;
        }
        self.free[free] -= amount;
        self.take(end, free, amount);
        let mut at = end;
        while let Some((from, observation)) = reached[at].filter(|_| at != slot) {
            self.give(at, observation, amount);
            self.take(from, observation, amount);
            at = from;
        }
        amount
    }

    fn take(&mut self, slot: usize, observation: usize, amount: u64) {
        let taken = self.taken[slot].entry(observation).or_insert(0);
        if *taken == 0 {
            self.holders.entry(observation).or_default().push(slot);
        }
        *taken += amount;
    }

    fn give(&mut self, slot: usize, observation: usize, amount: u64) {
        let Some(taken) = self.taken[slot].get_mut(&observation) else {
            return;
        };
        *taken -= amount;
        if *taken == 0 {
            self.taken[slot].remove(&observation);
            if let Some(holders) = self.holders.get_mut(&observation) {
                holders.retain(|&holder| holder != slot);
            }
        }
    }
}
