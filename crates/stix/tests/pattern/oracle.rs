//! Agreement with `stix2-patterns` and `stix2-matcher` of PyPI, whose verdicts are recorded in
//! `pattern-oracle/`. Every disagreement is listed there with our verdict and the section that
//! settles it, and each listed one must still be one.

use std::collections::BTreeMap;

use serde_json::Value;
use stix::pattern::{MatchLimits, Matcher, Observed, Pattern};

const OBSERVATIONS: &str = include_str!("../pattern-oracle/observations.json");
const SYNTAX: &str = include_str!("../pattern-oracle/syntax.jsonl");
const MATCH: &str = include_str!("../pattern-oracle/match.jsonl");
const DISAGREEMENTS: &str = include_str!("../pattern-oracle/disagreements.jsonl");

fn lines(text: &str) -> impl Iterator<Item = Value> + '_ {
    text.lines().map(|line| serde_json::from_str(line).unwrap())
}

/// Our verdict by pattern and data ("" for syntax), of the cases where the oracle's is another.
fn listed() -> BTreeMap<(String, String), String> {
    lines(DISAGREEMENTS)
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            assert!(
                text("why").contains('§') || text("why").contains("oracle"),
                "{line}"
            );
            ((text("pattern"), text("data")), text("ours"))
        })
        .collect()
}

/// Compares verdicts; shows every unlisted disagreement as a line for the list.
fn compare(cases: Vec<(String, String, String, String)>) {
    let mut listed = listed();
    let is_syntax = cases[0].1.is_empty();
    listed.retain(|(_, data), _| data.is_empty() == is_syntax);
    let mut unlisted = Vec::new();
    for (pattern, data, oracle, ours) in cases {
        let settled = listed.remove(&(pattern.clone(), data.clone()));
        if oracle != ours && settled.as_deref() != Some(&ours) {
            let line = serde_json::json!(
                {"pattern": pattern, "data": data, "ours": ours, "oracle": oracle, "why": ""}
            );
            unlisted.push(line.to_string());
        }
        if let (Some(settled), true) = (settled, oracle == ours) {
            panic!("{pattern} on {data}: listed as {settled}, but both say {ours}");
        }
    }
    assert!(
        unlisted.is_empty(),
        "no section settles:\n{}",
        unlisted.join("\n")
    );
    assert_eq!(listed, BTreeMap::new(), "listed, but no case");
}

#[test]
fn the_grammar_agrees() {
    let cases = lines(SYNTAX).map(|case| {
        let pattern = case["pattern"].as_str().unwrap();
        let oracle = case["valid"].to_string();
        let ours = pattern.parse::<Pattern>().is_ok().to_string();
        (pattern.to_owned(), String::new(), oracle, ours)
    });
    compare(cases.collect());
}

/// Reads the observed-data objects of a bundle.
fn observed(bundle: &Value) -> Vec<Observed<'_>> {
    let objects = bundle["objects"].as_array().unwrap();
    let resolve = |id: &str| objects.iter().find(|object| object["id"] == id);
    objects
        .iter()
        .filter(|object| object["type"] == "observed-data")
        .map(|object| Observed::from_observed_data(object, resolve).unwrap())
        .collect()
}

#[test]
fn the_matcher_agrees() {
    let data: Value = serde_json::from_str(OBSERVATIONS).unwrap();
    let cases = lines(MATCH).map(|case| {
        let pattern = case["pattern"].as_str().unwrap();
        let name = case["data"].as_str().unwrap();
        let oracle = case["verdict"].to_string().replace('"', "");
        let bundle = &data[name];
        let observed = observed(bundle);
        let ours = match pattern.parse::<Pattern>() {
            Err(_) => "error".to_owned(),
            Ok(pattern) => match Matcher::new(&pattern, MatchLimits::default()) {
                Err(_) => "error".to_owned(),
                Ok(matcher) => matcher.matches(&observed).unwrap().to_string(),
            },
        };
        (pattern.to_owned(), name.to_owned(), oracle, ours)
    });
    compare(cases.collect());
}
