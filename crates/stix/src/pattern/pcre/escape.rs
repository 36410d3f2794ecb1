//! What a backslash begins (pcre2pattern, "Backslash").

use super::reader::{Reader, unsupported};
use super::{RegexError, Subject};

/// What an escape outside a class stands for.
pub(super) enum Escape {
    /// Something the engine reads as it is.
    Text(String),
    /// The same, of no width: no quantifier may follow.
    Assertion(&'static str),
    /// `\Q…\E`.
    Quoted(String),
    /// `\1` and so on: decided when the number of groups is known.
    NumberedReference(String),
    /// `\g{2}`.
    GroupReference(usize),
    /// `\g{-1}`: so many groups back.
    RelativeReference(usize),
    /// `\k<name>`.
    NamedReference(String),
}

/// `\h`: horizontal white space.
const HORIZONTAL: &str =
    "\\t\\x20\\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}";
/// `\v`: vertical white space.
const VERTICAL: &str = "\\n\\x0b\\x0c\\r\\x{85}\\x{2028}\\x{2029}";

/// The members of `\h`, `\v`, `\d`, `\w`, `\s` for the inside of a class.
pub(super) fn members(letter: char, subject: Subject) -> &'static str {
    match (letter, subject) {
        ('h', Subject::Text) => HORIZONTAL,
        ('h', Subject::Octets) => "\\t\\x20\\xa0",
        ('v', Subject::Text) => VERTICAL,
        ('v', Subject::Octets) => "\\n\\x0b\\x0c\\r\\x85",
        ('d', Subject::Text) => "\\d",
        ('d', Subject::Octets) => "0-9",
        ('w', Subject::Text) => "\\w",
        ('w', Subject::Octets) => "0-9A-Z_a-z",
        ('s', Subject::Text) => "\\s",
        _ => "\\x09-\\x0d\\x20",
    }
}

/// Writes a character so that it stands for itself, in a class and outside.
pub(super) fn literal(char: char, subject: Subject) -> String {
    match (char, subject) {
        ('0'..='9' | 'a'..='z' | 'A'..='Z', _) => char.into(),
        (char, _) if u32::from(char) < 0x80 => format!("\\x{:02x}", u32::from(char)),
        // In a class: the engine would take a lone escape above 7f for two octets of UTF-8.
        (char, Subject::Octets) => format!("[\\x{:02x}]", u32::from(char) & 0xff),
        (char, Subject::Text) => char.into(),
    }
}

/// Reads the escape whose backslash was taken.
pub(super) fn escape(reader: &mut Reader<'_>, subject: Subject) -> Result<Escape, RegexError> {
    let Some(char) = reader.peek() else {
        return Err(reader.invalid("a backslash at the end"));
    };
    if matches!(char, '1'..='9') {
        return Ok(Escape::NumberedReference(
            reader.take_digits(10, usize::MAX),
        ));
    }
    if let Some(char) = character(reader)? {
        return Ok(Escape::Text(literal(char, subject)));
    }
    reader.at += 1;
    let text = match char {
        'Q' => return Ok(Escape::Quoted(quoted(reader))),
        'E' => return Ok(Escape::Quoted(String::new())),
        'k' => return named_reference(reader),
        'g' => return group_reference(reader),
        'd' | 'w' | 's' | 'h' | 'v' => format!("[{}]", members(char, subject)),
        'D' | 'W' | 'S' | 'H' | 'V' => {
            format!("[^{}]", members(char.to_ascii_lowercase(), subject))
        }
        'p' | 'P' => property(reader, char, subject)?,
        'A' | 'G' => return Ok(Escape::Assertion("\\A")),
        'z' => return Ok(Escape::Assertion("\\z")),
        'Z' => return Ok(Escape::Assertion("(?=\\n?\\z)")),
        'b' => return Ok(Escape::Assertion("\\b")),
        'B' => return Ok(Escape::Assertion("\\B")),
        'N' => "[^\\n]".into(),
        'R' => format!("(?>\\r\\n|[{}])", members('v', subject)),
        // Where a match begins does not matter to a search that only asks whether.
        'K' => return Ok(Escape::Assertion("(?:)")),
        'X' | 'C' => return Err(unsupported("\\X or \\C")),
        _ => {
            reader.at -= 1;
            return Err(reader.invalid("unknown escape"));
        }
    };
    Ok(Escape::Text(text))
}

