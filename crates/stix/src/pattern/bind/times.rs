//! Which times can be chosen: difference constraints between a few variables.
//!
//! `WITHIN w` has one variable, the start of its window: every time t in it has
//! `start <= t <= start + w - 1`. `a FOLLOWEDBY b` has one, a moment between: `a <= m <= b`.
//! Observations bound variables from below or above; a constraint `x <= y + c` with `c >= 0`
//! arises where one slot has `x` as a lower and `y + c` as an upper bound. No cycle of these is
//! negative, so carrying the bounds along them ends, and the system has a solution exactly if no
//! lower bound is then above its upper bound: the lower bounds are one.

use super::super::limits::{MatchError, Meter};

/// Farther away than any time, near enough that adding windows does not overflow.
pub(super) const NEVER: i128 = i128::MAX / 4;

/// A variable, by number.
pub(super) type Variable = usize;

/// The bounds that the slots of an expression share.
#[derive(Clone, Debug, Default)]
pub(super) struct Bounds {
    /// `x <= t`.
    pub(super) lower: Vec<Variable>,
    /// `t <= y + c`.
    pub(super) upper: Vec<(Variable, i128)>,
}

/// The constraints between variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    variables: usize,
    /// For each variable x the constraints `x <= y + c`.
    above: Vec<Vec<(Variable, i128)>>,
    /// For each variable y the constraints `x <= y + c`.
    below: Vec<Vec<(Variable, i128)>>,
}

impl Times {
    pub(super) fn variable(&mut self) -> Variable {
        self.variables += 1;
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        self.variables - 1
    }

    /// Tells whether no slot restricts another.
    pub(super) fn is_free(&self) -> bool {
        self.variables == 0
    }

    /// Takes in the constraints of a slot that will be filled.
    pub(super) fn add_slot(&mut self, bounds: &Bounds) {
        for &x in &bounds.lower {
            for &(y, c) in &bounds.upper {
                if x != y && !self.above[x].contains(&(y, c)) {
                    self.above[x].push((y, c));
                    self.below[y].push((x, c));
                }
            }
        }
    }
}

/// Bounds of the variables at one point of a search, with what is needed to go back.
#[derive(Debug)]
pub(super) struct Domain<'t> {
    times: &'t Times,
    earliest: Vec<i128>,
    latest: Vec<i128>,
    trail: Vec<Change>,
}

#[derive(Clone, Copy, Debug)]
enum Change {
    Earliest(Variable, i128),
    Latest(Variable, i128),
}

impl<'t> Domain<'t> {
    pub(super) fn new(times: &'t Times) -> Self {
        Self {
            times,
            earliest: vec![-NEVER; times.variables],
            latest: vec![NEVER; times.variables],
            trail: Vec::new(),
        }
    }

    /// Returns the interval that a time under these bounds must touch.
    pub(super) fn interval(&self, bounds: &Bounds) -> (i128, i128) {
        let from = bounds
            .lower
            .iter()
            .map(|&x| self.earliest[x])
            .max()
            .unwrap_or(-NEVER);
        let to = bounds
            .upper
            .iter()
            .map(|&(y, c)| self.latest[y] + c)
            .min()
            .unwrap_or(NEVER);
        (from, to)
    }

    /// Requires a time in an interval under these bounds; `false` if that has become impossible
    /// (then one must [`Domain::undo`]).
    pub(super) fn require(
        &mut self,
        bounds: &Bounds,
        (first, last): (i128, i128),
        meter: &mut Meter,
    ) -> Result<bool, MatchError> {
        let mut changed = Vec::new();
        for &(y, c) in &bounds.upper {
            self.raise(y, first - c, &mut changed);
        }
        for &x in &bounds.lower {
            self.lower(x, last, &mut changed);
        }
        while let Some(variable) = changed.pop() {
            if self.earliest[variable] > self.latest[variable] {
                return Ok(false);
            }
            let times = self.times;
            meter.charge((times.above[variable].len() + times.below[variable].len() + 1) as u64)?;
            for &(y, c) in &times.above[variable] {
                self.raise(y, self.earliest[variable] - c, &mut changed);
            }
            for &(x, c) in &times.below[variable] {
                self.lower(x, self.latest[variable] + c, &mut changed);
            }
        }
        Ok(true)
    }

    fn raise(&mut self, variable: Variable, bound: i128, changed: &mut Vec<Variable>) {
        if bound > self.earliest[variable] {
            self.trail
                .push(Change::Earliest(variable, self.earliest[variable]));
            self.earliest[variable] = bound;
            changed.push(variable);
        }
    }

    fn lower(&mut self, variable: Variable, bound: i128, changed: &mut Vec<Variable>) {
        if bound < self.latest[variable] {
            self.trail
                .push(Change::Latest(variable, self.latest[variable]));
            self.latest[variable] = bound;
            changed.push(variable);
        }
    }

    /// Returns a mark to go back to.
    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Forgets what was required since the mark.
    pub(super) fn undo(&mut self, mark: usize) {
        while self.trail.len() > mark {
            match self.trail.pop() {
                Some(Change::Earliest(variable, bound)) => self.earliest[variable] = bound,
                Some(Change::Latest(variable, bound)) => self.latest[variable] = bound,
                None => return,
            }
        }
    }
}
