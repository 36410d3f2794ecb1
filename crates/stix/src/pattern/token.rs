//! The words of a pattern: names, numbers, quoted constants, signs (the lexer rules of the OASIS
//! grammar; white space is what Unicode calls so, §9.1).

use super::error::ParseErrorKind;
use super::span::Span;

/// One word and where it stands. Quoted constants keep their raw inside, without the apostrophes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    /// A name: ASCII letters, digits, `_`, `-`, not beginning with a digit or hyphen.
    Name(&'a str),
    /// A name that is a word of the language.
    Keyword(&'static str),
    Integer(&'a str),
    Float(&'a str),
    String(&'a str),
    Binary(&'a str),
    Hex(&'a str),
    Timestamp(&'a str),
    Sign(&'static str),
    End,
}

/// Names that the grammar keeps for itself (`LAST` is in the grammar and in no rule).
pub(super) const KEYWORDS: [&str; 19] = [
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "true",
    "false",
    "WITHIN",
    "REPEATS",
    "TIMES",
];

/// Signs, the longer before their beginnings.
const SIGNS: [&str; 16] = [
    "==", "!=", "<>", "<=", ">=", "=", "<", ">", "[", "]", "(", ")", ":", ".", ",", "*",
];

/// A refusal of the lexer: the reason and where.
pub(super) type LexError = (ParseErrorKind, Span);

pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Reads the next token; after the end, the end again.
    pub(super) fn next(&mut self) -> Result<Token<'a>, LexError> {
        self.skip_blank()?;
        let start = self.at;
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return Ok(Token {
                kind: TokenKind::End,
                span: Span::new(start, start),
            });
        };
        let (kind, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => self.name_or_prefixed(rest)?,
            '\'' => {
                let inside = self.quoted(0, true)?;
                (TokenKind::String(inside), inside.len() + 2)
            }
            '0'..='9' | '+' | '-' | '.' => number_or_sign(rest).ok_or((
                ParseErrorKind::InvalidCharacter(first),
                self.span(first.len_utf8()),
            ))?,
            _ => sign(rest).ok_or((
                ParseErrorKind::InvalidCharacter(first),
                self.span(first.len_utf8()),
            ))?,
        };
        self.at += length;
        Ok(Token {
            kind,
            span: Span::new(start, self.at),
        })
    }

    fn span(&self, length: usize) -> Span {
        Span::new(self.at, self.at + length)
    }

    fn skip_blank(&mut self) -> Result<(), LexError> {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start_matches(char::is_whitespace);
            self.at += rest.len() - trimmed.len();
            if let Some(comment) = trimmed.strip_prefix("//") {
                self.at += 2 + comment.find(['\r', '\n']).unwrap_or(comment.len());
            } else if let Some(comment) = trimmed.strip_prefix("/*") {
                let end = comment.find("*/").ok_or((
                    ParseErrorKind::UnterminatedComment,
                    self.span(trimmed.len()),
                ))?;
                self.at += 2 + end + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn name_or_prefixed(&self, rest: &'a str) -> Result<(TokenKind<'a>, usize), LexError> {
        let length = rest
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'))
            .unwrap_or(rest.len());
        let name = &rest[..length];
        if rest[length..].starts_with('\'') {
            let make = match name {
                "b" => Some(TokenKind::Binary as fn(&'a str) -> TokenKind<'a>),
                "h" => Some(TokenKind::Hex as fn(&'a str) -> TokenKind<'a>),
                "t" => Some(TokenKind::Timestamp as fn(&'a str) -> TokenKind<'a>),
                _ => None,
            };
            if let Some(make) = make {
                let inside = self.quoted(1, false)?;
                return Ok((make(inside), inside.len() + 3));
            }
        }
        let keyword = KEYWORDS.iter().find(|keyword| **keyword == name);
        Ok((
            keyword.map_or(TokenKind::Name(name), |keyword| TokenKind::Keyword(keyword)),
            length,
        ))
    }

    /// Returns what stands between the apostrophe `prefix` bytes ahead and its partner.
    fn quoted(&self, prefix: usize, escapes: bool) -> Result<&'a str, LexError> {
        let start = self.at + prefix + 1;
        let inside = &self.text[start..];
        let bytes = inside.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\'' => return Ok(&inside[..at]),
                b'\\' if escapes => match bytes.get(at + 1) {
                    Some(b'\'' | b'\\') => at += 2,
                    Some(_) => {
                        let escape = Span::new(start + at, start + at + 1);
                        return Err((ParseErrorKind::InvalidEscape, escape));
                    }
                    None => break,
                },
                _ => at += 1,
            }
        }
        Err((
            ParseErrorKind::UnterminatedConstant,
            Span::new(self.at, self.text.len()),
        ))
    }
}

fn sign<'a>(rest: &str) -> Option<(TokenKind<'a>, usize)> {
    let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
    Some((TokenKind::Sign(sign), sign.len()))
}

/// Numbers as the grammar has them: `[+-]?(0|[1-9][0-9]*)` or `[+-]?[0-9]*.[0-9]+`, the longest.
fn number_or_sign(rest: &str) -> Option<(TokenKind<'_>, usize)> {
    let bytes = rest.as_bytes();
    let signed = usize::from(matches!(bytes[0], b'+' | b'-'));
    let digits = |from: usize| {
        bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits(signed);
    let point = signed + whole;
    if bytes.get(point) == Some(&b'.') {
        let fraction = digits(point + 1);
        if fraction > 0 {
            let end = point + 1 + fraction;
            return Some((TokenKind::Float(&rest[..end]), end));
        }
    }
    if whole == 0 {
        return sign(rest);
    }
    let end = if bytes[signed] == b'0' {
        signed + 1
    } else {
        point
    };
    Some((TokenKind::Integer(&rest[..end]), end))
}
