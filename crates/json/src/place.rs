//! The JSON Pointer of a byte, worked out only once something is wrong there.
//!
//! The text before that byte is known to be well formed, so this need not be strict.

use crate::text;

enum Step<'a> {
    /// The element that comes next or is being read.
    Element(usize),
    /// The raw member name, once it was read; whether a name (and not a value) is due.
    Member {
        name: Option<&'a str>,
        name_due: bool,
    },
}

/// The JSON Pointer of the innermost value that begins at or before `offset` and has not ended there.
pub(crate) fn path_at(text: &str, offset: usize) -> String {
    let bytes = text.as_bytes();
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut at = 0;
    while at < offset.min(bytes.len()) {
        match (bytes[at], steps.last_mut()) {
            (b'{', _) => steps.push(Step::Member {
                name: None,
                name_due: true,
            }),
            (b'[', _) => steps.push(Step::Element(0)),
            (b'}' | b']', _) => drop(steps.pop()),
            (b',', Some(Step::Element(index))) => *index += 1,
            (b',', Some(Step::Member { name, name_due })) => (*name, *name_due) = (None, true),
            (b'"', step) => {
                let end = string_end(bytes, at);
                if end > offset {
                    // The fault is inside this string; if it is a name, it belongs to the object.
                    break;
                }
                if let Some(Step::Member {
                    name,
                    name_due: name_due @ true,
                }) = step
                {
                    (*name, *name_due) = (text.get(at + 1..end - 1), false);
                }
                at = end - 1;
            }
            _ => {}
        }
        at += 1;
    }
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Element(index) => push(&mut path, &index.to_string()),
            Step::Member {
                name: Some(raw), ..
            } => {
                let mut name = String::new();
                text::unescape(raw, &mut name);
                push(&mut path, &name);
            }
            Step::Member { name: None, .. } => {}
        }
    }
    path
}

/// Appends one reference token (RFC 6901 §3).
pub(crate) fn push(path: &mut String, token: &str) {
    path.push('/');
    path.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

/// One past the closing quotation mark of the string at `start`; past the end when there is none.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    loop {
        at += text::plain_len(&bytes[at.min(bytes.len())..]);
        match bytes.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return usize::MAX,
        }
    }
}
