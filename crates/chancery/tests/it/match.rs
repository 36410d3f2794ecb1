//! `chancery match`: patterns against observed data, and its exit codes.

use std::{path::Path, process::Output};

use serde_json::{Value, json};

use crate::process::chancery;

fn run(arguments: &[&str]) -> Output {
    chancery().arg("match").args(arguments).output().unwrap()
}

fn observed(number: u32, time: &str, refs: &[&str]) -> Value {
    json!({
        "type": "observed-data", "spec_version": "2.1",
        "id": format!("observed-data--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd{number:02}"),
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
        "first_observed": time, "last_observed": time, "number_observed": 1, "object_refs": refs,
    })
}

const IPV4: &str = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4";
const DOMAIN: &str = "domain-name--220a2699-5ebf-5b57-bf02-424964bb19c0";

fn observables() -> [Value; 2] {
    [
        json!({"type": "ipv4-addr", "id": IPV4, "value": "198.51.100.3"}),
        json!({"type": "domain-name", "id": DOMAIN, "value": "example.com", "resolves_to_refs": [IPV4]}),
    ]
}

fn data(dir: &Path, objects: &[Value]) -> String {
    let path = dir.join("data.json");
    let bundle = json!({
        "type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": objects,
    });
    std::fs::write(&path, bundle.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn matched(output: &Output) -> Vec<String> {
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = answer["patterns"][0]["observations"].as_array().unwrap();
    list.iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn observed_data_in_a_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let mut objects = observables().to_vec();
    objects.extend([
        observed(10, "2026-01-01T00:00:00Z", &[IPV4]),
        observed(11, "2026-01-01T00:01:00Z", &[IPV4]),
        observed(12, "2026-01-02T00:00:00Z", &[IPV4]),
        observed(13, "2026-01-03T00:00:00Z", &[IPV4, DOMAIN]),
    ]);
    let data = data(dir.path(), &objects);
    let id = |number: u32| format!("observed-data--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd{number}");
    for (pattern, ids) in [
        ("[ipv4-addr:value = '198.51.100.3']", vec![10, 11, 12, 13]),
        (
            "[ipv4-addr:value = '198.51.100.3'] REPEATS 2 TIMES WITHIN 120 SECONDS",
            vec![10, 11],
        ),
        (
            "[domain-name:resolves_to_refs[*].value ISSUBSET '198.51.100.0/24']",
            vec![13],
        ),
        (
            "[domain-name:value = 'example.com'] FOLLOWEDBY [ipv4-addr:value = '198.51.100.3']",
            vec![],
        ),
    ] {
        let output = run(&["--json", pattern, &data]);
        let expected: Vec<_> = ids.iter().map(|number| id(*number)).collect();
        assert_eq!(matched(&output), expected, "{pattern}");
        let code = if ids.is_empty() { 3 } else { 0 };
        assert_eq!(output.status.code(), Some(code), "{pattern}");
    }
}

#[test]
fn observables_without_observed_data_each_count_as_one() {
    let dir = tempfile::tempdir().unwrap();
    let data = data(dir.path(), &observables());
    let output = run(&[
        "--json",
        "[domain-name:resolves_to_refs[*].value = '198.51.100.3']",
        &data,
    ]);
    assert_eq!(matched(&output), [DOMAIN]);
    let output = run(&[
        "--json",
        "[domain-name:value = 'example.com'] AND [ipv4-addr:value LIKE '198.%']",
        &data,
    ]);
    let mut both = matched(&output);
    both.sort();
    assert_eq!(both, [DOMAIN, IPV4]);
    let output = run(&["[ipv4-addr:value = '198.51.100.3'] REPEATS 2 TIMES", &data]);
    assert_eq!(
        output.status.code(),
        Some(3),
        "one observable is one observation"
    );
}

#[test]
fn patterns_of_indicators_and_of_files() {
    let dir = tempfile::tempdir().unwrap();
    let data = data(dir.path(), &observables());
    let indicator = |id: u32, pattern: &str| {
        let id = format!("indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd{id}");
        json!({"type": "indicator", "id": id, "pattern_type": "stix", "pattern": pattern})
    };
    let file = dir.path().join("indicators.json");
    let list = json!([
        indicator(10, "[ipv4-addr:value = '198.51.100.3']"),
        indicator(11, "[url:value = 'https://example.com']"),
    ]);
    std::fs::write(&file, list.to_string()).unwrap();
    let output = run(&["--json", "--pattern-file", file.to_str().unwrap(), &data]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let matched: Vec<_> = answer["patterns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["matched"].clone())
        .collect();
    assert_eq!(matched, [true, false]);
    assert_eq!(output.status.code(), Some(0));
    let lines = dir.path().join("patterns.txt");
    std::fs::write(
        &lines,
        "[url:value = 'a']\n\n[ipv4-addr:value = '198.51.100.3']\n",
    )
    .unwrap();
    // A first argument that is no pattern but the name of a file is the file.
    assert_eq!(
        run(&[lines.to_str().unwrap(), &data]).status.code(),
        Some(0)
    );
    std::fs::write(&lines, "[url:value\n  = 'a']\n").unwrap();
    assert_eq!(
        run(&[lines.to_str().unwrap(), &data]).status.code(),
        Some(3)
    );
}

#[test]
fn a_pattern_that_is_none_is_shown_with_a_caret() {
    let dir = tempfile::tempdir().unwrap();
    let data = data(dir.path(), &observables());
    let output = run(&["[ipv4-addr:value = 198.51.100.3]", &data]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"
    error in the pattern, line 1, column 26: expected AND, OR or `]`, found `.100`
      1 | [ipv4-addr:value = 198.51.100.3]
        |                          ^^^^^^
    ");
    assert_eq!(
        run(&["[ipv4-addr:value = 'a']"]).status.code(),
        Some(2),
        "no data"
    );
    assert_eq!(
        run(&["[ipv4-addr:value = 'a']", "/nowhere"]).status.code(),
        Some(1)
    );
}

#[test]
fn observed_data_that_cannot_be_matched_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut broken = observed(10, "2026-01-01T00:00:00Z", &[IPV4]);
    broken.as_object_mut().unwrap().remove("number_observed");
    let data = data(dir.path(), &[broken]);
    let output = run(&["[ipv4-addr:value = 'a']", &data]);
    assert_eq!(output.status.code(), Some(1));
    let says = String::from_utf8(output.stderr).unwrap();
    assert!(
        says.contains("cd10: property number_observed is missing"),
        "{says}"
    );
}
