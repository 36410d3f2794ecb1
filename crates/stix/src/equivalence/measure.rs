//! The measures: each takes two values and says from 0 to 1 how alike they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::weights::{self, Measure};
use super::{Options, similarity};
use crate::pattern::{Moment, Pattern};

/// Characters of a text that are compared; the effort grows with the square.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// Seconds that make two timestamps wholly different.
const DAY_SECONDS: f64 = 86_400.0;
/// Kilometres that make two places wholly different.
const FAR_KM: f64 = 1_000.0;
/// Mean radius of the Earth in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6_371.008_8;
/// Sources whose identifiers are unique in the world.
const CATALOGUES: [&str; 4] = ["veris", "cve", "capec", "mitre-attack"];

/// Compares a property that both objects have; nothing if one lacks it or has it in another type.
pub(super) fn measure(
    property: &str,
    measure: Measure,
    left: &Value,
    right: &Value,
    options: &Options<'_>,
) -> Option<f64> {
    if measure == Measure::Distance {
        return distance(left, right);
    }
    let (a, b) = (left.get(property)?, right.get(property)?);
    match measure {
        Measure::Exact => Some(f64::from(u8::from(a == b))),
        Measure::Text => Some(text(a.as_str()?, b.as_str()?)),
        Measure::List => Some(list(a.as_array()?, b.as_array()?)),
        Measure::ExternalReferences => Some(external_references(a.as_array()?, b.as_array()?)),
        Measure::Timestamp => timestamp(a.as_str()?, b.as_str()?),
        Measure::Pattern => Some(f64::from(u8::from(same_pattern(left, right)?))),
        Measure::Reference if options.depth_max == 0 => None,
        Measure::Reference => Some(match options.resolve {
            Some(_) => reference(a.as_str()?, b.as_str()?, options),
            None => f64::from(u8::from(a == b)),
        }),
        Measure::References if options.depth_max == 0 => None,
        Measure::References => Some(match options.resolve {
            Some(_) => references(a.as_array()?, b.as_array()?, options),
            None => list(a.as_array()?, b.as_array()?),
        }),
        Measure::Distance => None,
    }
}

/// Sorts the words, then takes twice the longest common subsequence over the sum of lengths.
fn text(left: &str, right: &str) -> f64 {
    let sorted = |text: &str| -> Vec<char> {
        let mut words: Vec<_> = text.split_whitespace().collect();
        words.sort_unstable();
        words.join(" ").chars().take(TEXT_CHARS_MAX).collect()
    };
    let (left, right) = (sorted(left), sorted(right));
    if left.is_empty() && right.is_empty() {
        return 1.0;
    }
    // `row[j]`: the longest subsequence that the characters of `left` so far and the first j of
    // `right` have in common.
    let mut row = vec![0usize; right.len() + 1];
    for &a in &left {
        let mut diagonal = 0;
        for (j, &b) in right.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if a == b {
                diagonal + 1
            } else {
                above.max(row[j])
            };
            diagonal = above;
        }
    }
    2.0 * row[right.len()] as f64 / (left.len() + right.len()) as f64
}

fn list(left: &[Value], right: &[Value]) -> f64 {
    let set = |list: &[Value]| list.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    let (left, right) = (set(left), set(right));
    let longer = left.len().max(right.len());
    if longer == 0 {
        0.0
    } else {
        left.intersection(&right).count() as f64 / longer as f64
    }
}

fn external_references(left: &[Value], right: &[Value]) -> f64 {
    let mut matches = 0;
    for a in left {
        for b in right {
            let same = |name: &str| a.get(name).is_some_and(|value| b.get(name) == Some(value));
            let known = same("source_name")
                && a["source_name"]
                    .as_str()
                    .is_some_and(|name| CATALOGUES.contains(&name));
            match (known, same("external_id") || same("url")) {
                (true, true) => return 1.0,
                (true, false) => {}
                (false, found) => matches += usize::from(found || same("source_name")),
            }
        }
    }
    let longer = left.len().max(right.len());
    if longer == 0 {
        0.0
    } else {
        (matches as f64 / longer as f64).min(1.0)
    }
}

fn timestamp(left: &str, right: &str) -> Option<f64> {
    let (left, right): (Moment, Moment) = (left.parse().ok()?, right.parse().ok()?);
    let apart = left.whole_seconds().abs_diff(right.whole_seconds()) as f64;
    Some(1.0 - (apart / DAY_SECONDS).min(1.0))
}

fn distance(left: &Value, right: &Value) -> Option<f64> {
    let place = |object: &Value| {
        let number = |name: &str| {
            object
                .get(name)
                .and_then(Value::as_f64)
                .map(f64::to_radians)
        };
        Some((number("latitude")?, number("longitude")?))
    };
    let ((lat1, long1), (lat2, long2)) = (place(left)?, place(right)?);
    // The haversine formula.
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(lat2 - lat1) + lat1.cos() * lat2.cos() * half(long2 - long1);
    let km = 2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin();
    Some((1.0 - km / FAR_KM).max(0.0))
}

/// Patterns of STIX by meaning; of other languages, or that cannot be parsed, by text.
fn same_pattern(left: &Value, right: &Value) -> Option<bool> {
    let (a, b) = (
        left.get("pattern")?.as_str()?,
        right.get("pattern")?.as_str()?,
    );
    if a == b {
        return Some(left.get("pattern_type") == right.get("pattern_type"));
    }
    let is_stix = |object: &Value| object.get("pattern_type").is_none_or(|kind| kind == "stix");
    if !is_stix(left) || !is_stix(right) {
        return Some(false);
    }
    let (Ok(a), Ok(b)) = (a.parse::<Pattern>(), b.parse::<Pattern>()) else {
        return Some(false);
    };
    Some(a.is_equivalent(&b).unwrap_or(false))
}

fn type_of(id: &str) -> &str {
    id.split_once("--")
        .map_or(id, |(object_type, _)| object_type)
}

fn reference(left: &str, right: &str, options: &Options<'_>) -> f64 {
    let Some((resolve_left, resolve_right)) = options.resolve else {
        return 0.0;
    };
    if type_of(left) != type_of(right) || weights::of(type_of(left)).is_empty() {
        return 0.0;
    }
    let (Some(left), Some(right)) = (resolve_left(left), resolve_right(right)) else {
        return 0.0;
    };
    let options = Options {
        depth_max: options.depth_max.saturating_sub(1),
        ..*options
    };
    similarity(left, right, &options).map_or(0.0, |found| found.score() / 100.0)
}

/// Each reference with its best partner of the same type, on average over those that have one.
fn references(left: &[Value], right: &[Value], options: &Options<'_>) -> f64 {
    let mut best: BTreeMap<&str, f64> = BTreeMap::new();
    for a in left.iter().filter_map(Value::as_str) {
        for b in right.iter().filter_map(Value::as_str) {
            if type_of(a) != type_of(b) || weights::of(type_of(a)).is_empty() {
                continue;
            }
            let score = reference(a, b, options);
            for id in [a, b] {
                let known = best.entry(id).or_insert(score);
                *known = known.max(score);
            }
        }
    }
    if best.is_empty() {
        0.0
    } else {
        best.values().sum::<f64>() / best.len() as f64
    }
}
