//! `MATCHES`: regular expressions as PCRE has them, searched, with DOTALL (STIX 2.1 §9.6.1).
//!
//! The engine is `fancy-regex`. [`translate`](translate::translate) reads the expression as PCRE
//! does and writes it so that the engine reads the same: what both spell alike passes, what they
//! spell differently is rewritten, what PCRE refuses is refused, and what the engine lacks
//! (branch reset, backtracking verbs, `\X`, `\C`) is an error that says so, not a wrong answer.

mod class;
mod escape;
mod group;
mod reader;
mod translate;

use std::borrow::Cow;

use fancy_regex::{BytesMode, CompileError, Error, RegexBuilder, RuntimeError};
use thiserror::Error as ThisError;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::limits::MatchLimits;

/// Why a regular expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum RegexError {
    /// It is not a regular expression of PCRE.
    #[error("not a PCRE regular expression, at character {at}: {reason}")]
    Invalid {
        /// Index in code points, from 0.
        at: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// PCRE may have it, this implementation does not.
    #[error("unsupported in a regular expression: {0}")]
    Unsupported(Box<str>),
    /// The compiled form is larger than [`MatchLimits::regex_bytes_max`].
    #[error("the compiled regular expression is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

/// A search was given up after [`MatchLimits::regex_backtracks_max`] steps back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[error("a regular expression went back more than {limit} times")]
pub struct BacktracksExhausted {
    /// The limit.
    pub limit: usize,
}

/// What an expression is searched in: it decides how the expression is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// Texts, after NFC, by code point, with Unicode classes.
    Text,
    /// Octets of a `_bin` or `_hex` property; §9.6.1 forbids the UNICODE flag.
    Octets,
}

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub(super) struct Pcre {
    /// Nothing if the expression has a character that is no octet, and octets are searched: then
    /// nothing matches (§9.6.4).
    engine: Option<fancy_regex::Regex>,
    backtracks_max: usize,
}

impl Pcre {
    pub(super) fn new(
        expression: &str,
        subject: Subject,
        limits: &MatchLimits,
    ) -> Result<Self, RegexError> {
        let normal: Cow<'_, str> = match subject {
            Subject::Text if !is_nfc(expression) => expression.nfc().collect::<String>().into(),
            _ => expression.into(),
        };
        let translated = translate::translate(&normal, subject)?;
        let backtracks_max = limits.regex_backtracks_max;
        if subject == Subject::Octets && expression.chars().any(|char| u32::from(char) > 0xff) {
            return Ok(Self {
                engine: None,
                backtracks_max,
            });
        }
        let mut builder = RegexBuilder::new(&translated);
        builder
            .unicode_mode(subject == Subject::Text)
            .bytes_mode(match subject {
                Subject::Text => BytesMode::Unicode,
                Subject::Octets => BytesMode::Ascii,
            })
            .backtrack_limit(backtracks_max)
            .delegate_size_limit(limits.regex_bytes_max)
            .delegate_dfa_size_limit(limits.regex_bytes_max);
        let engine = builder.build().map_err(|error| {
            if is_too_large(&error) {
                RegexError::TooLarge {
                    limit: limits.regex_bytes_max,
                }
            } else {
                RegexError::Unsupported(error.to_string().into())
            }
        })?;
        Ok(Self {
            engine: Some(engine),
            backtracks_max,
        })
    }

    pub(super) fn matches_text(&self, text: &str) -> Result<bool, BacktracksExhausted> {
        let Some(engine) = &self.engine else {
            return Ok(false);
        };
        let found = if is_nfc(text) {
            engine.is_match(text)
        } else {
            engine.is_match(text.nfc().collect::<String>().as_str())
        };
        found.map_err(|error| self.exhausted(&error))
    }

    pub(super) fn matches_octets(&self, octets: &[u8]) -> Result<bool, BacktracksExhausted> {
        let Some(engine) = &self.engine else {
            return Ok(false);
        };
        engine
            .is_match(octets)
            .map_err(|error| self.exhausted(&error))
    }

    fn exhausted(&self, error: &Error) -> BacktracksExhausted {
        // A search fails at run time only by one of its two limits, steps back or their stack.
        debug_assert!(matches!(
            error,
            Error::RuntimeError(RuntimeError::BacktrackLimitExceeded | RuntimeError::StackOverflow)
        ));
        BacktracksExhausted {
            limit: self.backtracks_max,
        }
    }
}

fn is_too_large(error: &Error) -> bool {
    match error {
        Error::CompileError(error) => match &**error {
            CompileError::InnerError(inner) => inner.size_limit().is_some(),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests;
