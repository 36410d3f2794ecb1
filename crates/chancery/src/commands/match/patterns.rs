//! The patterns to match: a text, one a line, or those of indicators.

use anyhow::Context as _;
use serde_json::Value;
use stix::{BundleLimits, BundleReader};

/// A pattern, and where it is from.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) text: String,
    pub(super) indicator: Option<String>,
    /// It is that of an indicator of STIX 2.0, or one that says that its pattern is.
    pub(super) is_v20: bool,
}

impl Named {
    /// A pattern that stands by itself.
    pub(super) fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            indicator: None,
            is_v20: false,
        }
    }
}

/// Whether a text could be a pattern rather than the name of a file.
pub(super) fn begins_pattern(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['[', '(']) || text.starts_with("/*") || text.starts_with("//")
}

/// The patterns in a file.
pub(super) fn of_file(text: &str) -> anyhow::Result<Vec<Named>> {
    let begin = text.trim_start();
    let is_json = begin.starts_with('{')
        || (begin.starts_with('[') && begin[1..].trim_start().starts_with(['{', ']']));
    if is_json {
        return of_indicators(text);
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    // A pattern may go over several lines; where each of them is one by itself, they are several.
    let each =
        lines().count() > 1 && lines().all(|line| line.parse::<stix::pattern::Pattern>().is_ok());
    Ok(if each {
        lines().map(Named::of).collect()
    } else {
        vec![Named::of(text.trim_end())]
    })
}

fn of_indicators(text: &str) -> anyhow::Result<Vec<Named>> {
    let mut found = Vec::new();
    for piece in BundleReader::new(text.as_bytes(), BundleLimits::default()) {
        let object: Value = serde_json::from_slice(&piece?.bytes)?;
        let string = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_owned);
        let is_stix = string("pattern_type").is_none_or(|language| language == "stix");
        if object["type"] != "indicator" || !is_stix {
            continue;
        }
        let text = string("pattern").context("an indicator has no pattern")?;
        found.push(Named {
            text,
            indicator: string("id"),
            is_v20: object.get("pattern_type").is_none()
                || string("pattern_version").as_deref() == Some("2.0"),
        });
    }
    anyhow::ensure!(
        !found.is_empty(),
        "there is no indicator with a STIX pattern"
    );
    Ok(found)
}
