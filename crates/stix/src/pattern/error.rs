//! Why a text is not a pattern, and where.

use std::fmt;

use thiserror::Error;

use super::moment::MomentError;
use super::span::{Position, Span};

/// Why a text is not a pattern of STIX 2.1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{position}: {kind}")]
pub struct ParseError {
    kind: ParseErrorKind,
    span: Span,
    position: Position,
}

impl ParseError {
    pub(super) fn new(kind: ParseErrorKind, span: Span, text: &str) -> Self {
        Self {
            kind,
            span,
            position: Position::find(text, span.start()),
        }
    }

    /// Returns the reason.
    #[must_use]
    pub fn kind(&self) -> &ParseErrorKind {
        &self.kind
    }

    /// Returns what was being read when it failed.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Returns where it failed.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }
}

/// One way of not being a pattern each.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParseErrorKind {
    /// Something else should stand here.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What could stand here.
        expected: Expected,
        /// What stands here.
        found: Found,
    },
    /// A character that begins nothing.
    #[error("unexpected character {0:?}")]
    InvalidCharacter(char),
    /// A constant without its closing apostrophe.
    #[error("the closing apostrophe is missing")]
    UnterminatedConstant,
    /// A `/*` without `*/`.
    #[error("the end of the comment is missing")]
    UnterminatedComment,
    /// A backslash before something else than a backslash or an apostrophe (§9.2).
    #[error("a backslash may only stand before a backslash or an apostrophe")]
    InvalidEscape,
    /// A hexadecimal constant that is none.
    #[error("a hex constant is an even number of hexadecimal digits")]
    InvalidHex,
    /// A binary constant that is no base64.
    #[error("a binary constant is base64 with padding")]
    InvalidBase64,
    /// A timestamp constant that is none.
    #[error(transparent)]
    InvalidTimestamp(#[from] MomentError),
    /// An integer that does not fit 64 bits.
    #[error("the integer does not fit 64 bits")]
    IntegerOutOfRange,
    /// A float beyond the range of a double.
    #[error("the number is beyond the range of a double")]
    FloatOutOfRange,
    /// A duration that cannot be held exactly.
    #[error("the duration is over 10^12 seconds or finer than 10^-24 s")]
    WindowOutOfRange,
    /// A word of the language used as a name.
    #[error("{0} is a word of the language; as a property name it needs apostrophes")]
    Keyword(&'static str),
    /// A property name with a hyphen, without apostrophes (§9.7).
    #[error("a property name with a hyphen needs apostrophes")]
    UnquotedHyphen,
    /// An ordering comparison with a boolean.
    #[error("a boolean has no order")]
    UnorderedBoolean,
    /// The text is too long.
    #[error("the pattern is {bytes} bytes, the limit is {limit}")]
    TooLong {
        /// The length of the text.
        bytes: usize,
        /// [`ParseLimits::bytes_max`](super::ParseLimits::bytes_max).
        limit: usize,
    },
    /// Parentheses are nested too deeply.
    #[error("parentheses are nested deeper than {limit}")]
    TooDeep {
        /// [`ParseLimits::depth_max`](super::ParseLimits::depth_max).
        limit: usize,
    },
    /// An object path is too long.
    #[error("the object path has more than {limit} steps")]
    TooManySteps {
        /// [`ParseLimits::steps_max`](super::ParseLimits::steps_max).
        limit: usize,
    },
    /// There are too many comparisons, constants, path steps and qualifiers.
    #[error("the pattern has more than {limit} parts")]
    TooManyParts {
        /// [`ParseLimits::parts_max`](super::ParseLimits::parts_max).
        limit: usize,
    },
}

/// What could stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `[` or `(`.
    ObservationExpression,
    /// A comparison, `NOT`, `EXISTS` or `(`.
    ComparisonExpression,
    /// The type that begins an object path.
    ObjectType,
    /// The colon after the type.
    Colon,
    /// A property name, in apostrophes or not.
    PropertyName,
    /// An index or `*`.
    ListIndex,
    /// The bracket that closes an index.
    IndexEnd,
    /// A comparison operator.
    Operator,
    /// Any constant.
    Constant,
    /// A string constant.
    StringConstant,
    /// A timestamp constant.
    TimestampConstant,
    /// The parenthesis that opens a set.
    SetStart,
    /// A comma or the parenthesis that closes a set.
    SetNext,
    /// `AND`, `OR` or `]`.
    ObservationEnd,
    /// `AND`, `OR` or `)` within an observation.
    GroupEnd,
    /// An observation operator, a qualifier or `)`.
    CompoundEnd,
    /// An observation operator, a qualifier or the end.
    PatternEnd,
    /// A positive integer.
    Count,
    /// A positive integer or float.
    Duration,
    /// The word `TIMES`.
    Times,
    /// The word `SECONDS`.
    Seconds,
    /// The word `STOP`.
    Stop,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ObservationExpression => "`[` or `(`",
            Self::ComparisonExpression => "an object path, NOT, EXISTS or `(`",
            Self::ObjectType => "an object type",
            Self::Colon => "`:`",
            Self::PropertyName => "a property name",
            Self::ListIndex => "a list index or `*`",
            Self::IndexEnd => "`]` after the list index",
            Self::Operator => "a comparison operator",
            Self::Constant => "a constant",
            Self::StringConstant => "a string constant",
            Self::TimestampConstant => "a timestamp constant (t'…')",
            Self::SetStart => "`(` and the members of the set",
            Self::SetNext => "`,` or `)`",
            Self::ObservationEnd => "AND, OR or `]`",
            Self::GroupEnd => "AND, OR or `)`",
            Self::CompoundEnd => "an observation operator, a qualifier or `)`",
            Self::PatternEnd => "an observation operator, a qualifier or the end",
            Self::Count => "a positive integer",
            Self::Duration => "a positive number",
            Self::Times => "TIMES",
            Self::Seconds => "SECONDS",
            Self::Stop => "STOP",
        })
    }
}

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The end of the text.
    End,
    /// A token, cut after [`Found::TOKEN_CHARS_MAX`] characters.
    Token(Box<str>),
}

impl Found {
    /// Characters of a token that an error repeats.
    pub const TOKEN_CHARS_MAX: usize = 40;

    pub(super) fn token(text: &str) -> Self {
        match text.char_indices().nth(Self::TOKEN_CHARS_MAX) {
            Some((cut, _)) => Self::Token(format!("{}…", &text[..cut]).into()),
            None => Self::Token(text.into()),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end of the pattern"),
            Self::Token(text) => write!(f, "`{}`", text.escape_debug()),
        }
    }
}
