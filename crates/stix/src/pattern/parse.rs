//! From text to tree: recursive descent over the grammar of STIX 2.1 §9.
//!
//! Recursion happens at parentheses only and is bounded. Two liberties beyond the OASIS grammar
//! file, both from the prose of §9.2: base64 may contain line feeds, and may be empty like hex.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::ast::{
    Comparison, Condition, Constant, Float, ObjectPath, Observation, Operator, Qualifier, Step,
    Test,
};
use super::error::{Expected, Found, ParseError, ParseErrorKind};
use super::moment::Moment;
use super::span::{Located, Span};
use super::token::{LexError, Lexer, Token, TokenKind};
use super::window::Window;

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
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self {
            bytes_max: 1 << 20,
            depth_max: 64,
            parts_max: 100_000,
        }
    }
}

// RFC 4648 §3.5 lets a decoder accept bits after the last octet; producers leave them.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

type Parsed<T> = Result<Located<T>, LexError>;

pub(super) fn parse(text: &str, limits: &ParseLimits) -> Result<Located<Observation>, ParseError> {
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

    // Comparison expressions.

    fn comparison_or(&mut self) -> Parsed<Comparison> {
        self.joined("OR", Self::comparison_and, Comparison::Or)
    }

    fn comparison_and(&mut self) -> Parsed<Comparison> {
        self.joined("AND", Self::test, Comparison::And)
    }

    fn test(&mut self) -> Parsed<Comparison> {
        let start = self.next.span;
        self.count_part(start)?;
        if self.take_sign("(")? {
            self.deepen(start)?;
            let inner = self.comparison_or()?;
            self.expect_sign(")", Expected::GroupEnd)?;
            self.depth -= 1;
            return Ok(Located::new(inner.into_node(), start.to(self.last)));
        }
        let leading_not = self.take_word("NOT")?;
        let test = if self.take_word("EXISTS")? {
            Test {
                negated: leading_not,
                path: self.path()?,
                condition: Condition::Exists,
            }
        } else if leading_not {
            // The grammar has NOT after the path, and before EXISTS only.
            return Err(self.unexpected(Expected::ComparisonExpression));
        } else {
            let path = self.path()?;
            let negated = self.take_word("NOT")?;
            Test {
                negated,
                path,
                condition: self.condition()?,
            }
        };
        Ok(Located::new(Comparison::Test(test), start.to(self.last)))
    }

    fn condition(&mut self) -> Result<Condition, LexError> {
        let condition = match self.next.kind {
            TokenKind::Sign(sign) => {
                let operator = match sign {
                    "=" | "==" => Operator::Equal,
                    "!=" | "<>" => Operator::NotEqual,
                    "<" => Operator::Less,
                    "<=" => Operator::LessOrEqual,
                    ">" => Operator::Greater,
                    ">=" => Operator::GreaterOrEqual,
                    _ => return Err(self.unexpected(Expected::Operator)),
                };
                self.advance()?;
                let constant = self.constant()?;
                let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
                if ordered && matches!(constant.node(), Constant::Boolean(_)) {
                    return Err((ParseErrorKind::UnorderedBoolean, constant.span()));
                }
                return Ok(Condition::Compare(operator, constant));
            }
            TokenKind::Keyword("IN") => {
                self.advance()?;
                return Ok(Condition::In(self.set()?));
            }
            TokenKind::Keyword("LIKE") => Condition::Like,
            TokenKind::Keyword("MATCHES") => Condition::Matches,
            TokenKind::Keyword("ISSUBSET") => Condition::IsSubset,
            TokenKind::Keyword("ISSUPERSET") => Condition::IsSuperset,
            _ => return Err(self.unexpected(Expected::Operator)),
        };
        self.advance()?;
        Ok(condition(self.string()?))
    }

    fn set(&mut self) -> Result<Vec<Located<Constant>>, LexError> {
        self.expect_sign("(", Expected::SetStart)?;
        let mut members = Vec::new();
        if self.take_sign(")")? {
            return Ok(members);
        }
        loop {
            self.count_part(self.next.span)?;
            members.push(self.constant()?);
            if self.take_sign(")")? {
                return Ok(members);
            }
            self.expect_sign(",", Expected::SetNext)?;
        }
    }

    // Object paths.

    fn path(&mut self) -> Parsed<ObjectPath> {
        let start = self.next.span;
        let TokenKind::Name(object_type) = self.next.kind else {
            return Err(self.unexpected(Expected::ComparisonExpression));
        };
        self.advance()?;
        self.expect_sign(":", Expected::Colon)?;
        let mut steps = vec![self.key()?];
        loop {
            self.count_part(self.next.span)?;
            if self.take_sign(".")? {
                steps.push(self.key()?);
            } else if self.next.kind == TokenKind::Sign("[") {
                steps.push(self.index()?);
            } else {
                break;
            }
        }
        let object_type = Located::new(object_type.into(), start);
        Ok(Located::new(
            ObjectPath { object_type, steps },
            start.to(self.last),
        ))
    }

    fn key(&mut self) -> Parsed<Step> {
        let span = self.next.span;
        let key: Box<str> = match self.next.kind {
            TokenKind::Name(name) if name.contains('-') => {
                return Err((ParseErrorKind::UnquotedHyphen, span));
            }
            TokenKind::Name(name) => name.into(),
            TokenKind::String(raw) => unescape(raw),
            TokenKind::Keyword(keyword) => return Err((ParseErrorKind::Keyword(keyword), span)),
            _ => return Err(self.unexpected(Expected::PropertyName)),
        };
        self.advance()?;
        Ok(Located::new(Step::Key(key), span))
    }

    fn index(&mut self) -> Parsed<Step> {
        let start = self.next.span;
        self.advance()?;
        let step = match self.next.kind {
            TokenKind::Sign("*") => Step::Any,
            TokenKind::Integer(digits) => Step::Index(self.integer(digits)?),
            _ => return Err(self.unexpected(Expected::ListIndex)),
        };
        self.advance()?;
        self.expect_sign("]", Expected::IndexEnd)?;
        Ok(Located::new(step, start.to(self.last)))
    }

    // Constants.

    fn constant(&mut self) -> Parsed<Constant> {
        let span = self.next.span;
        let constant = match self.next.kind {
            TokenKind::Keyword("true") => Constant::Boolean(true),
            TokenKind::Keyword("false") => Constant::Boolean(false),
            TokenKind::Integer(digits) => Constant::Integer(self.integer(digits)?),
            TokenKind::Float(digits) => Constant::Float(
                digits
                    .parse()
                    .ok()
                    .and_then(Float::new)
                    .ok_or((ParseErrorKind::FloatOutOfRange, span))?,
            ),
            TokenKind::String(raw) => Constant::String(unescape(raw)),
            TokenKind::Binary(raw) => {
                Constant::Binary(decode_base64(raw).ok_or((ParseErrorKind::InvalidBase64, span))?)
            }
            TokenKind::Hex(raw) => {
                Constant::Hex(hex_octets(raw).ok_or((ParseErrorKind::InvalidHex, span))?)
            }
            TokenKind::Timestamp(raw) => Constant::Timestamp(
                raw.parse()
                    .map_err(|reason| (ParseErrorKind::from(reason), span))?,
            ),
            _ => return Err(self.unexpected(Expected::Constant)),
        };
        self.advance()?;
        Ok(Located::new(constant, span))
    }

    fn string(&mut self) -> Parsed<Box<str>> {
        let span = self.next.span;
        let TokenKind::String(raw) = self.next.kind else {
            return Err(self.unexpected(Expected::StringConstant));
        };
        self.advance()?;
        Ok(Located::new(unescape(raw), span))
    }

    fn timestamp(&mut self) -> Parsed<Moment> {
        let span = self.next.span;
        let TokenKind::Timestamp(raw) = self.next.kind else {
            return Err(self.unexpected(Expected::TimestampConstant));
        };
        let moment = raw
            .parse()
            .map_err(|reason| (ParseErrorKind::from(reason), span))?;
        self.advance()?;
        Ok(Located::new(moment, span))
    }

    fn integer(&self, digits: &str) -> Result<i64, LexError> {
        digits
            .parse()
            .map_err(|_| (ParseErrorKind::IntegerOutOfRange, self.next.span))
    }

    fn count(&mut self) -> Result<u64, LexError> {
        let count = match self.next.kind {
            TokenKind::Integer(digits) if !digits.starts_with('-') => digits
                .parse()
                .map_err(|_| (ParseErrorKind::IntegerOutOfRange, self.next.span))?,
            _ => return Err(self.unexpected(Expected::Count)),
        };
        self.advance()?;
        Ok(count)
    }

    fn window(&mut self) -> Result<Window, LexError> {
        let window = match self.next.kind {
            TokenKind::Integer(digits) | TokenKind::Float(digits) if !digits.starts_with('-') => {
                Window::from_decimal(digits.trim_start_matches('+'))
                    .ok_or((ParseErrorKind::WindowOutOfRange, self.next.span))?
            }
            _ => return Err(self.unexpected(Expected::Duration)),
        };
        self.advance()?;
        Ok(window)
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

/// Removes the backslashes; the lexer has seen that each stands before `\` or `'`.
fn unescape(raw: &str) -> Box<str> {
    if !raw.contains('\\') {
        return raw.into();
    }
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(char) = chars.next() {
        text.extend(if char == '\\' {
            chars.next()
        } else {
            Some(char)
        });
    }
    text.into()
}

/// Decodes base64 as §9.2 has it: with padding, line feeds ignored.
pub(super) fn decode_base64(text: &str) -> Option<Box<[u8]>> {
    let octets = if text.contains(['\n', '\r']) {
        BASE64.decode(text.replace(['\n', '\r'], ""))
    } else {
        BASE64.decode(text)
    };
    octets.ok().map(Vec::into_boxed_slice)
}

/// Decodes an even number of hexadecimal digits.
pub(super) fn hex_octets(text: &str) -> Option<Box<[u8]>> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}
