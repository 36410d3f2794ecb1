//! A value inside an object that is being read, and the way that led to it.
//!
//! The way is a chain of borrowed steps; it becomes a text only when something is refused.

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value;

use super::refused::{Refused, Rule};
use crate::id::Id;
use crate::moment::{self, Moment};

/// The largest integer that every JSON reader holds exactly (`docs/FORMATS.md` §1).
pub(crate) const INTEGER_MAX: u64 = (1 << 53) - 1;

#[derive(Clone, Copy)]
pub(crate) struct Field<'a> {
    value: &'a Value,
    way: Way<'a>,
}

#[derive(Clone, Copy)]
enum Way<'a> {
    Root,
    Member(&'a Field<'a>, &'a str),
    Element(&'a Field<'a>, usize),
}

impl<'a> Field<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self {
            value,
            way: Way::Root,
        }
    }

    /// The member of this object, refused when it is not there.
    pub(crate) fn member(&'a self, name: &'a str) -> Result<Field<'a>, Refused> {
        match self.optional(name)? {
            Some(field) => Ok(field),
            None => Err(Field {
                value: &Value::Null,
                way: Way::Member(self, name),
            }
            .refuse(Rule::Missing)),
        }
    }

    /// The member of this object, if it is there.
    pub(crate) fn optional(&'a self, name: &'a str) -> Result<Option<Field<'a>>, Refused> {
        let object = self
            .value
            .as_object()
            .ok_or_else(|| self.not("an object"))?;
        Ok(object.get(name).map(|value| Field {
            value,
            way: Way::Member(self, name),
        }))
    }

    /// The elements of this list, at most `max` of them.
    pub(crate) fn list(
        &'a self,
        max: usize,
    ) -> Result<impl ExactSizeIterator<Item = Field<'a>>, Refused> {
        let list = self.value.as_array().ok_or_else(|| self.not("a list"))?;
        if list.len() > max {
            return Err(self.refuse(Rule::TooMany {
                count: list.len(),
                max,
            }));
        }
        let element = |(at, value)| Field {
            value,
            way: Way::Element(self, at),
        };
        Ok(list.iter().enumerate().map(element))
    }

    pub(crate) fn text(&self) -> Result<&'a str, Refused> {
        self.value.as_str().ok_or_else(|| self.not("a text"))
    }

    /// A text of 1 to `max` bytes.
    pub(crate) fn text_within(&self, max: usize) -> Result<&'a str, Refused> {
        let text = self.text()?;
        check_text(text, max).map_err(|rule| self.refuse(rule))?;
        Ok(text)
    }

    pub(crate) fn boolean(&self) -> Result<bool, Refused> {
        self.value
            .as_bool()
            .ok_or_else(|| self.not("true or false"))
    }

    pub(crate) fn integer(&self, min: u64, max: u64) -> Result<u64, Refused> {
        let found = self
            .value
            .as_u64()
            .ok_or_else(|| self.not("a whole number"))?;
        if !(min..=max).contains(&found) {
            return Err(self.refuse(Rule::OutOfBounds { found, min, max }));
        }
        Ok(found)
    }

    /// A text that reads as a `T`.
    pub(crate) fn parse<T: FromStr>(&self) -> Result<T, Refused>
    where
        Rule: From<T::Err>,
    {
        self.text()?.parse().map_err(|err: T::Err| self.refuse(err))
    }

    /// The identifier of an object of this type.
    pub(crate) fn id_of(&self, expected: &'static str) -> Result<Id, Refused> {
        let id: Id = self.parse()?;
        if id.type_name() != expected {
            let found = id.type_name().into();
            return Err(self.refuse(Rule::IdType { expected, found }));
        }
        Ok(id)
    }

    /// One of a closed list of words.
    pub(crate) fn word<T: Copy>(
        &self,
        known: &'static [&'static str],
        words: &[T],
    ) -> Result<T, Refused> {
        let found = self.text()?;
        let word = known
            .iter()
            .zip(words)
            .find(|(name, _)| **name == found)
            .map(|(_, word)| *word);
        word.ok_or_else(|| {
            self.refuse(Rule::Word {
                found: found.into(),
                known,
            })
        })
    }

    /// A text that has only one allowed value.
    pub(crate) fn fixed(&self, expected: &'static str) -> Result<(), Refused> {
        match self.text()? {
            found if found == expected => Ok(()),
            found => Err(self.refuse(Rule::Fixed {
                expected,
                found: found.into(),
            })),
        }
    }

    pub(crate) fn timestamp(&self) -> Result<Timestamp, Refused> {
        moment::read_timestamp(self.text()?).map_err(|err| self.refuse(err))
    }

    pub(crate) fn moment(&'a self) -> Result<Moment, Refused> {
        let (utc, offset) = (self.member("utc")?, self.member("offset")?);
        // Each part is refused where it stands.
        utc.timestamp()?;
        Moment::read(utc.text()?, offset.text()?).map_err(|err| offset.refuse(err))
    }

    /// A refusal at this place.
    pub(crate) fn refuse(&self, rule: impl Into<Rule>) -> Refused {
        let mut path = String::new();
        self.write_path(&mut path);
        Refused::new(path, rule)
    }

    fn not(&self, expected: &'static str) -> Refused {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.refuse(Rule::JsonType { expected, found })
    }

    fn write_path(&self, path: &mut String) {
        match self.way {
            Way::Root => {}
            Way::Member(parent, name) => {
                parent.write_path(path);
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Way::Element(parent, at) => {
                parent.write_path(path);
                path.push_str(&format!("[{at}]"));
            }
        }
    }
}

/// Checks that a text has 1 to `max` bytes and more than white space.
pub(crate) fn check_text(text: &str, max: usize) -> Result<(), Rule> {
    if text.trim().is_empty() {
        return Err(Rule::Empty);
    }
    if text.len() > max {
        return Err(Rule::TooLong {
            bytes: text.len(),
            max,
        });
    }
    Ok(())
}
