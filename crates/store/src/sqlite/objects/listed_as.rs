//! What a listed row is among the versions of its object: one small number, by which the view is indexed.

use std::borrow::Cow;

use crate::listing::SPECS;

/// The column `objects.listed_as`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::sqlite) struct ListedAs(u8);

const FIRST: u8 = 1;
const LAST: u8 = 2;
const HIGHEST: u8 = 4;
const SPEC_21: u8 = 8;

impl ListedAs {
    /// Every value there is.
    pub(in crate::sqlite) fn every() -> impl Iterator<Item = Self> {
        (0..16).map(Self)
    }

    /// The first version of its object in its spec.
    pub(in crate::sqlite) fn first(self) -> bool {
        self.0 & FIRST != 0
    }

    /// The last version of its object in its spec.
    pub(in crate::sqlite) fn last(self) -> bool {
        self.0 & LAST != 0
    }

    /// Of the highest spec that its object has.
    pub(in crate::sqlite) fn highest(self) -> bool {
        self.0 & HIGHEST != 0
    }

    pub(in crate::sqlite) fn spec(self) -> u8 {
        if self.0 & SPEC_21 != 0 { 21 } else { 20 }
    }

    /// A set of these with nothing but this one in it.
    pub(in crate::sqlite) fn bit(self) -> i64 {
        1 << self.0
    }

    pub(in crate::sqlite) fn column(self) -> i64 {
        i64::from(self.0)
    }

    /// `None` for a number that no row has.
    pub(in crate::sqlite) fn from_column(column: i64) -> Option<Self> {
        u8::try_from(column)
            .ok()
            .filter(|code| *code < 16)
            .map(Self)
    }
}

/// A listed version of an object, stored or about to be.
#[derive(Debug, Clone)]
pub(in crate::sqlite) struct Version<'a> {
    /// The key of the row.
    pub(in crate::sqlite) arrival: i64,
    pub(in crate::sqlite) order: Cow<'a, str>,
    pub(in crate::sqlite) spec: u8,
    /// What the stored row says; `None` while there is none.
    pub(in crate::sqlite) stored: Option<ListedAs>,
}

/// What each of the listed versions of one object is to be listed as. They are given in their order, and no two have
/// the same: that is what a version is known by.
pub(in crate::sqlite) fn settle(versions: &[Version<'_>]) -> impl Iterator<Item = ListedAs> {
    // Where each spec begins and ends.
    let (mut firsts, mut lasts) = (SPECS.map(|_| None), SPECS.map(|_| None));
    for (at, version) in versions.iter().enumerate() {
        let spec = SPECS.iter().position(|spec| *spec == version.spec);
        if let Some(spec) = spec {
            firsts[spec].get_or_insert(at);
            lasts[spec] = Some(at);
        }
    }
    let highest = versions.iter().map(|version| version.spec).max();
    versions.iter().enumerate().map(move |(at, version)| {
        let flag = |flag, set: bool| if set { flag } else { 0 };
        ListedAs(
            flag(FIRST, firsts.contains(&Some(at)))
                | flag(LAST, lasts.contains(&Some(at)))
                | flag(HIGHEST, Some(version.spec) == highest)
                | flag(SPEC_21, version.spec == 21),
        )
    })
}
