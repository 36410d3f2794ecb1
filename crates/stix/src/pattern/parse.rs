//! From text to tree: recursive descent over the grammar of STIX 2.1 §9.
//!
//! Recursion happens at parentheses only and is bounded. Two liberties beyond the OASIS grammar
//! file, both from the prose of §9.2: base64 may contain line feeds, and may be empty like hex.

mod comparison;
mod constant;
mod path;

use super::ast::{Observation, Qualifier};
use super::error::{Expected, Found, ParseError, ParseErrorKind};
use super::span::{Located, Span};
use super::token::{LexError, Lexer, Token, TokenKind};

pub(super) use constant::{decode_base64, hex_octets};

/// Bounds of what is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// Length of the text, in bytes.
    pub bytes_max: usize,
    /// Depth of nested parentheses. The parser's stack grows with it; beyond a few thousand a
    /// thread with a small stack overflows.
    pub depth_max: usize,
    /// Comparisons, set members, path steps and qualifiers together.
    pub parts_max: usize,
    /// Steps of one object path. Following `[*]` through references takes stack for each.
    pub steps_max: usize,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self {
            bytes_max: 1 << 20,
            depth_max: 64,
            parts_max: 100_000,
            steps_max: 128,
        }
    }
}

/// Which version of the language is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Stix21,
    /// The times of `START` and `STOP` may be plain strings (STIX 2.0 part 5 §4.1.1).
    Stix20,
}

type Parsed<T> = Result<Located<T>, LexError>;

pub(super) fn parse(
    text: &str,
    dialect: Dialect,
    limits: &ParseLimits,
) -> Result<Located<Observation>, ParseError> {
    let at_end = |(kind, span): LexError| ParseError::new(kind, span, text);
    if text.len() > limits.bytes_max {
        let kind = ParseErrorKind::TooLong {
            bytes: text.len(),
            limit: limits.bytes_max,
        };
        return Err(at_end((kind, Span::new(0, text.len()))));
    }
    let mut lexer = Lexer::new(text);
    let next = lexer.next().map_err(at_end)?;
    let mut parser = Parser {
        lexer,
        next,
        last: Span::default(),
        depth: 0,
        parts: 0,
        dialect,
        limits,
    };
    parser.pattern().map_err(at_end)
}

struct Parser<'a, 'l> {
    lexer: Lexer<'a>,
    /// The token not yet taken.
    next: Token<'a>,
    /// Where the token taken last stood.
    last: Span,
    depth: usize,
    parts: usize,
    dialect: Dialect,
    limits: &'l ParseLimits,
}

