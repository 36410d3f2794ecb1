//! From the syntax of PCRE to that of the engine.
//!
//! The options `m`, `s`, `x` and `U` are worked out here and never reach the engine, nor do names
//! of groups: every group is numbered, every back-reference goes by number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::class::class;
use super::escape::{Escape, escape, literal};
use super::reader::{Reader, unsupported};
use super::{RegexError, Subject};

/// Groups within groups.
const DEPTH_MAX: usize = 200;
/// The largest number in a quantifier (pcre2pattern: 65535).
const REPEAT_MAX: u32 = 65_535;

/// Options in force; a group restores them at its end.
#[derive(Clone, Copy)]
pub(super) struct Options {
    pub(super) multiline: bool,
    pub(super) dotall: bool,
    pub(super) extended: bool,
    pub(super) ungreedy: bool,
    pub(super) caseless: bool,
}

/// What a group was.
pub(super) enum Group {
    /// Something a quantifier may follow.
    Atom,
    /// The same, without width.
    Lookaround,
    /// A comment, or options that the engine need not know.
    Nothing,
    /// `(?i)` or `(?-i)`: a group that ends with the alternative was opened.
    Scope,
}

/// A part of the output; references are resolved when all groups are known.
pub(super) enum Piece {
    Text(String),
    Named(String),
    /// `\12`: a back-reference if there are so many groups, else octal.
    Numbered(String),
    Group(usize),
}

pub(super) fn translate(expression: &str, subject: Subject) -> Result<String, RegexError> {
    let chars: Vec<char> = expression.chars().collect();
    let mut translation = Translation {
        reader: Reader {
            chars: &chars,
            at: 0,
        },
        subject,
        options: Options {
            multiline: false,
            dotall: true,
            extended: false,
            ungreedy: false,
            caseless: false,
        },
        groups: 0,
        names: BTreeMap::new(),
        pieces: Vec::new(),
        lookbehinds: 0,
    };
    translation.leading_options();
    translation.alternatives(0)?;
    if translation.reader.peek().is_some() {
        return Err(translation.reader.invalid("unmatched closing parenthesis"));
    }
    translation.finish()
}

pub(super) struct Translation<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) subject: Subject,
    pub(super) options: Options,
    pub(super) groups: usize,
    pub(super) names: BTreeMap<String, usize>,
    pub(super) pieces: Vec<Piece>,
    /// Look-behinds around what is being read.
    pub(super) lookbehinds: usize,
}

