//! From the syntax of PCRE to that of the engine.
//!
//! The options `m`, `s`, `x` and `U` are worked out here and never reach the engine, nor do names
//! of groups: every group is numbered, every back-reference goes by number.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::class::class;
use super::escape::{Escape, escape, literal};
use super::{RegexError, Subject};

/// Groups within groups.
const DEPTH_MAX: usize = 200;
/// The largest number in a quantifier (pcre2pattern: 65535).
const REPEAT_MAX: u32 = 65_535;

/// Where one reads an expression.
pub(super) struct Reader<'a> {
    chars: &'a [char],
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

/// Options in force; a group restores them at its end.
#[derive(Clone, Copy)]
struct Options {
    multiline: bool,
    dotall: bool,
    extended: bool,
    ungreedy: bool,
    caseless: bool,
}

/// What a group was.
enum Group {
    /// Something a quantifier may follow.
    Atom,
    /// A comment, or options that the engine need not know.
    Nothing,
    /// `(?i)` or `(?-i)`: a group that ends with the alternative was opened.
    Scope,
}

/// A part of the output; references are resolved when all groups are known.
enum Piece {
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
    };
    translation.leading_options();
    translation.alternatives(0)?;
    if translation.reader.peek().is_some() {
        return Err(translation.reader.invalid("unmatched closing parenthesis"));
    }
    translation.finish()
}