impl<'a> Parser<'a, '_> {
    fn pattern(&mut self) -> Parsed<Observation> {
        let expression = self.followed_by()?;
        match self.next.kind {
            TokenKind::End => Ok(expression),
            _ => Err(self.unexpected(Expected::PatternEnd)),
        }
    }

    // Observation expressions, the loosest operator first (§9.5.3).

    fn followed_by(&mut self) -> Parsed<Observation> {
        self.joined("FOLLOWEDBY", Self::observation_or, Observation::FollowedBy)
    }

    fn observation_or(&mut self) -> Parsed<Observation> {
        self.joined("OR", Self::observation_and, Observation::Or)
    }

    fn observation_and(&mut self) -> Parsed<Observation> {
        self.joined("AND", Self::qualified, Observation::And)
    }

    fn qualified(&mut self) -> Parsed<Observation> {
        let inner = self.observation()?;
        let start = inner.span();
        let mut qualifiers = Vec::new();
        while let Some(qualifier) = self.qualifier()? {
            qualifiers.push(qualifier);
        }
        if qualifiers.is_empty() {
            return Ok(inner);
        }
        let span = start.to(self.last);
        Ok(Located::new(
            Observation::Qualified(Box::new(inner), qualifiers),
            span,
        ))
    }

    fn observation(&mut self) -> Parsed<Observation> {
        let start = self.next.span;
        if self.take_sign("[")? {
            let comparison = self.comparison_or()?;
            self.expect_sign("]", Expected::ObservationEnd)?;
            return Ok(Located::new(
                Observation::Seen(comparison),
                start.to(self.last),
            ));
        }
        if self.take_sign("(")? {
            self.deepen(start)?;
            let inner = self.followed_by()?;
            self.expect_sign(")", Expected::CompoundEnd)?;
            self.depth -= 1;
            return Ok(Located::new(inner.into_node(), start.to(self.last)));
        }
        Err(self.unexpected(Expected::ObservationExpression))
    }

    fn qualifier(&mut self) -> Result<Option<Located<Qualifier>>, LexError> {
        let start = self.next.span;
        let qualifier = if self.take_word("START")? {
            let from = self.timestamp()?;
            self.expect_word("STOP", Expected::Stop)?;
            Qualifier::StartStop(from, self.timestamp()?)
        } else if self.take_word("WITHIN")? {
            let window = self.window()?;
            self.expect_word("SECONDS", Expected::Seconds)?;
            Qualifier::Within(window)
        } else if self.take_word("REPEATS")? {
            let count = self.count()?;
            self.expect_word("TIMES", Expected::Times)?;
            Qualifier::Repeats(count)
        } else {
            return Ok(None);
        };
        self.count_part(start)?;
        Ok(Some(Located::new(qualifier, start.to(self.last))))
    }

    // Tokens.

    /// Reads operands joined by a word; one alone is returned as it is.
    fn joined<T>(
        &mut self,
        word: &'static str,
        operand: fn(&mut Self) -> Parsed<T>,
        join: fn(Vec<Located<T>>) -> T,
    ) -> Parsed<T> {
        let first = operand(self)?;
        if self.next.kind != TokenKind::Keyword(word) {
            return Ok(first);
        }
        let start = first.span();
        let mut operands = vec![first];
        while self.take_word(word)? {
            operands.push(operand(self)?);
        }
        Ok(Located::new(join(operands), start.to(self.last)))
    }

    fn advance(&mut self) -> Result<(), LexError> {
        self.last = self.next.span;
        self.next = self.lexer.next()?;
        Ok(())
    }

    fn take(&mut self, kind: TokenKind<'static>) -> Result<bool, LexError> {
        let found = self.next.kind == kind;
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn take_sign(&mut self, sign: &'static str) -> Result<bool, LexError> {
        self.take(TokenKind::Sign(sign))
    }

    fn take_word(&mut self, word: &'static str) -> Result<bool, LexError> {
        self.take(TokenKind::Keyword(word))
    }

    fn expect_sign(&mut self, sign: &'static str, expected: Expected) -> Result<(), LexError> {
        if self.take_sign(sign)? {
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    fn expect_word(&mut self, word: &'static str, expected: Expected) -> Result<(), LexError> {
        if self.take_word(word)? {
            Ok(())
        } else {
            Err(self.unexpected(expected))
        }
    }

    fn unexpected(&self, expected: Expected) -> LexError {
        let found = match self.next.kind {
            TokenKind::End => Found::End,
            _ => Found::token(self.next.span.of(self.lexer.text()).unwrap_or_default()),
        };
        (
            ParseErrorKind::Unexpected { expected, found },
            self.next.span,
        )
    }

    fn deepen(&mut self, at: Span) -> Result<(), LexError> {
        self.depth += 1;
        if self.depth > self.limits.depth_max {
            return Err((
                ParseErrorKind::TooDeep {
                    limit: self.limits.depth_max,
                },
                at,
            ));
        }
        Ok(())
    }

    fn count_part(&mut self, at: Span) -> Result<(), LexError> {
        self.parts += 1;
        if self.parts > self.limits.parts_max {
            return Err((
                ParseErrorKind::TooManyParts {
                    limit: self.limits.parts_max,
                },
                at,
            ));
        }
        Ok(())
    }
}
