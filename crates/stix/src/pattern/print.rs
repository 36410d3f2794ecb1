//! The canonical text of a tree: one space between words, none inside brackets, parentheses only
//! where they group. Parsing it gives the same tree again.

use std::fmt::{self, Display, Formatter, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::ast::{Comparison, Condition, Constant, ObjectPath, Observation, Qualifier, Step, Test};
use super::span::Located;
use super::token::KEYWORDS;

impl<T: Display> Display for Located<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.node().fmt(f)
    }
}

/// How tightly an expression holds together; an operand at or below its parent needs parentheses.
trait Binding {
    fn binding(&self) -> u8;
}

impl Binding for Observation {
    fn binding(&self) -> u8 {
        match self {
            Self::FollowedBy(_) => 1,
            Self::Or(_) => 2,
            Self::And(_) => 3,
            Self::Qualified(..) => 4,
            Self::Seen(_) => 5,
        }
    }
}

impl Binding for Comparison {
    fn binding(&self) -> u8 {
        match self {
            Self::Or(_) => 1,
            Self::And(_) => 2,
            Self::Test(_) => 3,
        }
    }
}

impl Display for Observation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seen(comparison) => write!(f, "[{comparison}]"),
            Self::And(operands) => write_joined(f, operands, " AND ", self.binding()),
            Self::Or(operands) => write_joined(f, operands, " OR ", self.binding()),
            Self::FollowedBy(operands) => write_joined(f, operands, " FOLLOWEDBY ", self.binding()),
            Self::Qualified(inner, qualifiers) => {
                write_operand(f, inner, self.binding())?;
                qualifiers
                    .iter()
                    .try_for_each(|qualifier| write!(f, " {qualifier}"))
            }
        }
    }
}

impl Display for Qualifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartStop(start, stop) => write!(f, "START t'{start}' STOP t'{stop}'"),
            Self::Within(window) => write!(f, "WITHIN {window} SECONDS"),
            Self::Repeats(count) => write!(f, "REPEATS {count} TIMES"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(operands) => write_joined(f, operands, " AND ", self.binding()),
            Self::Or(operands) => write_joined(f, operands, " OR ", self.binding()),
            Self::Test(test) => test.fmt(f),
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = if self.negated { "NOT " } else { "" };
        let path = &self.path;
        match &self.condition {
            Condition::Exists => write!(f, "{not}EXISTS {path}"),
            Condition::Compare(operator, constant) => {
                write!(f, "{path} {not}{} {constant}", operator.as_str())
            }
            Condition::In(members) => {
                write!(f, "{path} {not}IN (")?;
                for (position, member) in members.iter().enumerate() {
                    write!(f, "{}{member}", if position == 0 { "" } else { ", " })?;
                }
                f.write_char(')')
            }
            Condition::Like(text) => write_text_test(f, path, not, "LIKE", text),
            Condition::Matches(text) => write_text_test(f, path, not, "MATCHES", text),
            Condition::IsSubset(text) => write_text_test(f, path, not, "ISSUBSET", text),
            Condition::IsSuperset(text) => write_text_test(f, path, not, "ISSUPERSET", text),
        }
    }
}

impl Display for ObjectPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.object_type)?;
        for (position, step) in self.steps.iter().enumerate() {
            if position > 0 && matches!(step.node(), Step::Key(_)) {
                f.write_char('.')?;
            }
            step.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) if is_plain_name(key) => f.write_str(key),
            Self::Key(key) => write_quoted(f, key),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Any => f.write_str("[*]"),
        }
    }
}

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            // Debug writes exponents and Display no decimal point; the grammar knows neither.
            Self::Float(value) if value.get().fract() == 0.0 => write!(f, "{}.0", value.get()),
            Self::Float(value) => value.get().fmt(f),
            Self::String(text) => write_quoted(f, text),
            Self::Binary(octets) => write!(f, "b'{}'", STANDARD.encode(octets)),
            Self::Hex(octets) => {
                f.write_str("h'")?;
                octets
                    .iter()
                    .try_for_each(|octet| write!(f, "{octet:02x}"))?;
                f.write_char('\'')
            }
            Self::Timestamp(moment) => write!(f, "t'{moment}'"),
        }
    }
}

fn write_joined<T: Display + Binding>(
    f: &mut Formatter<'_>,
    operands: &[Located<T>],
    word: &str,
    binding: u8,
) -> fmt::Result {
    for (position, operand) in operands.iter().enumerate() {
        if position > 0 {
            f.write_str(word)?;
        }
        write_operand(f, operand, binding)?;
    }
    Ok(())
}

fn write_operand<T: Display + Binding>(
    f: &mut Formatter<'_>,
    operand: &Located<T>,
    binding: u8,
) -> fmt::Result {
    if operand.node().binding() <= binding {
        write!(f, "({operand})")
    } else {
        operand.fmt(f)
    }
}

fn write_text_test(
    f: &mut Formatter<'_>,
    path: &Located<ObjectPath>,
    not: &str,
    word: &str,
    text: &Located<Box<str>>,
) -> fmt::Result {
    write!(f, "{path} {not}{word} ")?;
    write_quoted(f, text.node())
}

fn write_quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    for char in text.chars() {
        if matches!(char, '\'' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(char)?;
    }
    f.write_char('\'')
}

/// Tells whether a property name can stand without apostrophes.
fn is_plain_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !KEYWORDS.contains(&name)
}
