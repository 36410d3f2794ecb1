//! Patterns of STIX 2.0 as patterns of 2.1: `START` and `STOP` take timestamps, not strings
//! (2.1 §9.5.1), and some properties of observables have other names (2.1 §6).

use super::UpgradeError;
use super::observed::renamed;
use crate::pattern::ast::{Comparison, ObjectPath, Observation, Step};
use crate::pattern::{Located, Pattern};

/// Upgrades the text of a pattern; what does not change keeps its spelling.
///
/// ```
/// let old = "[file:created > t'2016-01-01T00:00:00Z'] START '2016-01-01T00:00:00Z' STOP '2017-01-01T00:00:00Z'";
/// let new = "[file:ctime > t'2016-01-01T00:00:00Z'] START t'2016-01-01T00:00:00Z' STOP t'2017-01-01T00:00:00Z'";
/// assert_eq!(stix::upgrade::upgrade_pattern(old)?, new);
/// # Ok::<(), stix::upgrade::UpgradeError>(())
/// ```
///
/// # Errors
/// [`UpgradeError::Pattern`] if the text is a pattern of neither version.
pub fn upgrade_pattern(text: &str) -> Result<String, UpgradeError> {
    let text = timestamps(text);
    let pattern: Pattern = text
        .parse()
        .map_err(|error| UpgradeError::Pattern(format!("{error}")))?;
    let mut edits = Vec::new();
    observation(pattern.root(), &mut edits);
    let mut out = text;
    // From the end, so that the places before stay where they are.
    edits.sort_by_key(|(start, _, _)| std::cmp::Reverse(*start));
    for (start, end, name) in edits {
        out.replace_range(start..end, name);
    }
    Ok(out)
}

/// Puts the `t` of a timestamp before the strings that follow `START` and `STOP`.
fn timestamps(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    let mut word = "";
    while let Some(c) = rest.chars().next() {
        if c == '\'' {
            let length = string_len(rest);
            if word == "START" || word == "STOP" {
                out.push('t');
            }
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            word = "";
        } else if c.is_ascii_alphanumeric() || c == '_' {
            let length = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            word = &rest[..length];
            out.push_str(word);
            rest = &rest[length..];
        } else {
            if !c.is_whitespace() {
                word = "";
            }
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The length of the string that a text begins with, quotes included.
fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A place in the text and the name that is to stand there.
type Edit = (usize, usize, &'static str);

fn observation(located: &Located<Observation>, edits: &mut Vec<Edit>) {
    match located.node() {
        Observation::Seen(inner) => comparison(inner, edits),
        Observation::And(operands)
        | Observation::Or(operands)
        | Observation::FollowedBy(operands) => {
            operands
                .iter()
                .for_each(|operand| observation(operand, edits));
        }
        Observation::Qualified(inner, _) => observation(inner, edits),
    }
}

fn comparison(located: &Located<Comparison>, edits: &mut Vec<Edit>) {
    match located.node() {
        Comparison::And(operands) | Comparison::Or(operands) => {
            operands
                .iter()
                .for_each(|operand| comparison(operand, edits));
        }
        Comparison::Test(test) => path(test.path.node(), edits),
    }
}

fn path(path: &ObjectPath, edits: &mut Vec<Edit>) {
    let Some(first) = path.steps.first() else {
        return;
    };
    if let Step::Key(name) = first.node()
        && let Some(new) = renamed(path.object_type.node(), name)
    {
        edits.push((first.span().start(), first.span().end(), new));
    }
}
