//! Numbers: what the rules of admission have against a well-formed one (docs/FORMATS.md §1).

use super::fault::SyntaxFault;

/// The greatest integer that a double holds exactly, 2^53−1 (RFC 7493 §2.2).
const INTEGER_MAX: u64 = (1 << 53) - 1;
pub(super) const INTEGER_MAX_F64: f64 = 9_007_199_254_740_991.0;

/// From this magnitude on ECMAScript prints an exponent (RFC 8785 §3.2.2.3).
const EXPONENT_FROM: f64 = 1e21;

/// What the rules of admission have against a well-formed number.
pub(super) fn fault(text: &str, integer: bool) -> Option<SyntaxFault> {
    if integer && let Ok(magnitude) = text.trim_start_matches('-').parse::<u64>() {
        return (magnitude > INTEGER_MAX).then_some(SyntaxFault::IntegerTooLarge);
    }
    let magnitude = text.parse::<f64>().map_or(f64::INFINITY, f64::abs);
    if !magnitude.is_finite() {
        return Some(SyntaxFault::NotFinite);
    }
    // What has neither fraction nor exponent in canonical spelling is an integer.
    let canonical_integer = magnitude.fract() == 0.0 && magnitude < EXPONENT_FROM;
    (canonical_integer && magnitude > INTEGER_MAX_F64).then_some(SyntaxFault::IntegerTooLarge)
}
