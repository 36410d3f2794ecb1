//! Numbers: IEEE 754 binary64 values, spelled as ECMAScript spells them (RFC 8785 §3.2.2.3).

use crate::INTEGER_MAX;
use crate::error::Kind;

/// Digits that always fit: every integer of 15 digits is below 2^53.
const SAFE_DIGITS: usize = 15;

/// Whether the spelling of a well-formed number is obviously its canonical one: a short integer.
#[inline]
pub(crate) fn is_short_integer(spelled: &str) -> bool {
    let digits = spelled.strip_prefix('-').unwrap_or(spelled);
    digits.len() <= SAFE_DIGITS
        && spelled != "-0"
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Gives the canonical spelling of a well-formed number to `then`.
pub(crate) fn canonical<T>(spelled: &str, then: impl FnOnce(&str) -> T) -> Result<T, Kind> {
    let value: f64 = spelled.parse().map_err(|_| Kind::Syntax("a number"))?;
    if !value.is_finite() {
        return Err(Kind::NotFinite);
    }
    let mut buffer = ryu_js::Buffer::new();
    let canonical = buffer.format_finite(value);
    // FORMATS §1: an integer is what is written without fraction and exponent, as it came or canonically: a
    // literal of thirty digits would be rounded, and `1e20` becomes digits that the next reader would refuse.
    let integer = |text: &str| !text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    if (integer(spelled) || integer(canonical)) && value.abs() > INTEGER_MAX as f64 {
        return Err(Kind::IntegerTooLarge);
    }
    Ok(then(canonical))
}
