//! Selectors of granular markings: which part of an object is meant (STIX 2.1 §7.2.3).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::tree::{Kind, Value};

/// The most components of a selector: nothing is nested deeper.
pub const COMPONENTS_MAX: usize = crate::tree::DEPTH_MAX;

/// A path into an object: names and indexes, separated by dots.
///
/// ```
/// let selector: stix::Selector = "external_references.[0].source_name".parse()?;
/// assert_eq!(selector.components().len(), 3);
/// # Ok::<(), stix::SelectorError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector {
    components: Vec<Component>,
}

/// One step of a [`Selector`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Component {
    /// The member with this name.
    Name(String),
    /// The item at this position, from 0.
    Index(usize),
}

/// A way a selector can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SelectorError {
    /// Not names and indexes separated by dots.
    #[error("{0:?} is not a selector")]
    Syntax(String),
    /// Well-formed, but there is nothing of the kind in the object.
    #[error("{0:?} selects nothing in the object")]
    Nothing(String),
}

/// One component as it stands in the text.
enum Part<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Part<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix('[') {
            let digits = rest.strip_suffix(']')?;
            let plain = digits == "0" || !digits.starts_with('0');
            let number = digits.bytes().all(|byte| byte.is_ascii_digit());
            return (plain && number)
                .then(|| digits.parse().ok())
                .flatten()
                .map(Self::Index);
        }
        let named = !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        named.then_some(Self::Name(text))
    }

    fn step<'t>(&self, value: Value<'t>) -> Option<Value<'t>> {
        match self {
            Self::Name(name) => value.get(name),
            Self::Index(index) if value.kind() == Kind::Array => value.items().nth(*index),
            Self::Index(_) => None,
        }
    }
}

impl Selector {
    /// The steps.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The value it selects in an object.
    ///
    /// # Errors
    /// [`SelectorError::Nothing`] if the object has no such part.
    pub fn resolve<'t>(&self, object: Value<'t>) -> Result<Value<'t>, SelectorError> {
        let mut value = object;
        for component in &self.components {
            let part = match component {
                Component::Name(name) => Part::Name(name),
                Component::Index(index) => Part::Index(*index),
            };
            value = part
                .step(value)
                .ok_or_else(|| SelectorError::Nothing(self.to_string()))?;
        }
        Ok(value)
    }

    /// Parses and resolves in one go, keeping nothing.
    ///
    /// # Errors
    /// [`SelectorError`] if the text is no selector, or selects nothing in the object.
    pub fn resolve_text<'t>(text: &str, object: Value<'t>) -> Result<Value<'t>, SelectorError> {
        let mut value = Some(object);
        for (at, component) in text.split('.').enumerate() {
            let part = Part::parse(component)
                .filter(|part| at < COMPONENTS_MAX && (at > 0 || matches!(part, Part::Name(_))));
            let part = part.ok_or_else(|| SelectorError::Syntax(text.to_owned()))?;
            value = value.and_then(|value| part.step(value));
        }
        value.ok_or_else(|| SelectorError::Nothing(text.to_owned()))
    }

    /// Whether what this selects contains what `other` selects, or is the same: selecting a list
    /// or an object selects all that is in it (§7.2.3).
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.components.starts_with(&self.components)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let syntax = || SelectorError::Syntax(text.to_owned());
        let components = text
            .split('.')
            .map(|component| match Part::parse(component)? {
                Part::Name(name) => Some(Component::Name(name.to_owned())),
                Part::Index(index) => Some(Component::Index(index)),
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(syntax)?;
        let begins_with_name = matches!(components.first(), Some(Component::Name(_)));
        if components.len() > COMPONENTS_MAX || !begins_with_name {
            return Err(syntax());
        }
        Ok(Self { components })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, component) in self.components.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            match component {
                Component::Name(name) => f.write_str(name)?,
                Component::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Arena;

    const OBJECT: &[u8] = br#"{"description":"d","labels":["a","b"],
        "external_references":[{"source_name":"cve"}],"hashes":{"SHA-256":"x"}}"#;

    fn resolve(text: &str) -> Result<String, SelectorError> {
        let mut arena = Arena::default();
        let tree = arena.parse(OBJECT).unwrap();
        let both = Selector::resolve_text(text, tree.root()).map(|value| value.raw().to_owned());
        let parsed = text.parse::<Selector>();
        let twice = parsed.and_then(|s| s.resolve(tree.root()).map(|value| value.raw().to_owned()));
        assert_eq!(both, twice, "{text}");
        both
    }

    #[test]
    fn selects_what_the_standard_says() {
        for (text, value) in [
            ("description", "\"d\""),
            ("external_references.[0].source_name", "\"cve\""),
            ("labels.[1]", "\"b\""),
            ("labels", "[\"a\",\"b\"]"),
            ("hashes.SHA-256", "\"x\""),
        ] {
            assert_eq!(resolve(text).as_deref(), Ok(value), "{text}");
            assert_eq!(text.parse::<Selector>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_not_there() {
        for text in [
            "pattern",
            "external_references.[3]",
            "description.[0]",
            "labels.name",
        ] {
            assert_eq!(resolve(text), Err(SelectorError::Nothing(text.to_owned())));
        }
    }

    #[test]
    fn refuses_other_syntax() {
        let deep = vec!["a"; COMPONENTS_MAX + 1].join(".");
        for text in [
            "", ".", "a.", ".a", "a..b", "[0]", "a[0]", "a.[-1]", "a.[01]", "a.[]", "a b", &deep,
        ] {
            assert_eq!(
                resolve(text),
                Err(SelectorError::Syntax(text.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn a_list_covers_its_items() {
        let selector = |text: &str| text.parse::<Selector>().unwrap();
        assert!(selector("labels").covers(&selector("labels.[1]")));
        assert!(selector("labels.[1]").covers(&selector("labels.[1]")));
        assert!(!selector("labels.[1]").covers(&selector("labels")));
        assert!(!selector("label").covers(&selector("labels")));
    }
}
