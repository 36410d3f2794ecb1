//! From what is wanted to rows: along the index that leads straight to them.
//!
//! - Ids are few, and so are the versions of each: all of them are read and judged together.
//! - Else every wanted value of `listed_as` is a *run*, for each type where types are wanted: an index has it in
//!   order of arrival, and it holds nothing that is not wanted.
//! - An exact version is a run of its instant. What it holds is judged row by row: the number is cut off, and
//!   neither type nor spec are part of it.
//!
//! Runs are merged by taking the first few of each and keeping the first few of all.

use std::ops::RangeInclusive;

use rusqlite::{Connection, params};

use super::added_until;
use crate::error::StoreError;
use crate::listing::{VersionsWanted, WANTED_MAX, Wanted};
use crate::position::{LOG_SIZE_MAX, TrackId};
use crate::sqlite::convert::{Fields, at_most, row_limit};
use crate::sqlite::objects::{self, ListedAs, Version, Versions, instant_ms};
use crate::store::BATCH_MAX;

/// Of so many rows one may be not wanted where nearly every row is.
const SPARE: usize = 4;

/// Where a reader is.
pub(super) struct Walk<'a> {
    db: &'a Connection,
    track: TrackId,
    wanted: &'a Wanted,
    path: Path,
    /// The key of the last arrival looked at.
    cursor: i64,
    end: i64,
}

enum Path {
    /// All there is, in order of arrival.
    Rows(std::vec::IntoIter<i64>),
    Runs {
        runs: Vec<Run>,
        /// The runs are all that is listed as one of these, whatever its type.
        whole: Option<i64>,
    },
}

#[derive(Debug, Clone, Copy)]
enum Run {
    Listed(ListedAs),
    OfType(i64, ListedAs),
    AtInstant(i64),
}

/// Some rows that are wanted, by key, in order of arrival.
pub(super) struct Found {
    pub(super) arrivals: Vec<i64>,
    /// If set: every row between the first and the last that is listed as one of this set is among them.
    pub(super) whole: Option<i64>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        db: &'a Connection,
        track: TrackId,
        wanted: &'a Wanted,
        after: u64,
    ) -> Result<Self, StoreError> {
        let most = |what, count: usize| at_most(what, count as u64, WANTED_MAX as u64);
        most("ids wanted", wanted.ids.len())?;
        most("types wanted", wanted.types.len())?;
        most("versions wanted", wanted.versions.exact.len())?;
        let mut cursor = track.key(after.min(LOG_SIZE_MAX));
        if let Some(added) = wanted.added_after {
            cursor = cursor.max(added_until(db, track, added)?);
        }
        let path = match wanted.ids.is_empty() {
            true => runs(db, wanted)?,
            false => Path::Rows(of_ids(db, track, wanted, cursor)?.into_iter()),
        };
        Ok(Self {
            db,
            track,
            wanted,
            path,
            cursor,
            end: track.key(LOG_SIZE_MAX),
        })
    }

    /// The keys behind the cursor where `count` rows are, if nearly every row is wanted, and what a wanted row is
    /// listed as one of; `None` where that alone does not make it wanted. The walk goes on behind them.
    pub(super) fn begin(&mut self, count: usize) -> Option<(RangeInclusive<i64>, i64)> {
        let Path::Runs {
            whole: Some(set), ..
        } = self.path
        else {
            return None;
        };
        let keys = i64::try_from(count + count / SPARE).unwrap_or(i64::MAX);
        let first = self.cursor.saturating_add(1);
        self.cursor = self.cursor.saturating_add(keys).min(self.end);
        Some((first..=self.cursor, set))
    }

    /// The next rows, at most `count`; none at the end.
    pub(super) fn next(&mut self, count: usize) -> Result<Found, StoreError> {
        if let Path::Rows(rows) = &mut self.path {
            let arrivals = rows.take(count).collect();
            return Ok(Found {
                arrivals,
                whole: None,
            });
        }
        loop {
            let mut found = self.merge(count)?;
            let Some((last, _)) = found.last() else {
                return Ok(Found {
                    arrivals: Vec::new(),
                    whole: None,
                });
            };
            self.cursor = *last;
            let mut arrivals = Vec::with_capacity(found.len());
            for (arrival, run) in found.drain(..) {
                if !matches!(run, Run::AtInstant(_)) || self.is_wanted(arrival)? {
                    arrivals.push(arrival);
                }
            }
            if !arrivals.is_empty() {
                let whole = match &self.path {
                    Path::Runs { whole, .. } => *whole,
                    Path::Rows(_) => None,
                };
                return Ok(Found { arrivals, whole });
            }
        }
    }

    /// The first `count` rows of all runs behind the cursor. One that two runs have comes once, from the run that
    /// needs no judging.
    fn merge(&self, count: usize) -> Result<Vec<(i64, Run)>, StoreError> {
        let Path::Runs { runs, .. } = &self.path else {
            return Ok(Vec::new());
        };
        let limit = row_limit(count, BATCH_MAX + 1);
        let mut found = Vec::new();
        let mut end = self.end;
        for run in runs {
            let (sql, first, of_type) = match *run {
                Run::Listed(listed_as) => {
                    (include_str!("run_listed.sql"), listed_as.column(), None)
                }
                Run::OfType(of_type, listed_as) => (
                    include_str!("run_of_type.sql"),
                    listed_as.column(),
                    Some(of_type),
                ),
                Run::AtInstant(ms) => (include_str!("run_at_instant.sql"), ms, None),
            };
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = match of_type {
                None => statement.query(params![first, self.cursor, end, limit])?,
                Some(number) => statement.query(params![first, self.cursor, end, limit, number])?,
            };
            while let Some(row) = rows.next()? {
                found.push((Fields::new("objects", row).get(0)?, *run));
            }
            if found.len() > count {
                // What lies behind the first `count` is not needed, here or from the runs to come.
                first_of(&mut found, count);
                end = found.last().map_or(end, |(last, _)| *last);
            }
        }
        first_of(&mut found, count);
        Ok(found)
    }

    /// Judges a row that an exact version led to.
    fn is_wanted(&self, arrival: i64) -> Result<bool, StoreError> {
        let mut statement = self.db.prepare_cached(include_str!("stand.sql"))?;
        let mut rows = statement.query([arrival])?;
        let row = rows.next()?.ok_or_else(|| super::missing(arrival))?;
        let fields = Fields::new("objects", row);
        if fields.get::<Option<i64>>(0)?.is_none() {
            return Ok(false);
        }
        let listed_as = objects::listed_as(&fields, 0)?;
        let stix_id = fields.text(1)?;
        let order = objects::order(&fields, fields.text(2)?, 3)?;
        let wanted = self.wanted;
        if !wanted.versions.exact.contains(&order)
            || !is_of_type(wanted, &stix_id)
            || !(wanted.specs.is_empty() || wanted.specs.contains(&listed_as.spec()))
        {
            return Ok(false);
        }
        if !wanted.specs.is_empty() || listed_as.highest() {
            return Ok(true);
        }
        // Of a lower spec than its object has: wanted where no wanted version is of a higher one.
        let versions = Versions::new(self.db, self.track)?.of(&stix_id)?;
        Ok(choose(wanted, &versions).any(|chosen| chosen == arrival))
    }
}

