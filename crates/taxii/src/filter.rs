//! What a client asks of a collection: the query parameters of §3.4, parsed once.
//!
//! - A parameter that is malformed is an error at every endpoint that filters, also where the endpoint would not use
//!   it (§3.4: "If any of the URL query parameters are malformed, the TAXII Server MUST return an HTTP 400").
//! - A parameter that the standard defines and this endpoint does not list is read and not applied, and so are fields
//!   and parameters that the standard does not define (§3.4: servers MAY ignore fields they do not understand). Not so
//!   when something is deleted: there ignoring a filter would delete more than was asked for.
//! - A parameter of the standard that is repeated is an error (§3.4: MUST NOT occur more than once).

mod parse;
mod query;
mod versions;

use std::fmt;
use std::num::NonZeroU64;

use stix::TimestampError;

pub use versions::Versions;

use crate::timestamp::Timestamp;

/// Most values in one list.
pub const VALUES_MAX: usize = 1_000;
/// Most bytes of one value, decoded.
pub const VALUE_BYTES_MAX: usize = 1_024;
/// The largest `limit` that is an integer of TAXII (§2).
pub const LIMIT_MAX: u64 = (1 << 53) - 1;

/// The endpoints that filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Get Object Manifests (§5.3).
    Manifest,
    /// Get Objects (§5.4).
    Objects,
    /// Get an Object (§5.6).
    Object,
    /// Delete an Object (§5.7).
    Delete,
    /// Get Object Versions (§5.8).
    Versions,
}

impl Endpoint {
    /// One word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Objects => "objects",
            Self::Object => "object",
            Self::Delete => "delete",
            Self::Versions => "versions",
        }
    }

    /// Whether the table of the endpoint lists the parameter.
    #[must_use]
    pub fn lists(self, parameter: Parameter) -> bool {
        use Parameter::{AddedAfter, Id, Limit, Next, SpecVersion, Type, Version};
        match parameter {
            SpecVersion => true,
            AddedAfter | Limit | Next => self != Self::Delete,
            Version => self != Self::Versions,
            Id | Type => matches!(self, Self::Manifest | Self::Objects),
        }
    }
}

/// The parameters of §3.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// `added_after`.
    AddedAfter,
    /// `limit`.
    Limit,
    /// `next`.
    Next,
    /// `match[id]`.
    Id,
    /// `match[type]`.
    Type,
    /// `match[version]`.
    Version,
    /// `match[spec_version]`.
    SpecVersion,
}

impl Parameter {
    const ALL: [Self; 7] = [
        Self::AddedAfter,
        Self::Limit,
        Self::Next,
        Self::Id,
        Self::Type,
        Self::Version,
        Self::SpecVersion,
    ];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AddedAfter => "added_after",
            Self::Limit => "limit",
            Self::Next => "next",
            Self::Id => "match[id]",
            Self::Type => "match[type]",
            Self::Version => "match[version]",
            Self::SpecVersion => "match[spec_version]",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A specification version, `2.0` or `2.1` today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpecVersion {
    /// Before the point.
    pub major: u8,
    /// Behind it.
    pub minor: u8,
}

impl fmt::Display for SpecVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a query is malformed: 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Percent-encoding that is none, or not of UTF-8.
    #[error("the query has a percent-encoding that cannot be read in {0:?}")]
    Encoding(String),
    /// Given twice.
    #[error("{0} is given more than once")]
    Repeated(Parameter),
    /// Given without a value.
    #[error("{0} is given without a value")]
    Empty(Parameter),
    /// A list with nothing before, between or behind its commas.
    #[error("{0} has an empty value in its list")]
    EmptyValue(Parameter),
    /// A list with more values than are taken.
    #[error("{parameter} has {count} values, the limit is {VALUES_MAX}")]
    TooMany {
        /// The parameter.
        parameter: Parameter,
        /// How many.
        count: usize,
    },
    /// A value longer than any is.
    #[error("{parameter} has a value of {bytes} bytes, the limit is {VALUE_BYTES_MAX}")]
    TooLong {
        /// The parameter.
        parameter: Parameter,
        /// Its length.
        bytes: usize,
    },
    /// A value with a blank or control character: values are separated by commas without spaces.
    #[error("{parameter} has the value {value:?}, with a character that no value has")]
    Character {
        /// The parameter.
        parameter: Parameter,
        /// The value.
        value: String,
    },
    /// `added_after` is no timestamp.
    #[error("added_after: {0}")]
    AddedAfter(TimestampError),
    /// `limit` is no positive integer.
    #[error("limit is {0:?}; it must be an integer from 1 to {LIMIT_MAX}")]
    Limit(String),
    /// Neither a keyword nor a timestamp of STIX.
    #[error("match[version] has {value:?}, neither all, first or last nor a version: {source}")]
    Version {
        /// The value.
        value: String,
        /// What is wrong with it as a timestamp.
        source: TimestampError,
    },
    /// The same keyword or version twice.
    #[error("match[version] has {0} more than once")]
    VersionRepeated(String),
    /// `all` beside another.
    #[error("match[version] has all beside another version")]
    AllWithOthers,
    /// Not of the form `n.m`.
    #[error("match[spec_version] has {0:?}, which is not of the form 2.1")]
    SpecVersion(String),
    /// A parameter that deleting does not know; to ignore it would delete more than was asked for.
    #[error("{0:?} is no filter for deleting; only match[version] and match[spec_version] are")]
    NotForDelete(String),
}

