//! Small valid objects.

use std::fmt::Write as _;

/// The id of the indicator `number` of `batch`: the same in every run.
pub fn indicator_id(batch: &str, number: usize) -> String {
    let name = format!("{batch}/{number}");
    let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, name.as_bytes());
    format!("indicator--{uuid}")
}

/// A STIX 2.1 indicator, about 400 bytes.
pub fn indicator(batch: &str, number: usize) -> String {
    indicator_saying(batch, number, "malicious-activity")
}

/// The same version of the same indicator with another label in it.
pub fn indicator_saying(batch: &str, number: usize, label: &str) -> String {
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"{}","created":"2021-12-07T15:04:05.000Z","modified":"2021-12-07T15:04:05.000Z","name":"{batch} {number}","indicator_types":["{label}"],"pattern":"[ipv4-addr:value = '192.0.2.{}']","pattern_type":"stix","valid_from":"2021-12-07T15:04:05Z"}}"#,
        indicator_id(batch, number),
        number % 256
    )
}

/// A JSON list of the indicators `numbers` of `batch`.
pub fn indicators(batch: &str, numbers: std::ops::Range<usize>) -> String {
    let mut list = String::from("[");
    for (position, number) in numbers.enumerate() {
        let comma = if position > 0 { "," } else { "" };
        let _ = write!(list, "{comma}{}", indicator(batch, number));
    }
    list.push(']');
    list
}

/// An indicator whose content is over `bytes` long.
pub fn large_indicator(batch: &str, number: usize, bytes: usize) -> String {
    indicator(batch, number).replace(
        r#""pattern_type""#,
        &format!(r#""description":"{}","pattern_type""#, "a".repeat(bytes)),
    )
}