/// Keeps the first `count` rows, each once.
fn first_of(found: &mut Vec<(i64, Run)>, count: usize) {
    found.sort_by_key(|(arrival, run)| (*arrival, matches!(run, Run::AtInstant(_))));
    found.dedup_by_key(|(arrival, _)| *arrival);
    found.truncate(count);
}

fn is_of_type(wanted: &Wanted, stix_id: &str) -> bool {
    let stix_type = objects::type_of_id(stix_id);
    wanted.types.is_empty() || wanted.types.iter().any(|each| each == stix_type)
}

/// The rows of the ids that are wanted, behind the cursor.
fn of_ids(
    db: &Connection,
    track: TrackId,
    wanted: &Wanted,
    cursor: i64,
) -> Result<Vec<i64>, StoreError> {
    let mut stored = Versions::new(db, track)?;
    let mut arrivals = Vec::new();
    for stix_id in wanted.ids.iter().filter(|id| is_of_type(wanted, id)) {
        let versions = stored.of(stix_id)?;
        arrivals.extend(choose(wanted, &versions).filter(|arrival| *arrival > cursor));
    }
    arrivals.sort_unstable();
    // An id may be asked for twice.
    arrivals.dedup();
    Ok(arrivals)
}

/// Which of all the listed versions of one object are wanted (TAXII 2.1 §3.4): those of the versions wanted, and
/// of these either the specs wanted or the highest.
fn choose<'v>(
    wanted: &'v Wanted,
    versions: &'v [Version<'v>],
) -> impl Iterator<Item = i64> + use<'v> {
    let VersionsWanted {
        all,
        first,
        last,
        exact,
    } = &wanted.versions;
    let of_version = move |version: &Version<'_>, listed_as: ListedAs| {
        *all || (*first && listed_as.first())
            || (*last && listed_as.last())
            || exact.iter().any(|order| *order == version.order)
    };
    let matching = move || {
        versions.iter().filter_map(move |version| {
            let listed_as = version.stored?;
            of_version(version, listed_as).then_some((version.arrival, listed_as.spec()))
        })
    };
    let highest = matching().map(|(_, spec)| spec).max();
    matching().filter_map(move |(arrival, spec)| {
        let of_spec = match wanted.specs.is_empty() {
            true => Some(spec) == highest,
            false => wanted.specs.contains(&spec),
        };
        of_spec.then_some(arrival)
    })
}

fn runs(db: &Connection, wanted: &Wanted) -> Result<Path, StoreError> {
    let versions = &wanted.versions;
    let listed_as: Vec<ListedAs> = ListedAs::every()
        .filter(|listed_as| {
            versions.all
                || (versions.first && listed_as.first())
                || (versions.last && listed_as.last())
        })
        // First, last and all of an object are of its highest spec, too.
        .filter(|listed_as| match wanted.specs.is_empty() {
            true => listed_as.highest(),
            false => wanted.specs.contains(&listed_as.spec()),
        })
        .collect();
    let mut runs = Vec::new();
    if wanted.types.is_empty() {
        runs.extend(listed_as.iter().copied().map(Run::Listed));
    }
    let mut types: Vec<&String> = wanted.types.iter().collect();
    types.sort_unstable();
    types.dedup();
    for name in types {
        let number = objects::type_number(db, name)?;
        let of_type = |number| listed_as.iter().map(move |each| Run::OfType(number, *each));
        runs.extend(number.into_iter().flat_map(of_type));
    }
    let exact = !versions.all && !versions.exact.is_empty();
    let set = listed_as.iter().fold(0, |set, each| set | each.bit());
    let whole = (wanted.types.is_empty() && !exact).then_some(set);
    if exact {
        let mut instants: Vec<i64> = versions.exact.iter().map(|each| instant_ms(each)).collect();
        instants.sort_unstable();
        instants.dedup();
        runs.extend(instants.into_iter().map(Run::AtInstant));
    }
    Ok(Path::Runs { runs, whole })
}
