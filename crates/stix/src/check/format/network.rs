//! Addresses and names of the network (STIX 2.1 §6.4 to §6.10, §6.15).

use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest domain name without its final dot, in octets (RFC 1034 §3.1).
const DOMAIN_NAME_LEN_MAX: usize = 253;

/// The longest label, in octets (RFC 1034 §3.1).
const LABEL_LEN_MAX: usize = 63;

/// The longest local part, in octets (RFC 5321 §4.5.3.1.1).
const LOCAL_PART_LEN_MAX: usize = 64;

/// Whether `text` is a URI (RFC 3986): with a scheme, percent-encoded where it has to be.
pub(super) fn is_uri(text: &str) -> bool {
    iri_string::types::UriStr::new(text).is_ok()
}

/// Whether `text` is an IPv4 address, with or without a prefix length (§6.8.1).
pub(super) fn is_ipv4(text: &str) -> bool {
    let (address, prefix) = split_prefix(text);
    address.parse::<Ipv4Addr>().is_ok() && prefix.is_none_or(|prefix| is_prefix(prefix, 32))
}

/// Whether `text` is an IPv6 address, with or without a prefix length (§6.9.1).
pub(super) fn is_ipv6(text: &str) -> bool {
    let (address, prefix) = split_prefix(text);
    address.parse::<Ipv6Addr>().is_ok() && prefix.is_none_or(|prefix| is_prefix(prefix, 128))
}

fn split_prefix(text: &str) -> (&str, Option<&str>) {
    text.split_once('/')
        .map_or((text, None), |(address, prefix)| (address, Some(prefix)))
}

fn is_prefix(text: &str, max: u8) -> bool {
    let leading_zero = text.len() > 1 && text.starts_with('0');
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && !leading_zero && text.parse::<u8>().is_ok_and(|length| length <= max)
}

/// Whether `text` is a lower-case, colon-delimited MAC-48 address (§6.10.1).
pub(super) fn is_mac(text: &str) -> bool {
    text.len() == 17
        && text.bytes().enumerate().all(|(at, byte)| match at % 3 {
            2 => byte == b':',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Whether `text` is a domain name (RFC 1034) whose labels conform to RFC 5890: LDH labels,
/// labels with underscores, or U-labels.
pub(super) fn is_domain_name(text: &str) -> bool {
    if text.is_ascii() {
        is_ascii_domain_name(text)
    } else {
        idna::domain_to_ascii(text).is_ok_and(|ascii| is_ascii_domain_name(&ascii))
    }
}

fn is_ascii_domain_name(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    !name.is_empty() && name.len() <= DOMAIN_NAME_LEN_MAX && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    (1..=LABEL_LEN_MAX).contains(&bytes.len())
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_')
}

/// Whether `text` is an addr-spec (RFC 5322 §3.4.1), with the letters beyond ASCII that RFC 6532
/// adds, and without comments or folding white space, which no address needs.
pub(super) fn is_email_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    local.len() <= LOCAL_PART_LEN_MAX && is_local_part(local) && is_mail_domain(domain)
}

fn is_local_part(local: &str) -> bool {
    match local
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(quoted) => is_quoted(quoted),
        None => local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(is_atext)),
    }
}

fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii()
}

fn is_quoted(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let good = match c {
            '\\' => characters
                .next()
                .is_some_and(|escaped| !escaped.is_control()),
            '"' => false,
            _ => !c.is_control(),
        };
        if !good {
            return false;
        }
    }
    true
}

fn is_mail_domain(domain: &str) -> bool {
    match domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(literal) => {
            !literal.is_empty()
                && literal
                    .chars()
                    .all(|c| c.is_ascii_graphic() && !"[]\\".contains(c))
        }
        None => is_domain_name(domain),
    }
}