impl Translation<'_> {
    /// `(*UTF)` and `(*UCP)` at the start ask for what is given anyway.
    fn leading_options(&mut self) {
        while ["(*UTF8)", "(*UTF)", "(*UCP)"]
            .iter()
            .any(|verb| self.reader.take_if(verb))
        {}
    }

    /// Translates up to the end or an unmatched `)`, which is left.
    pub(super) fn alternatives(&mut self, depth: usize) -> Result<(), RegexError> {
        if depth > DEPTH_MAX {
            return Err(unsupported("groups nested deeper than 200"));
        }
        let mut repeatable = false;
        // The engine lets `(?i)` reach beyond its group; `(?i:…)` it does not.
        let mut scopes = 0;
        let mut is_lookaround = false;
        while let Some(char) = self.reader.peek() {
            let was_lookaround = std::mem::take(&mut is_lookaround);
            match char {
                ')' => break,
                '|' => {
                    self.reader.at += 1;
                    self.push(&")".repeat(scopes));
                    self.push("|");
                    if scopes > 0 {
                        self.push(if self.options.caseless {
                            "(?i:"
                        } else {
                            "(?-i:"
                        });
                        scopes = 1;
                    }
                    repeatable = false;
                }
                '(' => match self.group(depth)? {
                    Group::Atom => repeatable = true,
                    Group::Lookaround => {
                        repeatable = true;
                        is_lookaround = true;
                    }
                    Group::Nothing => repeatable = false,
                    Group::Scope => {
                        scopes += 1;
                        repeatable = false;
                    }
                },
                '*' | '+' | '?' => {
                    self.quantifier(repeatable, was_lookaround)?;
                    repeatable = false;
                }
                '{' if self.is_quantifier() => {
                    self.quantifier(repeatable, was_lookaround)?;
                    repeatable = false;
                }
                '#' if self.options.extended => self.skip_comment(),
                char if self.options.extended && is_pattern_space(char) => self.reader.at += 1,
                '\\' => repeatable = self.escaped(repeatable)?,
                _ => {
                    self.reader.at += 1;
                    self.atom(char)?;
                    // pcre2pattern, "Repetition": assertions cannot be repeated, groups can.
                    repeatable = !matches!(char, '^' | '$');
                }
            }
        }
        self.push(&")".repeat(scopes));
        Ok(())
    }

    fn atom(&mut self, char: char) -> Result<(), RegexError> {
        let text = match char {
            '.' if self.options.dotall => self.any().into(),
            '.' => "[^\\n]".into(),
            '^' if self.options.multiline => "(?:\\A|(?<=\\n)(?!\\z))".into(),
            '^' => "\\A".into(),
            '$' if self.options.multiline => "(?=\\n|\\z)".into(),
            '$' => "(?=\\n?\\z)".into(),
            '[' => class(&mut self.reader, self.subject)?,
            char => literal(char, self.subject),
        };
        self.push(&text);
        Ok(())
    }

    fn any(&self) -> &'static str {
        match self.subject {
            Subject::Text => "(?s:.)",
            Subject::Octets => "[\\x00-\\xff]",
        }
    }

    fn escaped(&mut self, repeatable: bool) -> Result<bool, RegexError> {
        let at = self.reader.at;
        self.reader.at += 1;
        match escape(&mut self.reader, self.subject)? {
            Escape::Text(text) => self.push(&text),
            Escape::Assertion(text) => {
                self.push(text);
                return Ok(false);
            }
            Escape::Quoted(text) => {
                for char in text.chars() {
                    let text = literal(char, self.subject);
                    self.push(&text);
                }
                // An empty \Q\E leaves what stands before it repeatable.
                return Ok(repeatable || !text.is_empty());
            }
            Escape::NumberedReference(digits) => self.pieces.push(Piece::Numbered(digits)),
            Escape::GroupReference(group) => self.pieces.push(Piece::Group(group)),
            Escape::RelativeReference(back) => {
                let group = (self.groups + 1)
                    .checked_sub(back)
                    .filter(|&group| group > 0);
                let missing = RegexError::Invalid {
                    at,
                    reason: "reference to no group",
                };
                self.pieces.push(Piece::Group(group.ok_or(missing)?));
            }
            Escape::NamedReference(name) => self.pieces.push(Piece::Named(name)),
        }
        Ok(true)
    }

    /// Tells whether `{` begins a quantifier (`{2}`, `{2,}`, `{2,5}`, and since PCRE2 10.43
    /// `{,5}`); else it stands for itself.
    fn is_quantifier(&self) -> bool {
        let mut ahead = Reader {
            chars: self.reader.chars,
            at: self.reader.at + 1,
        };
        let has_least = !ahead.take_digits(10, usize::MAX).is_empty();
        let has_comma = ahead.take_if(",");
        let has_most = has_comma && !ahead.take_digits(10, usize::MAX).is_empty();
        (has_least || has_most) && ahead.peek() == Some('}')
    }

    fn quantifier(&mut self, repeatable: bool, lookaround: bool) -> Result<(), RegexError> {
        if !repeatable {
            return Err(self.reader.invalid("nothing to repeat"));
        }
        let start = self.reader.at;
        let first = self.reader.take();
        let mut text: String = first.into_iter().collect();
        let mut is_limited = first == Some('?');
        if first == Some('{') {
            let bounds = self.reader.take_until('}')?;
            let (least, most) = bounds.split_once(',').unwrap_or((&bounds, &bounds));
            let least = if least.is_empty() { "0" } else { least };
            let number = |digits: &str| digits.parse::<u32>().ok().filter(|&n| n <= REPEAT_MAX);
            let too_large = RegexError::Invalid {
                at: start,
                reason: "quantifier too large",
            };
            let from = number(least).ok_or_else(|| too_large.clone())?;
            is_limited = !most.is_empty();
            if is_limited && number(most).ok_or(too_large)? < from {
                return Err(self
                    .reader
                    .invalid("quantifier with its bounds in the wrong order"));
            }
            text = format!("{{{least},{most}}}");
        }
        if self.lookbehinds > 0 && !is_limited && !lookaround {
            return Err(self.reader.invalid("a look-behind of unlimited length"));
        }
        if self.take_possessive() {
            // The engine looks for the end of a look-behind first, and would give back.
            if self.lookbehinds > 0 {
                return Err(unsupported("a possessive quantifier in a look-behind"));
            }
            text.push('+');
        } else if self.reader.take_if("?") != self.options.ungreedy {
            text.push('?');
        }
        self.push(&text);
        Ok(())
    }

    /// Takes a `+` after a quantifier; with option `x`, blanks may stand before it.
    fn take_possessive(&mut self) -> bool {
        let before = self.reader.at;
        while self.options.extended && self.reader.peek().is_some_and(is_pattern_space) {
            self.reader.at += 1;
        }
        let found = self.reader.take_if("+");
        if !found {
            self.reader.at = before;
        }
        found
    }

    fn skip_comment(&mut self) {
        while !matches!(self.reader.take(), None | Some('\n')) {}
    }

    pub(super) fn push(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.into()));
        }
    }

    fn finish(self) -> Result<String, RegexError> {
        let end = self.reader.at;
        let missing = RegexError::Invalid {
            at: end,
            reason: "reference to no group",
        };
        let mut output = String::new();
        for piece in self.pieces {
            let group = match piece {
                Piece::Text(text) => {
                    output.push_str(&text);
                    continue;
                }
                Piece::Named(name) => *self.names.get(&name).ok_or_else(|| missing.clone())?,
                Piece::Group(group) => group,
                Piece::Numbered(digits) => match octal_or_group(&digits, self.groups) {
                    Ok(group) => group,
                    Err((octal, rest)) => {
                        output.push_str(&literal(octal.ok_or(missing.clone())?, self.subject));
                        rest.chars()
                            .for_each(|char| output.push_str(&literal(char, self.subject)));
                        continue;
                    }
                },
            };
            if group == 0 || group > self.groups {
                return Err(missing);
            }
            // Wrapped, so that digits after it stay digits.
            let _ = write!(output, "(?:\\{group})");
        }
        Ok(output)
    }
}

/// pcre2pattern, "Backslash": one digit, 8 and 9, or not more than there are groups, is a
/// reference; else up to three octal digits are a character and the rest are digits.
fn octal_or_group(digits: &str, groups: usize) -> Result<usize, (Option<char>, &str)> {
    let number = digits.parse::<usize>().unwrap_or(usize::MAX);
    if number < 10 || number <= groups || digits.starts_with(['8', '9']) {
        return Ok(number);
    }
    let octal = digits
        .bytes()
        .take(3)
        .take_while(|byte| (b'0'..=b'7').contains(byte))
        .count();
    let value = u32::from_str_radix(&digits[..octal], 8)
        .ok()
        .and_then(char::from_u32);
    Err((value, &digits[octal..]))
}

/// White space that `(?x)` ignores.
fn is_pattern_space(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}
