//! Reading an expression character by character.

use super::RegexError;

/// Where one reads an expression.
pub(super) struct Reader<'a> {
    pub(super) chars: &'a [char],
    pub(super) at: usize,
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn take(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += 1;
        Some(char)
    }

    pub(super) fn take_if(&mut self, text: &str) -> bool {
        let matches = text
            .chars()
            .enumerate()
            .all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if matches {
            self.at += text.chars().count();
        }
        matches
    }

    /// Takes everything up to a character, and the character.
    pub(super) fn take_until(&mut self, end: char) -> Result<String, RegexError> {
        let start = self.at;
        let length = self.chars[start..].iter().position(|&char| char == end);
        let length = length.ok_or_else(|| self.invalid("the end of this is missing"))?;
        self.at += length + 1;
        Ok(self.chars[start..start + length].iter().collect())
    }

    /// Tells whether the next sign comes again right before the next `]`.
    pub(super) fn is_closed_by(&self, sign: char) -> bool {
        let rest = &self.chars[self.at + 1..];
        rest.iter()
            .position(|&char| char == ']')
            .is_some_and(|end| end > 0 && rest[end - 1] == sign)
    }

    pub(super) fn take_digits(&mut self, radix: u32, max: usize) -> String {
        let start = self.at;
        while self.at - start < max && self.peek().is_some_and(|char| char.is_digit(radix)) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    pub(super) fn invalid(&self, reason: &'static str) -> RegexError {
        RegexError::Invalid {
            at: self.at,
            reason,
        }
    }
}

pub(super) fn unsupported(what: &str) -> RegexError {
    RegexError::Unsupported(what.into())
}
