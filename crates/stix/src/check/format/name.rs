//! Names from registries and vocabularies outside STIX.

/// The preferred names of the character sets registered with IANA, in the order of their octets.
const CHARACTER_SETS: &str = include_str!("charsets.txt");

/// ISO 3166-1 alpha-2, the codes that are officially assigned.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI \
    BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY \
    CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN \
    GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH \
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL \
    PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN \
    VU WF WS YE YT ZA ZM ZW";

/// The top-level media types registered with IANA.
const MEDIA_TYPES: [&str; 11] = [
    "application",
    "audio",
    "example",
    "font",
    "haptics",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];

/// The hives of the Windows registry that have a short name.
const SHORT_HIVES: [&str; 5] = ["HKLM", "HKCC", "HKCR", "HKCU", "HKU"];

/// Whether `text` is a language tag of RFC 5646: well-formed; the registry is not consulted, so a
/// tag registered tomorrow is not refused.
pub(super) fn is_language(text: &str) -> bool {
    // Most tags are two letters.
    let short = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic());
    short || oxilangtag::LanguageTag::parse(text).is_ok()
}

/// Whether `text` is lower case with hyphens between words (§2.11, §2.14).
pub(in crate::check) fn is_lower_hyphen(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c == ' ' || c == '_' || c.is_uppercase())
}

/// Whether `text` is made of `a-z`, `0-9` and hyphen (§5.1.2).
pub(super) fn is_relationship_type(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether `text` is a character set by the name that IANA prefers (§3.9.1).
pub(super) fn is_character_set(text: &str) -> bool {
    CHARACTER_SETS.lines().any(|name| name == text)
}

/// Whether `text` has the form of a media type under a registered top-level type (RFC 6838 §4.2).
pub(super) fn is_media_type(text: &str) -> bool {
    let restricted = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
    text.split_once('/').is_some_and(|(top, sub)| {
        MEDIA_TYPES.contains(&top)
            && (1..=127).contains(&sub.len())
            && sub.as_bytes()[0].is_ascii_alphanumeric()
            && sub.bytes().all(restricted)
    })
}

/// Whether `text` is an assigned ISO 3166-1 alpha-2 code (§4.10.1).
pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && COUNTRIES.split(' ').any(|code| code == text)
}

/// Whether `text` has the form of an ISO 3166-2 code (§4.10.1).
pub(super) fn is_administrative_area(text: &str) -> bool {
    text.split_once('-').is_some_and(|(country, area)| {
        is_country(country)
            && (1..=3).contains(&area.len())
            && area
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
}

/// Whether `text` has the form of a service name (RFC 6335 §5.1), in lower case, or of the longer
/// names that the registry has from before; the registry is not consulted.
pub(super) fn is_service_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_./+".contains(&b))
}

/// Whether a registry key begins with an abbreviated hive (§6.17.1).
pub(super) fn has_short_hive(key: &str) -> bool {
    let hive = key.split('\\').next().unwrap_or(key);
    SHORT_HIVES
        .iter()
        .any(|short| short.eq_ignore_ascii_case(hive))
}

/// Whether `text` is a CPE 2.3 formatted string (NISTIR 7695 §6.2): eleven components.
pub(super) fn is_cpe(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:2.3:") else {
        return false;
    };
    let mut components = 0;
    let mut start = 0;
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate() {
        if escaped {
            escaped = false;
        } else if byte == b'\\' {
            escaped = true;
        } else if byte == b':' {
            if !is_cpe_component(&rest[start..at], components) {
                return false;
            }
            components += 1;
            start = at + 1;
        }
    }
    !escaped && components == 10 && is_cpe_component(&rest[start..], components)
}

fn is_cpe_component(text: &str, position: usize) -> bool {
    match (position, text) {
        (_, "*" | "-") => true,
        (0, part) => matches!(part, "a" | "o" | "h"),
        _ => is_cpe_value(text),
    }
}

/// Letters, digits, `_`, `-`, `.`, escaped punctuation; `?` and `*` at the ends.
fn is_cpe_value(text: &str) -> bool {
    let inner = text.trim_start_matches('?');
    let inner = inner.strip_prefix('*').unwrap_or(inner);
    let mut bytes = inner.bytes().peekable();
    let mut length = 0;
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'\\' => bytes.next().is_some_and(|next| next.is_ascii_punctuation()),
            b'*' => bytes.peek().is_none(),
            b'?' => bytes.clone().all(|next| next == b'?'),
            _ => byte.is_ascii_alphanumeric() || b"_-.".contains(&byte),
        };
        if !good {
            return false;
        }
        length += 1;
    }
    length > 0 || !text.is_empty() && inner.is_empty() && text.len() == text.matches('?').count()
}
