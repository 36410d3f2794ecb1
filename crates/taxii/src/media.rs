//! Media types (§1.6.8): what a client accepts, what a body is, and what we call ours.
//!
//! The standard makes the version optional (§1.6.8.2) and forbids 406 and 415 for media types that an endpoint defines
//! (§3.1), so headers are parsed as RFC 7231 has them, not compared as text: lists, weights, quoted and upper-case
//! values, blanks.

mod parse;

use parse::{MediaType, media_type, split};

/// The type of every response and of every body of a request.
pub const TAXII_21: &str = "application/taxii+json;version=2.1";
/// The type of a STIX 2.1 object in a manifest and of a collection.
pub const STIX_21: &str = "application/stix+json;version=2.1";
/// The type of a STIX 2.0 object in a manifest and of a collection.
pub const STIX_20: &str = "application/stix+json;version=2.0";

/// The version of TAXII spoken here.
const VERSION: &str = "2.1";

/// Nothing of what the client accepts is what this endpoint gives: 406.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the Accept header {accept:?} allows no {TAXII_21}, which is what there is")]
pub struct NotAcceptable {
    accept: String,
}

/// A body whose type is not taken: 415.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnsupportedMediaType {
    /// Not said at all.
    #[error("there is no Content-Type header; send {TAXII_21}")]
    Missing,
    /// Not a media type.
    #[error("the Content-Type {0:?} is no media type; send {TAXII_21}")]
    Malformed(String),
    /// Something else than TAXII.
    #[error("the Content-Type {0:?} is not taken; send {TAXII_21}")]
    Other(String),
    /// Another version of TAXII.
    #[error("the Content-Type {0:?} names a version of TAXII that is not spoken; send {TAXII_21}")]
    Version(String),
    /// Another encoding than UTF-8.
    #[error("the Content-Type {0:?} names another charset than UTF-8, which JSON is written in")]
    Charset(String),
}

/// Whether a client that sent these `Accept` lines takes [`TAXII_21`].
///
/// No header, or an empty one, takes anything (RFC 7231 §5.3.2). Besides the TAXII types and the wildcards that cover
/// them, `application/json` counts, which clients send that only know that JSON comes (§3.1: such a request MAY be
/// satisfied). `stix_too` makes `application/stix+json` count: the manifest endpoint defines it (§5.3).
///
/// # Errors
/// [`NotAcceptable`].
pub fn check_accept<'a>(
    lines: impl IntoIterator<Item = &'a str>,
    stix_too: bool,
) -> Result<(), NotAcceptable> {
    let lines: Vec<&str> = lines.into_iter().collect();
    let mut said_something = false;
    // The most specific range that covers our type decides, whatever the order (RFC 7231 §5.3.2).
    let mut ours: Option<(u8, u16)> = None;
    let mut by_another_name = false;
    for range in lines.iter().flat_map(|line| split(line, ',')) {
        if range.is_empty() {
            continue;
        }
        said_something = true;
        // A range that cannot be read is one that nothing matches.
        let Some(range) = media_type(range) else {
            continue;
        };
        let Some(weight) = weight(&range) else {
            continue;
        };
        if let Some(specific) = covers_taxii(&range) {
            ours = ours.max(Some((specific, weight)));
        }
        by_another_name |= weight > 0 && is_accepted_alias(&range, stix_too);
    }
    if !said_something || by_another_name || ours.is_some_and(|(_, weight)| weight > 0) {
        return Ok(());
    }
    Err(NotAcceptable {
        accept: lines.join(", "),
    })
}

/// Whether a body of this `Content-Type` is taken.
///
/// # Errors
/// [`UnsupportedMediaType`].
pub fn check_content_type(content_type: Option<&str>) -> Result<(), UnsupportedMediaType> {
    let text = content_type
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .ok_or(UnsupportedMediaType::Missing)?;
    let said = || text.to_owned();
    let media = media_type(text).ok_or_else(|| UnsupportedMediaType::Malformed(said()))?;
    if !is_taxii(&media) {
        return Err(UnsupportedMediaType::Other(said()));
    }
    if media.parameter("version").is_some_and(|it| it != VERSION) {
        return Err(UnsupportedMediaType::Version(said()));
    }
    match media.parameter("charset") {
        Some(charset) if !is_utf8(charset) => Err(UnsupportedMediaType::Charset(said())),
        Some(_) | None => Ok(()),
    }
}

/// How closely a range covers our type: 0 for `*/*` up to 3 for type and version; `None` if it does not.
fn covers_taxii(range: &MediaType<'_>) -> Option<u8> {
    if range.is("*", "*") {
        return Some(0);
    }
    if range.is("application", "*") {
        return Some(1);
    }
    if !is_taxii(range) {
        return None;
    }
    match range.parameter("version") {
        None => Some(2),
        Some(VERSION) => Some(3),
        Some(_) => None,
    }
}

/// Appendix B keeps the name of TAXII 2.0's type as a deprecated alias; 2.0 itself is told apart by its version.
fn is_taxii(media: &MediaType<'_>) -> bool {
    media.is("application", "taxii+json") || media.is("application", "vnd.oasis.taxii+json")
}

fn is_accepted_alias(range: &MediaType<'_>, stix_too: bool) -> bool {
    let stix = range.is("application", "stix+json")
        && range.parameter("version").is_none_or(|it| it == VERSION);
    range.is("application", "json") || (stix_too && stix)
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// The weight of a range in thousandths; `None` where it is none. More than three digits are forgiven.
fn weight(range: &MediaType<'_>) -> Option<u16> {
    let Some(text) = range.parameter("q") else {
        return Some(1_000);
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    match whole {
        "1" if fraction.bytes().all(|digit| digit == b'0') => Some(1_000),
        // Anything above zero allows, however little it is liked; `.5` is half, written in haste.
        "" if fraction.is_empty() => None,
        "0" | "" => Some(u16::from(fraction.bytes().any(|digit| digit != b'0'))),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
