//! `match[version]`: which versions of an object are asked for (§3.4.1).

use std::fmt;
use std::str::FromStr;

use super::{FilterError, Parameter, parse};

/// Which versions are asked for: the union of what is set, never nothing.
///
/// ```
/// use taxii::filter::Versions;
/// let versions: Versions = "last,2016-01-01T01:01:01.000Z".parse()?;
/// assert!(versions.last() && !versions.all());
/// assert_eq!(versions.exact()[0].as_str(), "2016-01-01T01:01:01.000Z");
/// # Ok::<(), taxii::filter::FilterError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    all: bool,
    first: bool,
    last: bool,
    exact: Vec<stix::Timestamp>,
}

impl Versions {
    /// Every version.
    pub const ALL: Self = Self {
        all: true,
        first: false,
        last: false,
        exact: Vec::new(),
    };
    /// The latest: the default of §3.4.1.
    pub const LAST: Self = Self {
        all: false,
        first: false,
        last: true,
        exact: Vec::new(),
    };

    /// Whether all are.
    #[must_use]
    pub fn all(&self) -> bool {
        self.all
    }

    /// Whether the earliest is.
    #[must_use]
    pub fn first(&self) -> bool {
        self.first
    }

    /// Whether the latest is.
    #[must_use]
    pub fn last(&self) -> bool {
        self.last
    }

    /// The versions that are named, in order. They are instants: how they are spelled makes no difference.
    #[must_use]
    pub fn exact(&self) -> &[stix::Timestamp] {
        &self.exact
    }

    /// Whether only versions are asked for that are named.
    #[must_use]
    pub fn only_exact(&self) -> bool {
        !(self.all || self.first || self.last)
    }
}

impl FromStr for Versions {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut versions = Self {
            all: false,
            first: false,
            last: false,
            exact: Vec::new(),
        };
        let values = parse::list(Parameter::Version, text)?;
        for value in &values {
            let repeated = match *value {
                "all" => std::mem::replace(&mut versions.all, true),
                "first" => std::mem::replace(&mut versions.first, true),
                "last" => std::mem::replace(&mut versions.last, true),
                named => {
                    let version = named.parse::<stix::Timestamp>().map_err(|source| {
                        FilterError::Version {
                            value: named.to_owned(),
                            source,
                        }
                    })?;
                    versions.exact.push(version);
                    false
                }
            };
            if repeated {
                return Err(FilterError::VersionRepeated((*value).to_owned()));
            }
        }
        versions.exact.sort();
        // The same instant spelled twice is the same version twice.
        if let Some(pair) = versions.exact.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(FilterError::VersionRepeated(pair[1].to_string()));
        }
        if versions.all && values.len() > 1 {
            return Err(FilterError::AllWithOthers);
        }
        Ok(versions)
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keywords = [
            (self.all, "all"),
            (self.first, "first"),
            (self.last, "last"),
        ];
        let keywords = keywords
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, name)| *name);
        let exact = self.exact.iter().map(stix::Timestamp::as_str);
        for (at, value) in keywords.chain(exact).enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            f.write_str(value)?;
        }
        Ok(())
    }
}
