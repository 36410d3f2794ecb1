//! The `Forwarded` header, RFC 7239, read strictly.

use std::net::IpAddr;

use crate::web::remote::hop_address;

/// One proxy's account of what it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hop {
    /// Who asked it; `None` for `unknown` and for names that hide the address (§6.2, §6.3).
    pub(crate) from: Option<IpAddr>,
    pub(crate) proto: Option<String>,
    pub(crate) host: Option<String>,
}

/// Why the header cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForwardedError {
    /// Something else stands where a `name=value` should.
    #[error("`{0}` is no name=value")]
    Pair(String),
    /// The same parameter twice for one hop.
    #[error("`{0}` is there twice")]
    Twice(String),
    /// A quoted string without its end.
    #[error("a quotation mark is missing")]
    Quote,
    /// No node identifier.
    #[error("`for={0}` is neither an address nor a name")]
    For(String),
}

/// Reads the hops, the first of which is the one farthest away.
pub(crate) fn parse(text: &str) -> Result<Vec<Hop>, ForwardedError> {
    let elements = split(text, ',')?;
    let elements = elements.into_iter().map(str::trim);
    // RFC 9110 §5.6.1.2: empty members of a list are skipped.
    elements.filter(|text| !text.is_empty()).map(hop).collect()
}

fn hop(text: &str) -> Result<Hop, ForwardedError> {
    let mut hop = Hop::default();
    let mut names: Vec<String> = Vec::new();
    for pair in split(text, ';')? {
        let pair = pair.trim();
        let wrong = || ForwardedError::Pair(pair.to_owned());
        let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
        let value = unquoted(value).ok_or_else(wrong)?;
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(wrong());
        }
        let name = name.to_ascii_lowercase();
        if names.contains(&name) {
            return Err(ForwardedError::Twice(name));
        }
        match name.as_str() {
            "for" => hop.from = node(&value)?,
            "proto" => hop.proto = Some(value),
            "host" => hop.host = Some(value),
            // `by` and extensions.
            _ => {}
        }
        names.push(name);
    }
    Ok(hop)
}

/// RFC 7239 §6.
fn node(text: &str) -> Result<Option<IpAddr>, ForwardedError> {
    let name = text.split(':').next().unwrap_or_default();
    if name == "unknown" || name.starts_with('_') {
        return Ok(None);
    }
    let address = hop_address(text);
    let read = address.filter(|ip| ip.is_ipv4() || text.starts_with('['));
    read.map(Some)
        .ok_or_else(|| ForwardedError::For(text.to_owned()))
}

/// Splits at `at`, but not within quotation marks.
fn split(text: &str, at: char) -> Result<Vec<&str>, ForwardedError> {
    let (mut parts, mut begin) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (index, char) in text.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if char == at && !quoted => {
                parts.push(&text[begin..index]);
                begin = index + char.len_utf8();
            }
            _ => {}
        }
    }
    if quoted {
        return Err(ForwardedError::Quote);
    }
    parts.push(&text[begin..]);
    Ok(parts)
}

/// A token, or what a quoted string says.
fn unquoted(text: &str) -> Option<String> {
    let Some(inner) = text.strip_prefix('"') else {
        return (!text.is_empty() && text.bytes().all(is_token)).then(|| text.to_owned());
    };
    let (mut said, mut chars) = (String::new(), inner.chars());
    loop {
        match chars.next()? {
            '"' => return chars.next().is_none().then_some(said),
            '\\' => said.push(chars.next()?),
            char => said.push(char),
        }
    }
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_rfc() {
        let from = |text: &str| -> Vec<Option<String>> {
            let hops = parse(text).unwrap().into_iter();
            hops.map(|hop| hop.from.map(|ip| ip.to_string())).collect()
        };
        assert_eq!(from("for=\"_gazonk\""), [None]);
        assert_eq!(
            from("For=\"[2001:db8:cafe::17]:4711\""),
            [Some("2001:db8:cafe::17".to_owned())]
        );
        assert_eq!(
            from("for=192.0.2.60;proto=http;by=203.0.113.43"),
            [Some("192.0.2.60".to_owned())]
        );
        assert_eq!(
            from("for=192.0.2.43, for=198.51.100.17"),
            [
                Some("192.0.2.43".to_owned()),
                Some("198.51.100.17".to_owned())
            ]
        );
        assert_eq!(from(""), [] as [Option<String>; 0]);
    }

    #[test]
    fn quotation_marks_hide_what_separates() {
        let hops = parse(r#"host="a,b;c\"d";for=192.0.2.1"#).unwrap();
        assert_eq!(hops.len(), 1);
        assert_eq!(hops[0].host.as_deref(), Some("a,b;c\"d"));
    }

    #[test]
    fn what_is_not_the_rfcs_is_refused() {
        let refused = |text| parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(refused("for"), @"`for` is no name=value");
        insta::assert_snapshot!(refused("for=192.0.2.1;"), @"`` is no name=value");
        insta::assert_snapshot!(refused("for = 192.0.2.1"), @"`for = 192.0.2.1` is no name=value");
        insta::assert_snapshot!(refused("for=[2001:db8::1]"), @"`for=[2001:db8::1]` is no name=value");
        insta::assert_snapshot!(refused("for=192.0.2.1;for=192.0.2.2"), @"`for` is there twice");
        insta::assert_snapshot!(refused("for=\"192.0.2.1"), @"a quotation mark is missing");
        insta::assert_snapshot!(refused("for=somebody"), @"`for=somebody` is neither an address nor a name");
        insta::assert_snapshot!(refused("for=\"2001:db8::1\""), @"`for=2001:db8::1` is neither an address nor a name");
    }
}
