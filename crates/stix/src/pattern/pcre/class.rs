//! Bracketed classes (pcre2pattern, "Square brackets and character classes").
//!
//! The engine has nested classes and set operations in brackets, PCRE has not: every literal is
//! written as an escape, so that `[`, `&&`, `--` and `~~` stand for themselves.

use super::escape::{character, members, property, quoted};
use super::reader::{Reader, unsupported};
use super::{RegexError, Subject};

/// One member of a class.
enum Member {
    /// A character, which may begin or end a range.
    Char(char),
    /// A set.
    Set(String),
    /// Nothing, such as an empty `\Q\E`.
    Nothing,
}

/// Translates a class whose opening bracket was taken.
pub(super) fn class(reader: &mut Reader<'_>, subject: Subject) -> Result<String, RegexError> {
    let opened = reader.at - 1;
    let unclosed = RegexError::Invalid {
        at: opened,
        reason: "the closing bracket is missing",
    };
    if let Some(sign @ (':' | '.' | '=')) = reader.peek()
        && reader.is_closed_by(sign)
    {
        return Err(RegexError::Invalid {
            at: opened,
            reason: "a named class outside a class",
        });
    }
    let mut output = String::from("[");
    if reader.take_if("^") {
        output.push('^');
    }
    let mut first = true;
    loop {
        if !first && reader.take_if("]") {
            output.push(']');
            return Ok(output);
        }
        first = false;
        let low = match member(reader, subject, &mut output)?.ok_or_else(|| unclosed.clone())? {
            Member::Char(low) => low,
            Member::Set(set) => {
                output.push_str(&set);
                continue;
            }
            Member::Nothing => continue,
        };
        let before = reader.at;
        if reader.take_if("-") && reader.peek() != Some(']') {
            match member(reader, subject, &mut output)?.ok_or_else(|| unclosed.clone())? {
                Member::Char(high) if high < low => {
                    return Err(reader.invalid("range in the wrong order"));
                }
                Member::Char(high) => {
                    push(&mut output, low, subject);
                    output.push('-');
                    push(&mut output, high, subject);
                }
                // `[a-\d]`: PCRE takes the hyphen for itself.
                Member::Set(set) => {
                    push(&mut output, low, subject);
                    output.push_str("\\x2d");
                    output.push_str(&set);
                }
                Member::Nothing => {
                    return Err(unsupported("an empty \\Q\\E at the end of a range"));
                }
            }
        } else {
            reader.at = before;
            push(&mut output, low, subject);
        }
    }
}

fn push(output: &mut String, char: char, subject: Subject) {
    let value = u32::from(char);
    match subject {
        // What is no octet cannot be in the class; Pcre::new has refused such expressions.
        Subject::Octets => output.push_str(&format!("\\x{:02x}", value.min(0xff))),
        Subject::Text => output.push_str(&format!("\\x{{{value:x}}}")),
    }
}

/// Reads one member; nothing at the end of the expression. All but the last character of `\Q…\E`
/// go to the output at once.
fn member(
    reader: &mut Reader<'_>,
    subject: Subject,
    output: &mut String,
) -> Result<Option<Member>, RegexError> {
    let Some(char) = reader.take() else {
        return Ok(None);
    };
    let member = match char {
        '[' if matches!(reader.peek(), Some(':' | '.' | '=')) => posix(reader, subject)?,
        '\\' => escaped(reader, subject, output)?,
        char => Member::Char(char),
    };
    Ok(Some(member))
}

fn escaped(
    reader: &mut Reader<'_>,
    subject: Subject,
    output: &mut String,
) -> Result<Member, RegexError> {
    // In a class, \b is the backspace and digits are octal.
    if reader.take_if("b") {
        return Ok(Member::Char('\u{8}'));
    }
    if matches!(reader.peek(), Some('1'..='7')) {
        let digits = reader.take_digits(8, 3);
        let value = u32::from_str_radix(&digits, 8)
            .ok()
            .and_then(char::from_u32);
        return value
            .map(Member::Char)
            .ok_or_else(|| reader.invalid("no such code point"));
    }
    if let Some(char) = character(reader)? {
        return Ok(Member::Char(char));
    }
    let Some(letter) = reader.take() else {
        return Err(reader.invalid("a backslash at the end"));
    };
    Ok(match letter {
        'd' | 'w' | 's' | 'h' | 'v' => Member::Set(members(letter, subject).into()),
        'D' | 'W' | 'S' | 'H' | 'V' => Member::Set(format!(
            "[^{}]",
            members(letter.to_ascii_lowercase(), subject)
        )),
        'p' | 'P' => Member::Set(property(reader, letter, subject)?),
        'Q' => {
            let text = quoted(reader);
            let mut chars = text.chars();
            let last = chars.next_back();
            chars.for_each(|char| push(output, char, subject));
            last.map_or(Member::Nothing, Member::Char)
        }
        'E' => Member::Nothing,
        _ => {
            reader.at -= 1;
            return Err(reader.invalid("unknown escape in a class"));
        }
    })
}

/// Reads `[:alpha:]` whose bracket was taken; if it is none, the bracket is a literal.
fn posix(reader: &mut Reader<'_>, subject: Subject) -> Result<Member, RegexError> {
    let start = reader.at;
    let mut ahead = String::new();
    reader.at += 1;
    while let Some(char) = reader
        .peek()
        .filter(|char| char.is_ascii_alphabetic() || *char == '^')
    {
        ahead.push(char);
        reader.at += 1;
    }
    if !reader.take_if(":]") || reader.at == start {
        reader.at = start;
        return Ok(Member::Char('['));
    }
    let (not, name) = match ahead.strip_prefix('^') {
        Some(name) => ("^", name),
        None => ("", ahead.as_str()),
    };
    // With Unicode the names mean what PCRE's UCP option makes of them, as \w and \d do.
    let set = match (name, subject) {
        ("alpha", Subject::Text) => "\\p{L}",
        ("lower", Subject::Text) => "\\p{Ll}",
        ("upper", Subject::Text) => "\\p{Lu}",
        ("alnum", Subject::Text) => "\\p{L}\\p{N}",
        ("digit", Subject::Text) => "\\p{Nd}",
        ("space" | "word" | "blank", _) => {
            let letter = match name {
                "space" => 's',
                "word" => 'w',
                _ => 'h',
            };
            return Ok(Member::Set(format!("[{not}{}]", members(letter, subject))));
        }
        (
            "alpha" | "lower" | "upper" | "alnum" | "digit" | "cntrl" | "graph" | "print" | "punct"
            | "xdigit" | "ascii",
            _,
        ) => return Ok(Member::Set(format!("[:{not}{name}:]"))),
        _ => return Err(reader.invalid("unknown class name")),
    };
    Ok(Member::Set(format!("[{not}{set}]")))
}
