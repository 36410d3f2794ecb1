//! Decimal numbers as C2SP texts have them: ASCII digits, no sign, no leading zeros.

/// Reads one; `None` for anything else, or beyond 64 bits.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let canonical = match text.as_bytes() {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if canonical { text.parse().ok() } else { None }
}
