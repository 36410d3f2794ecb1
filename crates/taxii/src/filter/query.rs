//! Queries as text: names and values, percent-encoded.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::FilterError;

/// The names and values of a query, decoded.
pub(super) fn pairs(
    query: &str,
) -> impl Iterator<Item = Result<(Cow<'_, str>, Cow<'_, str>), FilterError>> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        })
}

/// `+` is a blank, as forms write it; every client encodes a plus that it means.
fn decode(text: &str) -> Result<Cow<'_, str>, FilterError> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Ok(Cow::Borrowed(text));
    }
    let fault = || FilterError::Encoding(text.chars().take(80).collect());
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|it| char::from(it).to_digit(16));
                let (high, low) = (digit().ok_or_else(fault)?, digit().ok_or_else(fault)?);
                u8::try_from(high * 16 + low).map_err(|_| fault())?
            }
            other => other,
        });
    }
    String::from_utf8(decoded)
        .map(Cow::Owned)
        .map_err(|_| fault())
}

/// Appends `name=value` to a query; commas stay, because they separate values.
pub(super) fn push(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    encode(query, name);
    query.push('=');
    encode(query, value);
}

fn encode(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,:".contains(&byte) {
            into.push(char::from(byte));
        } else {
            write!(into, "%{byte:02X}").expect("a string takes what is written to it");
        }
    }
}
