//! A value in the canonical form of RFC 8785: members in the order of their UTF-16 names, numbers
//! as ECMAScript prints them, no space.
//!
//! Whole objects come canonical from admission; this is for the parts of one that an identifier is
//! derived from, and for objects that are put together anew.

use std::cmp::Ordering;

use super::{Kind, Value};

/// The order of member names (RFC 8785 §3.2.3).
pub(crate) fn utf16_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        a.cmp(b)
    } else {
        a.encode_utf16().cmp(b.encode_utf16())
    }
}

/// Appends `value` to `out`.
pub(crate) fn write_value(out: &mut String, value: Value<'_>) {
    match value.kind() {
        Kind::Null | Kind::True | Kind::False => out.push_str(value.raw()),
        Kind::Number => write_number(out, value),
        Kind::String => write_string(out, value.as_str().unwrap_or_default()),
        Kind::Array => {
            out.push('[');
            for (at, item) in value.items().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(out, item);
            }
            out.push(']');
        }
        Kind::Object => {
            let mut members: Vec<_> = value.members().collect();
            members.sort_by(|(a, _), (b, _)| utf16_order(a, b));
            write_members(out, &members);
        }
    }
}

/// Appends an object of these members, which are in order already.
pub(crate) fn write_members(out: &mut String, members: &[(&str, Value<'_>)]) {
    out.push('{');
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_string(out, name);
        out.push(':');
        write_value(out, *value);
    }
    out.push('}');
}

/// Appends a number as ECMAScript prints it (RFC 8785 §3.2.2.3).
fn write_number(out: &mut String, value: Value<'_>) {
    // The tree holds only numbers that a double can.
    let number = value.as_f64().unwrap_or_default();
    // Minus zero prints as zero.
    let number = if number == 0.0 { 0.0 } else { number };
    out.push_str(ryu_js::Buffer::new().format_finite(number));
}

/// Appends a string, escaping no more than JSON asks for (RFC 8785 §3.2.2.2).
pub(crate) fn write_string(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' => {
                out.push_str("\\u00");
                out.push(char::from(HEX[c as usize >> 4]));
                out.push(char::from(HEX[c as usize & 15]));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}
