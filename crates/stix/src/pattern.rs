//! STIX patterns: read, print, check and match (STIX 2.1 §9, conformance level 3).
//!
//! ```
//! use serde_json::json;
//! use stix::pattern::{MatchLimits, Matcher, Observed, Pattern, check};
//!
//! let pattern: Pattern = "[ipv4-addr:value ISSUBSET '198.51.100.0/24'] REPEATS 5 TIMES".parse()?;
//! assert!(check(&pattern, &MatchLimits::default()).is_empty());
//!
//! let observed_data = json!({
//!     "type": "observed-data",
//!     "first_observed": "2026-01-01T00:00:00Z",
//!     "last_observed": "2026-01-01T00:10:00Z",
//!     "number_observed": 50,
//!     "object_refs": ["ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd"],
//! });
//! let address = json!({"type": "ipv4-addr", "value": "198.51.100.3"});
//! let observed = Observed::from_observed_data(&observed_data, |_id| Some(&address))?;
//!
//! let matcher = Matcher::new(&pattern, MatchLimits::default())?;
//! assert_eq!(matcher.find(&[observed])?, Some(vec![0]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Pattern`] is the text and its [tree](ast). [`check`] reports what the standard forbids or
//! what cannot be meant. A [`Matcher`] answers with the observations that match, or with the limit
//! that kept it from an answer. [`Pattern::index_keys`] tells a store which patterns an object can
//! concern at all.
//!
//! Where the text of the standard leaves a choice or readers of it differ:
//! - A path that leads nowhere makes a comparison false, also under `NOT` and `!=` (§9.6);
//!   `NOT EXISTS` alone is true then.
//! - Values of incompatible types give false, true for `!=`, and `NOT` turns either round (§9.6.1).
//! - `NOT` negates the whole comparison: with `[*]`, no element passes (§9.6.1, §9.7.2).
//! - `WITHIN` is half-open, as §9.5.1 has it; observations between two times may be dated freely,
//!   but each has one date for all operators and qualifiers.
//! - Invalid constants, also dates that are not in the calendar, make no pattern (§9.4).
//!
//! Left out: streams; observations come as a slice.

pub mod ast;
mod bind;
mod check;
mod cidr;
mod compare;
mod error;
mod index;
mod like;
mod limits;
mod matcher;
mod moment;
mod normal;
mod observed;
mod parse;
mod pcre;
mod plan;
mod print;
mod select;
mod span;
mod test;
mod token;
mod window;

use std::fmt;
use std::str::FromStr;

use ast::Observation;
use thiserror::Error;

pub use check::{Finding, Rule, Severity, check};
pub use error::{Expected, Found, ParseError, ParseErrorKind};
pub use index::{Equality, Key};
pub use limits::{MatchError, MatchLimits, StepsExhausted};
pub use matcher::Matcher;
pub use moment::{FRACTION_DIGITS_MAX, Moment, MomentError};
pub use normal::{ALTERNATIVES_MAX, NormalForm, NormalFormTooLarge};
pub use observed::{NUMBER_OBSERVED_MAX, Observed, ObservedError, Reachable};
use parse::Dialect;
pub use parse::ParseLimits;
pub use pcre::{BacktracksExhausted, RegexError};
pub use plan::{CompileError, CompileErrorKind};
pub use span::{Located, Position, Span};
pub use window::{WINDOW_SECONDS_MAX, Window};

/// Why a tree that was built is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TreeError {
    /// What it prints as does not parse.
    #[error("the tree prints as no pattern: {0}")]
    Unparsable(#[from] ParseError),
    /// What it prints as is another tree.
    #[error("the tree prints as another pattern: {0}")]
    Different(Box<str>),
}

/// A pattern: the text as it came and the tree it was parsed into.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: Box<str>,
    root: Located<Observation>,
}

impl Pattern {
    /// Parses a pattern within bounds of one's own.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place in the text.
    pub fn parse(text: &str, limits: &ParseLimits) -> Result<Self, ParseError> {
        let root = parse::parse(text, Dialect::Stix21, limits)?;
        Ok(Self {
            text: text.into(),
            root,
        })
    }

    /// Parses a pattern of STIX 2.0, where `START` and `STOP` take strings, and returns it with
    /// its canonical text of STIX 2.1.
    ///
    /// # Errors
    /// As [`Pattern::parse`].
    pub fn upgrade(text: &str, limits: &ParseLimits) -> Result<Self, ParseError> {
        let root = parse::parse(text, Dialect::Stix20, limits)?;
        // Parsed again, so that the places in the tree are those in the new text.
        let unbounded = ParseLimits {
            bytes_max: usize::MAX,
            ..*limits
        };
        Self::parse(&root.to_string(), &unbounded)
    }

    /// Makes a pattern of a tree that was built: its text is the canonical one.
    ///
    /// # Errors
    /// The tree has no text, or the text says something else: an object type that is no name, an
    /// `AND` of one operand, a path that begins with an index, an ordered boolean.
    pub fn from_tree(root: &Located<Observation>) -> Result<Self, TreeError> {
        let text = root.to_string();
        let limits = ParseLimits {
            bytes_max: usize::MAX,
            ..ParseLimits::default()
        };
        let pattern = Self::parse(&text, &limits)?;
        if pattern.root == *root {
            Ok(pattern)
        } else {
            Err(TreeError::Different(text.into()))
        }
    }

    /// Returns the text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the tree.
    #[must_use]
    pub fn root(&self) -> &Located<Observation> {
        &self.root
    }
}

impl FromStr for Pattern {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text, &ParseLimits::default())
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Pattern {}

/// Prints the canonical text.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}
