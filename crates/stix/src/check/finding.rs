//! One thing found, and how it is put into words.

use super::rule::Rule;
use crate::tree::{Tree, Value};

/// The most characters of a value that a message quotes.
const QUOTE_CHARS_MAX: usize = 80;

/// A rule that is broken, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    rule: Rule,
    /// The index of the value in its tree.
    node: u32,
    section: &'static str,
    argument: &'static str,
}

impl Finding {
    pub(super) fn new(
        rule: Rule,
        at: Value<'_>,
        section: &'static str,
        argument: &'static str,
    ) -> Self {
        Self {
            rule,
            node: at.index(),
            section,
            argument,
        }
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.rule
    }

    /// The section of the standard: that of the property's table where it has one.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.section
    }

    /// The JSON path of the value, `$.external_references[0].url` for example.
    #[must_use]
    pub fn path(&self, tree: &Tree<'_>) -> String {
        tree.path(self.node)
    }

    /// Where the value stands in the text, in bytes.
    #[must_use]
    pub fn offset(&self, tree: &Tree<'_>) -> usize {
        tree.value(self.node).map_or(0, Value::offset)
    }

    /// What is wrong, in words.
    #[must_use]
    pub fn message(&self, tree: &Tree<'_>) -> String {
        let says = self.rule.says();
        let mut message = String::with_capacity(says.len() + 32);
        let mut rest = says;
        while let Some(at) = rest.find('{') {
            let (before, placeholder) = rest.split_at(at);
            message.push_str(before);
            match placeholder.as_bytes().get(1) {
                Some(b'n') => message.push_str(&tree.name(self.node)),
                Some(b'v') => message.push_str(&quote(tree, self.node)),
                Some(b'k') => {
                    message.push_str(tree.value(self.node).map_or("", |v| v.kind().word()));
                }
                _ => message.push_str(self.argument),
            }
            rest = placeholder.get(3..).unwrap_or("");
        }
        message.push_str(rest);
        if matches!(self.rule, Rule::PatternRule | Rule::PatternAdvice)
            && let Some(rule) = crate::pattern::Rule::from_name(self.argument)
        {
            message.push_str(": ");
            message.push_str(rule.summary());
        }
        if self.rule == Rule::Pattern {
            // Parsed anew for its words: a pattern that is none is rare.
            let text = tree
                .value(self.node)
                .and_then(Value::as_str)
                .unwrap_or_default();
            if let Err(error) = text.parse::<crate::pattern::Pattern>() {
                message.push_str(": ");
                message.push_str(&error.to_string());
            }
        }
        message
    }
}

/// The text of a value, cut short where it is long.
fn quote(tree: &Tree<'_>, node: u32) -> String {
    let raw = tree.value(node).map_or("", Value::raw);
    match raw.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &raw[..end]),
        None => raw.to_owned(),
    }
}
