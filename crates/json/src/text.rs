//! Strings: plain runs, escapes, and the order of member names.

use std::cmp::Ordering;

/// Length of the longest prefix without a quotation mark, a backslash or a control character.
///
/// Eight bytes at a time: each test leaves the top bit of a byte set where the byte is wanted. A
/// borrow can set it in a later byte too, never in an earlier one, so the lowest set bit is right.
#[inline]
pub fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (index, chunk) in chunks.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let quote = word ^ (ONES * b'"' as u64);
        let slash = word ^ (ONES * b'\\' as u64);
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (slash.wrapping_sub(ONES) & !slash)
            | (word.wrapping_sub(ONES * 0x20) & !word);
        let found = found & TOPS;
        if found != 0 {
            return index * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let plain = rest
        .iter()
        .take_while(|&&byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    chunks.len() * 8 + plain.count()
}

/// Four hexadecimal digits of either case.
pub(crate) fn hex4(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0u16, |unit, &digit| {
        let value = (digit as char).to_digit(16)?;
        Some(unit << 4 | value as u16)
    })
}

/// Appends the string that well-formed escapes spell.
pub(crate) fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.as_bytes()[at + 1];
        let (decoded, len) = match escape {
            b'b' => ('\u{8}', 2),
            b'f' => ('\u{c}', 2),
            b'n' => ('\n', 2),
            b'r' => ('\r', 2),
            b't' => ('\t', 2),
            b'u' => unicode(&rest.as_bytes()[at..]),
            same => (same as char, 2),
        };
        out.push(decoded);
        rest = &rest[at + len..];
    }
    out.push_str(rest);
}

/// One `\uXXXX`, or the two of a surrogate pair, and how many bytes it takes.
fn unicode(escape: &[u8]) -> (char, usize) {
    let unit = |at: usize| escape.get(at + 2..at + 6).and_then(hex4);
    let decoded = char::decode_utf16(unit(0).into_iter().chain(unit(6))).next();
    let decoded = decoded
        .and_then(Result::ok)
        .expect("the grammar has paired all surrogates");
    (decoded, if decoded.len_utf16() == 2 { 12 } else { 6 })
}

/// Appends the RFC 8785 §3.2.2.2 spelling of a string, without its quotation marks.
pub(crate) fn escape(string: &str, out: &mut Vec<u8>) {
    let mut rest = string.as_bytes();
    loop {
        let plain = plain_len(rest);
        out.extend_from_slice(&rest[..plain]);
        let Some(&special) = rest.get(plain) else {
            return;
        };
        match special {
            0x08 => out.extend_from_slice(br"\b"),
            b'\t' => out.extend_from_slice(br"\t"),
            b'\n' => out.extend_from_slice(br"\n"),
            0x0C => out.extend_from_slice(br"\f"),
            b'\r' => out.extend_from_slice(br"\r"),
            b'"' => out.extend_from_slice(br#"\""#),
            b'\\' => out.extend_from_slice(br"\\"),
            control => {
                const DIGITS: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(br"\u00");
                out.push(DIGITS[usize::from(control >> 4)]);
                out.push(DIGITS[usize::from(control & 15)]);
            }
        }
        rest = &rest[plain + 1..];
    }
}

/// Whether every escape in a well-formed string is the one that RFC 8785 prescribes.
pub(crate) fn escapes_are_canonical(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        at += plain_len(&bytes[at..]);
        match bytes.get(at + 1) {
            None => return true,
            Some(b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r') => at += 2,
            Some(b'u') => {
                let digits = &bytes[at + 2..at + 6];
                let control = matches!(hex4(digits), Some(0..0x20));
                let has_short = matches!(hex4(digits), Some(8 | 9 | 10 | 12 | 13));
                if !control || has_short || digits.iter().any(u8::is_ascii_uppercase) {
                    return false;
                }
                at += 6;
            }
            Some(_) => return false,
        }
    }
    true
}

/// Orders strings by UTF-16 code units (RFC 8785 §3.2.3) without leaving UTF-8.
///
/// Byte order is code point order, and differs from the wanted one only between the characters
/// that need a surrogate pair (first byte 0xF0 and up, first unit 0xD8xx) and U+E000 to U+FFFF (first
/// byte 0xEE or 0xEF), which come after them.
#[inline]
pub(crate) fn utf16_order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    match a.iter().zip(b).find(|(a, b)| a != b) {
        None => a.len().cmp(&b.len()),
        Some((&a, &b)) if a >= 0xEE && b >= 0xEE && (a >= 0xF0) != (b >= 0xF0) => b.cmp(&a),
        Some((a, b)) => a.cmp(b),
    }
}