/// Reads the rest of an escape that stands for one character, in a class too; nothing if it is
/// another kind of escape.
pub(super) fn character(reader: &mut Reader<'_>) -> Result<Option<char>, RegexError> {
    let Some(char) = reader.peek() else {
        return Ok(None);
    };
    let start = reader.at;
    reader.at += 1;
    let value = match char {
        'a' => 0x07,
        'e' => 0x1b,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        '0' => number(reader, 8, 2, 0)?,
        'o' if reader.take_if("{") => braced(reader, 8)?,
        'x' if reader.take_if("{") => braced(reader, 16)?,
        'x' => number(reader, 16, 2, 0)?,
        'N' if reader.take_if("{U+") => braced(reader, 16)?,
        'c' => match reader.take() {
            Some(control @ ' '..='~') => u32::from(control.to_ascii_uppercase()) ^ 0x40,
            _ => return Err(reader.invalid("\\c needs a printable ASCII character")),
        },
        char if char.is_ascii_alphanumeric() => {
            reader.at = start;
            return Ok(None);
        }
        char => u32::from(char),
    };
    char::from_u32(value)
        .map(Some)
        .ok_or_else(|| reader.invalid("no such code point"))
}

fn number(reader: &mut Reader<'_>, radix: u32, max: usize, empty: u32) -> Result<u32, RegexError> {
    let digits = reader.take_digits(radix, max);
    if digits.is_empty() {
        return Ok(empty);
    }
    u32::from_str_radix(&digits, radix).map_err(|_| reader.invalid("no such code point"))
}

fn braced(reader: &mut Reader<'_>, radix: u32) -> Result<u32, RegexError> {
    let digits = reader.take_until('}')?;
    u32::from_str_radix(digits.trim(), radix).map_err(|_| reader.invalid("no number in the braces"))
}

/// Takes the text of `\Q…\E`; without `\E` it goes to the end.
pub(super) fn quoted(reader: &mut Reader<'_>) -> String {
    let mut text = String::new();
    while !reader.take_if("\\E") {
        match reader.take() {
            Some(char) => text.push(char),
            None => break,
        }
    }
    text
}

fn named_reference(reader: &mut Reader<'_>) -> Result<Escape, RegexError> {
    let end = match reader.take() {
        Some('<') => '>',
        Some('\'') => '\'',
        Some('{') => '}',
        _ => return Err(reader.invalid("\\k needs a group name")),
    };
    Ok(Escape::NamedReference(reader.take_until(end)?))
}

fn group_reference(reader: &mut Reader<'_>) -> Result<Escape, RegexError> {
    let name = match reader.peek() {
        Some('{') => {
            reader.at += 1;
            reader.take_until('}')?
        }
        Some('<' | '\'') => return Err(unsupported("a subroutine call")),
        _ => {
            let sign = if reader.take_if("-") { "-" } else { "" };
            format!("{sign}{}", reader.take_digits(10, 5))
        }
    };
    if let Some(back) = name.strip_prefix('-') {
        let back = back
            .parse()
            .map_err(|_| reader.invalid("\\g needs a group"))?;
        return Ok(Escape::RelativeReference(back));
    }
    match name.parse() {
        Ok(group) => Ok(Escape::GroupReference(group)),
        Err(_) if name.is_empty() || name.starts_with('+') => {
            Err(reader.invalid("\\g needs a group"))
        }
        Err(_) => Ok(Escape::NamedReference(name)),
    }
}

/// Reads the rest of `\p` or `\P`: a class of its own, which may stand in a class too.
pub(super) fn property(
    reader: &mut Reader<'_>,
    letter: char,
    subject: Subject,
) -> Result<String, RegexError> {
    let mut name = match reader.take() {
        Some('{') => reader.take_until('}')?,
        // One letter is a general category.
        Some(char) if "CLMNPSZ".contains(char.to_ascii_uppercase()) => char.into(),
        _ => return Err(reader.invalid("\\p needs a property")),
    };
    if subject == Subject::Octets {
        return Err(unsupported("\\p in binary data"));
    }
    let mut negated = letter == 'P';
    if let Some(positive) = name.strip_prefix('^') {
        negated = !negated;
        name = positive.into();
    }
    let not = if negated { "^" } else { "" };
    match name.as_str() {
        "L&" => Ok(format!("[{not}\\p{{Lu}}\\p{{Ll}}\\p{{Lt}}]")),
        "Xan" => Ok(format!("[{not}\\p{{L}}\\p{{N}}]")),
        "Xwd" => Ok(format!("[{not}\\p{{L}}\\p{{N}}_]")),
        "Xsp" | "Xps" => Ok(format!("[{not}\\s]")),
        _ => Ok(format!("[{not}\\p{{{name}}}]")),
    }
}
