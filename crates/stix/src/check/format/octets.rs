//! Octets written as text: hexadecimal, base64, hashes (STIX 2.1 §2.1, §2.7, §2.8).

/// What a pair of algorithm and value is.
pub(in crate::check) enum Hash {
    /// A known algorithm and a value of its form.
    Good,
    /// A known algorithm and something else; its name.
    BadValue(&'static str),
    /// An algorithm that is not in hash-algorithm-ov.
    Unknown,
}

/// Whether `text` is an even number of `0-9a-f` (§2.8), and not empty.
pub(in crate::check) fn is_hex(text: &str) -> bool {
    !text.is_empty()
        && text.len().is_multiple_of(2)
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether `text` is base64 with padding in the standard alphabet (RFC 4648 §4).
pub(in crate::check) fn is_base64(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(4) {
        return false;
    }
    let padding = bytes
        .iter()
        .rev()
        .take(2)
        .take_while(|byte| **byte == b'=')
        .count();
    let alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'+' || *byte == b'/';
    bytes[..bytes.len() - padding].iter().all(alphabet)
}

/// Checks a hash value against the form of its algorithm (§2.7, §10.7).
pub(in crate::check) fn hash(algorithm: &str, text: &str) -> Hash {
    let hex = |digits: usize| text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit());
    let (name, good) = match algorithm {
        "MD5" => ("MD5", hex(32)),
        "SHA-1" => ("SHA-1", hex(40)),
        "SHA-256" => ("SHA-256", hex(64)),
        "SHA-512" => ("SHA-512", hex(128)),
        "SHA3-256" => ("SHA3-256", hex(64)),
        "SHA3-512" => ("SHA3-512", hex(128)),
        "SSDEEP" => ("SSDEEP", is_ssdeep(text)),
        // 35 octets in hexadecimal, with the version prefix T1 of later releases or without.
        "TLSH" => (
            "TLSH",
            hex(70)
                || text
                    .strip_prefix("T1")
                    .is_some_and(|rest| is_hex_any(rest, 70)),
        ),
        _ => return Hash::Unknown,
    };
    if good {
        Hash::Good
    } else {
        Hash::BadValue(name)
    }
}

fn is_hex_any(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `blocksize:hash:hash`, the hashes in base64's alphabet.
fn is_ssdeep(text: &str) -> bool {
    let mut parts = text.splitn(3, ':');
    let (Some(size), Some(first), Some(second)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let alphabet = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
    };
    !size.is_empty()
        && size.bytes().all(|byte| byte.is_ascii_digit())
        && alphabet(first)
        && alphabet(second)
}
