//! Constants (STIX 2.1 §9.2), and the numbers and times of qualifiers.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::super::ast::{Constant, Float};
use super::super::error::{Expected, ParseErrorKind};
use super::super::moment::Moment;
use super::super::span::Located;
use super::super::token::{LexError, TokenKind};
use super::super::window::Window;
use super::{Dialect, Parsed, Parser};

// RFC 4648 §3.5 lets a decoder accept bits after the last octet; producers leave them.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

impl Parser<'_, '_> {
    pub(super) fn constant(&mut self) -> Parsed<Constant> {
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

    pub(super) fn string(&mut self) -> Parsed<Box<str>> {
        let span = self.next.span;
        let TokenKind::String(raw) = self.next.kind else {
            return Err(self.unexpected(Expected::StringConstant));
        };
        self.advance()?;
        Ok(Located::new(unescape(raw), span))
    }

    pub(super) fn timestamp(&mut self) -> Parsed<Moment> {
        let span = self.next.span;
        let raw = match self.next.kind {
            TokenKind::Timestamp(raw) => raw,
            TokenKind::String(raw) if self.dialect == Dialect::Stix20 => raw,
            _ => return Err(self.unexpected(Expected::TimestampConstant)),
        };
        let moment = raw
            .parse()
            .map_err(|reason| (ParseErrorKind::from(reason), span))?;
        self.advance()?;
        Ok(Located::new(moment, span))
    }

    pub(super) fn integer(&self, digits: &str) -> Result<i64, LexError> {
        digits
            .parse()
            .map_err(|_| (ParseErrorKind::IntegerOutOfRange, self.next.span))
    }

    pub(super) fn count(&mut self) -> Result<u64, LexError> {
        let count = match self.next.kind {
            TokenKind::Integer(digits) if !digits.starts_with('-') => digits
                .parse()
                .map_err(|_| (ParseErrorKind::IntegerOutOfRange, self.next.span))?,
            _ => return Err(self.unexpected(Expected::Count)),
        };
        self.advance()?;
        Ok(count)
    }

    pub(super) fn window(&mut self) -> Result<Window, LexError> {
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
}

/// Removes the backslashes; the lexer has seen that each stands before `\` or `'`.
pub(super) fn unescape(raw: &str) -> Box<str> {
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
pub(in super::super) fn decode_base64(text: &str) -> Option<Box<[u8]>> {
    let octets = if text.contains(['\n', '\r']) {
        BASE64.decode(text.replace(['\n', '\r'], ""))
    } else {
        BASE64.decode(text)
    };
    octets.ok().map(Vec::into_boxed_slice)
}

/// Decodes an even number of hexadecimal digits.
pub(in super::super) fn hex_octets(text: &str) -> Option<Box<[u8]>> {
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
