//! Strict JSON in, RFC 8785 canonical bytes out.
//!
//! What a node receives is admitted once: refused for a named reason, or turned into its canonical
//! bytes (`docs/FORMATS.md` §1). Those bytes are the content; they are hashed, stored and sent, and
//! never written again from a parsed value.
//!
//! One grammar ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), nothing lenient) walks the
//! input and tells a sink what it meets. There are two sinks: one compares the input with its
//! canonical spelling and writes nothing, the other writes that spelling
//! ([RFC 8785](https://www.rfc-editor.org/rfc/rfc8785)). Input that is canonical already never
//! reaches the second.
//!
//! Left out on purpose: a value type. Readers take [`Canonical::as_bytes`] to their own parser,
//! which then need not be strict.
//!
//! ```
//! use json::{admit, AdmissionError, Limits};
//!
//! let admitted = admit(br#" { "b": 1.0, "a": "\u00e9" } "#, &Limits::default())?;
//! assert_eq!(admitted.as_str(), r#"{"a":"é","b":1}"#);
//!
//! let refused = admit(br#"{"a":1,"\u0061":2}"#, &Limits::default()).unwrap_err();
//! assert!(matches!(refused, AdmissionError::DuplicateMember { .. }));
//! # Ok::<(), AdmissionError>(())
//! ```

mod bytes;
mod check;
mod error;
mod grammar;
mod number;
mod place;
mod text;
mod write;

pub use bytes::{Canonical, NotUtf8};
pub use error::{AdmissionError, EncodeError, Place};
pub use text::plain_len;

/// Containers nested deeper than this are refused by default (`docs/FORMATS.md` §10).
pub const DEPTH_MAX: usize = 64;

/// A text longer than this, in bytes, is refused by default (`docs/FORMATS.md` §10).
pub const CONTENT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The integers that every JSON implementation holds exactly reach to ±(2^53 − 1).
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// The bounds of one admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text in bytes, as received and as canonicalised.
    pub bytes_max: usize,
    /// Deepest nesting of arrays and objects; a bare number has depth 0, `[]` has depth 1.
    pub depth_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: CONTENT_BYTES_MAX,
            depth_max: DEPTH_MAX,
        }
    }
}

/// Admits a JSON text and returns its canonical bytes.
///
/// Canonical input is compared and copied; other input is walked a second time and rewritten.
///
/// # Errors
/// The first reason in the order of the input for which the text is not admitted, except that a
/// duplicate among members that are out of order is noticed where their object ends. Never
/// [`AdmissionError::NotCanonical`].
pub fn admit(input: &[u8], limits: &Limits) -> Result<Canonical, AdmissionError> {
    let text = entrance(input, limits)?;
    match check::check(text, limits) {
        Ok(()) => Ok(Canonical::known(input.to_vec())),
        Err(fault) if fault.is_spelling() => {
            let written = write::write(text, limits).map_err(|fault| fault.locate(text, limits))?;
            // `1e-6` becomes `0.000001`: what is admitted must itself be admissible.
            within_size(written.len(), limits)?;
            Ok(Canonical::known(written))
        }
        Err(fault) => Err(fault.locate(text, limits)),
    }
}

/// Admits bytes that must be canonical already, such as content received from another node, and
/// takes them over without copying.
///
/// # Errors
/// As [`is_canonical`].
pub fn admit_canonical(input: Vec<u8>, limits: &Limits) -> Result<Canonical, AdmissionError> {
    is_canonical(&input, limits)?;
    Ok(Canonical::known(input))
}

/// Tells whether the bytes are admissible and spelled canonically, without writing anything.
///
/// # Errors
/// [`AdmissionError::NotCanonical`] at the first byte that canonical spelling would have
/// otherwise, or the reason for which the text is not admissible at all.
pub fn is_canonical(input: &[u8], limits: &Limits) -> Result<(), AdmissionError> {
    let text = entrance(input, limits)?;
    check::check(text, limits).map_err(|fault| fault.locate(text, limits))
}

/// The canonical bytes of one of our own types.
///
/// The text passes the same door as everything else, so an integer beyond [`INTEGER_MAX`] is
/// refused here and not by the first peer that reads it. `serde_json` writes a float that is not
/// finite as `null`; types that hold floats check them before.
///
/// # Errors
/// [`EncodeError::Serialize`] when the type cannot be written as JSON (a map whose keys are not
/// strings), [`EncodeError::Admission`] when what it wrote is not admissible.
pub fn canonical<T: serde::Serialize + ?Sized>(value: &T) -> Result<Canonical, EncodeError> {
    let text = serde_json::to_vec(value).map_err(|err| EncodeError::Serialize(err.to_string()))?;
    Ok(admit(&text, &Limits::default())?)
}

/// The checks that need no grammar: size, byte-order mark, UTF-8.
fn entrance<'a>(input: &'a [u8], limits: &Limits) -> Result<&'a str, AdmissionError> {
    within_size(input.len(), limits)?;
    if input.starts_with(b"\xEF\xBB\xBF") {
        return Err(AdmissionError::ByteOrderMark);
    }
    std::str::from_utf8(input).map_err(|err| AdmissionError::NotUtf8 {
        offset: err.valid_up_to(),
    })
}

fn within_size(bytes: usize, limits: &Limits) -> Result<(), AdmissionError> {
    if bytes > limits.bytes_max {
        return Err(AdmissionError::TooLarge {
            bytes,
            bytes_max: limits.bytes_max,
        });
    }
    Ok(())
}
