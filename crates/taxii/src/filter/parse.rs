//! From a query to a [`Filter`] and back.

use std::num::NonZeroU64;

use super::query::{pairs, push};
use super::{
    Endpoint, Filter, FilterError, LIMIT_MAX, Parameter, SpecVersion, VALUE_BYTES_MAX, VALUES_MAX,
    sorted,
};

impl Filter {
    /// Reads what stands behind the question mark.
    ///
    /// # Errors
    /// [`FilterError`], the first in the order of the query.
    pub fn parse(query: &str, endpoint: Endpoint) -> Result<Self, FilterError> {
        let mut filter = Self::default();
        let mut given = Vec::new();
        for pair in pairs(query) {
            let (name, value) = pair?;
            let parameter = Parameter::of_name(&name);
            if endpoint == Endpoint::Delete && !parameter.is_some_and(|it| endpoint.lists(it)) {
                return Err(FilterError::NotForDelete(name.into_owned()));
            }
            let Some(parameter) = parameter else {
                continue;
            };
            if given.contains(&parameter) {
                return Err(FilterError::Repeated(parameter));
            }
            given.push(parameter);
            let mut unused = Self::default();
            let applied = if endpoint.lists(parameter) {
                &mut filter
            } else {
                &mut unused
            };
            applied.set(parameter, &value)?;
        }
        Ok(filter)
    }

    fn set(&mut self, parameter: Parameter, value: &str) -> Result<(), FilterError> {
        if value.is_empty() {
            return Err(FilterError::Empty(parameter));
        }
        match parameter {
            Parameter::AddedAfter => {
                short(parameter, value)?;
                let at = value.parse().map_err(FilterError::AddedAfter)?;
                self.added_after = Some(at);
            }
            Parameter::Limit => self.limit = Some(limit(value)?),
            Parameter::Next => {
                short(parameter, value)?;
                self.next = Some(value.to_owned());
            }
            Parameter::Id => self.ids = owned(list(parameter, value)?),
            Parameter::Type => self.types = owned(list(parameter, value)?),
            Parameter::Version => self.versions = Some(value.parse()?),
            Parameter::SpecVersion => {
                let specs = list(parameter, value)?.into_iter().map(spec_version);
                self.spec_versions = sorted(specs.collect::<Result<_, _>>()?);
            }
        }
        Ok(())
    }

    /// What stands behind the question mark; empty if nothing is asked for.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = String::new();
        let mut say = |parameter: Parameter, value: &str| {
            push(&mut query, parameter.name(), value);
        };
        if let Some(at) = self.added_after {
            say(Parameter::AddedAfter, &at.to_string());
        }
        if let Some(limit) = self.limit {
            say(Parameter::Limit, &limit.to_string());
        }
        if let Some(next) = &self.next {
            say(Parameter::Next, next);
        }
        if !self.ids.is_empty() {
            say(Parameter::Id, &self.ids.join(","));
        }
        if !self.types.is_empty() {
            say(Parameter::Type, &self.types.join(","));
        }
        if let Some(versions) = &self.versions {
            say(Parameter::Version, &versions.to_string());
        }
        if !self.spec_versions.is_empty() {
            let specs: Vec<String> = self.spec_versions.iter().map(ToString::to_string).collect();
            say(Parameter::SpecVersion, &specs.join(","));
        }
        query
    }
}

/// The values of a list: separated by commas without any spaces (§3.4), none of them empty.
pub(super) fn list(parameter: Parameter, text: &str) -> Result<Vec<&str>, FilterError> {
    let count = text.split(',').count();
    if count > VALUES_MAX {
        return Err(FilterError::TooMany { parameter, count });
    }
    text.split(',')
        .map(|value| {
            short(parameter, value)?;
            if value.is_empty() {
                return Err(FilterError::EmptyValue(parameter));
            }
            if value.contains(|it: char| it.is_whitespace() || it.is_control()) {
                let value = value.to_owned();
                return Err(FilterError::Character { parameter, value });
            }
            Ok(value)
        })
        .collect()
}

fn owned(values: Vec<&str>) -> Vec<String> {
    sorted(values.into_iter().map(str::to_owned).collect())
}

fn short(parameter: Parameter, value: &str) -> Result<(), FilterError> {
    let bytes = value.len();
    if bytes > VALUE_BYTES_MAX {
        return Err(FilterError::TooLong { parameter, bytes });
    }
    Ok(())
}

fn limit(value: &str) -> Result<NonZeroU64, FilterError> {
    let fault = || FilterError::Limit(value.chars().take(80).collect());
    // `parse` alone would take a sign.
    if !value.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(fault());
    }
    value
        .parse::<NonZeroU64>()
        .ok()
        .filter(|limit| limit.get() <= LIMIT_MAX)
        .ok_or_else(fault)
}

fn spec_version(value: &str) -> Result<SpecVersion, FilterError> {
    let number = |digits: &str| {
        let canonical = digits == "0" || !digits.starts_with('0');
        let digits = Some(digits).filter(|it| canonical && it.bytes().all(|b| b.is_ascii_digit()));
        digits.and_then(|digits| digits.parse::<u8>().ok())
    };
    value
        .split_once('.')
        .and_then(|(major, minor)| {
            Some(SpecVersion {
                major: number(major)?,
                minor: number(minor)?,
            })
        })
        .ok_or_else(|| FilterError::SpecVersion(value.to_owned()))
}
