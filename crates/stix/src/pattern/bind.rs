//! Binding observations to the parts of a pattern: distinct ones, at times that fit (STIX 2.1
//! §9.5.1, §9.5.2).
//!
//! `OR` is decided first: each way of deciding makes a [`Conjunction`] of slots. Without windows
//! and order between slots, distinctness alone is a flow problem and solved as one; with them,
//! a search with look-ahead chooses observations, and a system of difference constraints says
//! whether times can be chosen. Both are exact; the search is bounded by steps.

mod conjunction;
mod flow;
mod search;
mod times;

use super::limits::{MatchError, MatchLimits, Meter};
use super::plan::Plan;
use conjunction::{Choices, Conjunction};

/// What is known of the observations. All lists are by index of the observation.
#[derive(Debug)]
pub(super) struct Seen {
    /// First and last, in ticks.
    pub(super) times: Vec<(i128, i128)>,
    /// How many observations each stands for.
    pub(super) numbers: Vec<u64>,
    /// For each leaf the observations that pass it, ascending.
    pub(super) passing: Vec<Vec<usize>>,
}

/// Finds observations for the whole plan; their indices, ascending, without repetition.
pub(super) fn bind(
    plan: &Plan,
    seen: &Seen,
    limits: &MatchLimits,
    meter: &mut Meter,
) -> Result<Option<Vec<usize>>, MatchError> {
    let available: u128 = seen.numbers.iter().map(|&number| u128::from(number)).sum();
    let mut choices = Choices::default();
    loop {
        // An alternative that needs more observations than there are is no alternative.
        if let Some(conjunction) = Conjunction::new(plan, &mut choices, available, limits, meter)?
            && let Some(mut found) = solve(&conjunction, seen, meter)?
        {
            found.sort_unstable();
            found.dedup();
            return Ok(Some(found));
        }
        if !choices.advance() {
            return Ok(None);
        }
    }
}

fn solve(
    conjunction: &Conjunction,
    seen: &Seen,
    meter: &mut Meter,
) -> Result<Option<Vec<usize>>, MatchError> {
    let lists = conjunction.candidates(seen, meter)?;
    let Some(found) = flow::assign(conjunction, &lists, seen, meter)? else {
        return Ok(None);
    };
    if conjunction.times.is_free() {
        return Ok(Some(found));
    }
    search::search(conjunction, &lists, seen, meter)
}

#[cfg(test)]
mod tests;