/// What a client asks for. Everything is optional; lists have no duplicates and are sorted.
///
/// ```
/// use taxii::filter::{Endpoint, Filter};
/// let filter = Filter::parse("match%5Btype%5D=malware,tool&limit=7", Endpoint::Objects)?;
/// assert_eq!(filter.types(), ["malware", "tool"]);
/// assert_eq!(filter.to_query(), "limit=7&match%5Btype%5D=malware,tool");
/// let error = Filter::parse("limit=0", Endpoint::Objects).unwrap_err();
/// assert_eq!(error.to_string(), r#"limit is "0"; it must be an integer from 1 to 9007199254740991"#);
/// # Ok::<(), taxii::filter::FilterError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    added_after: Option<Timestamp>,
    limit: Option<NonZeroU64>,
    next: Option<String>,
    ids: Vec<String>,
    types: Vec<String>,
    versions: Option<Versions>,
    spec_versions: Vec<SpecVersion>,
}

impl Filter {
    /// Only what was added after this instant.
    #[must_use]
    pub fn added_after(&self) -> Option<Timestamp> {
        self.added_after
    }

    /// At most so many at once.
    #[must_use]
    pub fn limit(&self) -> Option<NonZeroU64> {
        self.limit
    }

    /// Where an earlier page left off, as the server named it.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Only these objects; none for all.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Only objects of these types; none for all.
    #[must_use]
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// Only these versions; `None` for what the endpoint does by itself.
    #[must_use]
    pub fn versions(&self) -> Option<&Versions> {
        self.versions.as_ref()
    }

    /// Only these specification versions; none for the latest of each object.
    #[must_use]
    pub fn spec_versions(&self) -> &[SpecVersion] {
        &self.spec_versions
    }

    /// The same with `added_after`.
    #[must_use]
    pub fn with_added_after(mut self, at: Timestamp) -> Self {
        self.added_after = Some(at);
        self
    }

    /// The same with `limit`; beyond [`LIMIT_MAX`] it is that.
    #[must_use]
    pub fn with_limit(mut self, limit: NonZeroU64) -> Self {
        let most = NonZeroU64::new(LIMIT_MAX);
        self.limit = Some(most.map_or(limit, |most| limit.min(most)));
        self
    }

    /// The same with `next`.
    #[must_use]
    pub fn with_next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// The same with `match[id]`.
    #[must_use]
    pub fn with_ids(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.ids = sorted(ids.into_iter().map(Into::into).collect());
        self
    }

    /// The same with `match[type]`.
    #[must_use]
    pub fn with_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.types = sorted(types.into_iter().map(Into::into).collect());
        self
    }

    /// The same with `match[version]`.
    #[must_use]
    pub fn with_versions(mut self, versions: Versions) -> Self {
        self.versions = Some(versions);
        self
    }

    /// The same with `match[spec_version]`.
    #[must_use]
    pub fn with_spec_versions(mut self, specs: impl IntoIterator<Item = SpecVersion>) -> Self {
        self.spec_versions = sorted(specs.into_iter().collect());
        self
    }
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}

#[cfg(test)]
mod tests;