struct Translation<'a> {
    reader: Reader<'a>,
    subject: Subject,
    options: Options,
    groups: usize,
    names: BTreeMap<String, usize>,
    pieces: Vec<Piece>,
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
    fn alternatives(&mut self, depth: usize) -> Result<(), RegexError> {
        if depth > DEPTH_MAX {
            return Err(unsupported("groups nested deeper than 200"));
        }
        let mut repeatable = false;
        // The engine lets `(?i)` reach beyond its group; `(?i:…)` it does not.
        let mut scopes = 0;
        while let Some(char) = self.reader.peek() {
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
                    Group::Nothing => repeatable = false,
                    Group::Scope => {
                        scopes += 1;
                        repeatable = false;
                    }
                },
                '*' | '+' | '?' => repeatable = self.quantifier(repeatable)?,
                '{' if self.is_quantifier() => repeatable = self.quantifier(repeatable)?,
                '#' if self.options.extended => self.skip_comment(),
                char if self.options.extended && is_pattern_space(char) => self.reader.at += 1,
                '\\' => repeatable = self.escaped(repeatable)?,
                _ => {
                    self.reader.at += 1;
                    self.atom(char)?;
                    repeatable = true;
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

    fn group(&mut self, depth: usize) -> Result<Group, RegexError> {
        let opened = self.reader.at;
        self.reader.at += 1;
        if self.reader.peek() == Some('*') {
            return Err(unsupported("a backtracking verb"));
        }
        let outer = self.options;
        if !self.reader.take_if("?") {
            self.groups += 1;
            self.push("(");
        } else if self.reader.take_if("#") {
            self.reader.take_until(')')?;
            return Ok(Group::Nothing);
        } else if let Some(opening) = self.plain_opening() {
            self.push(opening);
        } else if let Some(name) = self.group_name()? {
            self.groups += 1;
            if self.names.insert(name, self.groups).is_some() {
                return Err(self.reader.invalid("two groups have the same name"));
            }
            self.push("(");
        } else if self.reader.take_if("P=") {
            let name = self.reader.take_until(')')?;
            self.pieces.push(Piece::Named(name));
            return Ok(Group::Atom);
        } else if self.reader.take_if("(") {
            return self.condition(depth, outer);
        } else if self.special_group() {
            return Err(unsupported("a subroutine call, branch reset or callout"));
        } else if self.options_in_group()? {
            // `(?i)`: holds to the end of the group it stands in.
            let caseless = self.options.caseless;
            if caseless == outer.caseless {
                return Ok(Group::Nothing);
            }
            self.push(if caseless { "(?i:" } else { "(?-i:" });
            return Ok(Group::Scope);
        } else {
            self.push(if self.options.caseless {
                "(?i:"
            } else {
                "(?-i:"
            });
        }
        self.body(depth, opened)?;
        self.options = outer;
        Ok(Group::Atom)
    }

    fn body(&mut self, depth: usize, opened: usize) -> Result<(), RegexError> {
        self.alternatives(depth + 1)?;
        if self.reader.take() != Some(')') {
            let reason = "the closing parenthesis is missing";
            return Err(RegexError::Invalid { at: opened, reason });
        }
        self.push(")");
        Ok(())
    }

    fn plain_opening(&mut self) -> Option<&'static str> {
        let openings = [":", "=", "!", "<=", "<!", ">"];
        let written = ["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"];
        let found = openings
            .iter()
            .position(|opening| self.reader.take_if(opening))?;
        Some(written[found])
    }

    fn group_name(&mut self) -> Result<Option<String>, RegexError> {
        let end = if self.reader.take_if("P<") || self.reader.take_if("<") {
            '>'
        } else if self.reader.take_if("'") {
            '\''
        } else {
            return Ok(None);
        };
        let name = self.reader.take_until(end)?;
        let mut chars = name.chars();
        let valid = chars
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && chars.all(|char| char.is_alphanumeric() || char == '_');
        if valid {
            Ok(Some(name))
        } else {
            Err(self.reader.invalid("invalid group name"))
        }
    }

    fn special_group(&self) -> bool {
        let after_sign = self.reader.chars.get(self.reader.at + 1);
        match self.reader.peek() {
            Some('|' | 'R' | '&' | 'C' | '+' | '0'..='9') => true,
            Some('-') => after_sign.is_some_and(char::is_ascii_digit),
            Some('P') => after_sign == Some(&'>'),
            _ => false,
        }
    }

    /// `(?(1)yes|no)`; conditions other than a group's number or name are not supported.
    fn condition(&mut self, depth: usize, outer: Options) -> Result<Group, RegexError> {
        let opened = self.reader.at;
        let text = self.reader.take_until(')')?;
        let name = text.trim_matches(['<', '>', '\'']);
        self.push("(?(");
        if let Ok(number) = text.parse::<usize>() {
            self.push(&number.to_string());
        } else if let Some(number) = self.names.get(name) {
            let number = number.to_string();
            self.push(&number);
        } else {
            return Err(unsupported("a condition that is no earlier group"));
        }
        self.push(")");
        self.body(depth, opened)?;
        self.options = outer;
        Ok(Group::Atom)
    }

    /// Reads `i-sx)` or `i-sx:`; returns whether it was the former.
    fn options_in_group(&mut self) -> Result<bool, RegexError> {
        let mut on = true;
        if self.reader.take_if("^") {
            let Options { ungreedy, .. } = self.options;
            self.options = Options {
                multiline: false,
                dotall: false,
                extended: false,
                ungreedy,
                caseless: false,
            };
        }
        loop {
            match self.reader.take() {
                Some('i') => self.options.caseless = on,
                Some('m') => self.options.multiline = on,
                Some('s') => self.options.dotall = on,
                Some('x') => self.options.extended = on,
                Some('U') => self.options.ungreedy = on,
                Some('J' | 'n') => return Err(unsupported("option J or n")),
                Some('-') if on => on = false,
                Some(')') => return Ok(true),
                Some(':') => return Ok(false),
                _ => return Err(self.reader.invalid("unknown group or option")),
            }
        }
    }

    /// Tells whether `{` begins a quantifier; else it stands for itself.
    fn is_quantifier(&self) -> bool {
        let mut ahead = Reader {
            chars: self.reader.chars,
            at: self.reader.at + 1,
        };
        if ahead.take_digits(10, usize::MAX).is_empty() {
            return false;
        }
        if ahead.take_if(",") {
            ahead.take_digits(10, usize::MAX);
        }
        ahead.peek() == Some('}')
    }

    fn quantifier(&mut self, repeatable: bool) -> Result<bool, RegexError> {
        if !repeatable {
            return Err(self.reader.invalid("nothing to repeat"));
        }
        let start = self.reader.at;
        if self.reader.take() == Some('{') {
            let bounds = self.reader.take_until('}')?;
            let (least, most) = bounds.split_once(',').unwrap_or((&bounds, &bounds));
            let number = |digits: &str| digits.parse::<u32>().ok().filter(|&n| n <= REPEAT_MAX);
            let least = number(least).ok_or_else(|| self.reader.invalid("quantifier too large"))?;
            if !most.is_empty() {
                let most =
                    number(most).ok_or_else(|| self.reader.invalid("quantifier too large"))?;
                if most < least {
                    return Err(self
                        .reader
                        .invalid("quantifier with its bounds in the wrong order"));
                }
            }
        }
        let mut text: String = self.reader.chars[start..self.reader.at].iter().collect();
        if self.reader.take_if("+") {
            text.push('+');
        } else if self.reader.take_if("?") != self.options.ungreedy {
            text.push('?');
        }
        self.push(&text);
        Ok(false)
    }

    fn skip_comment(&mut self) {
        while !matches!(self.reader.take(), None | Some('\n')) {}
    }

    fn push(&mut self, text: &str) {
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
