//! Every type and every rule of the standard against the tests that show it.
//!
//! `docs/STIX-RULES.md` is what this makes; the test fails when it is out of date and leaves the
//! new text in the temporary directory of the tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use stix::schema::{Class, Need, extensions, object_types};
use stix::{BundleLimits, CheckOptions, Checker, Rule, Severity, check_bundle};

use crate::{data, sample};

/// The rules that an input breaks.
fn broken(text: &str) -> BTreeSet<&'static str> {
    let mut checker = Checker::new(CheckOptions::default());
    let mut rules = BTreeSet::new();
    let limits = BundleLimits::default();
    let whole = check_bundle(&mut checker, text.as_bytes(), limits, |_, report| {
        rules.extend(report.problems().map(|problem| problem.rule));
    });
    if let Ok(whole) = whole {
        rules.extend(whole.problems().map(|problem| problem.rule));
    }
    rules
}

/// The input of a case: an object as it stands, a bundle, or a full object with changes.
fn input(case: &Value) -> String {
    if let Some(text) = case.get("object").or_else(|| case.get("bundle")) {
        return text.to_string();
    }
    let mut object: Map<String, Value> = sample::object(case["type"].as_str().expect("type"));
    object.extend(case["set"].as_object().expect("set").clone());
    for name in case["remove"].as_array().expect("remove") {
        object.remove(name.as_str().expect("a name"));
    }
    Value::Object(object).to_string()
}

fn cases() -> Vec<Value> {
    let text = data::text("rule-cases.jsonl");
    text.lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn every_rule_has_a_case_that_breaks_it() {
    let mut untested: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(untested.len(), Rule::ALL.len(), "names are unique");
    for case in cases() {
        let rule = case["rule"].as_str().expect("rule");
        let text = input(&case);
        let checked = if case.get("bundle").is_some() || text.starts_with('{') {
            broken(&text)
        } else {
            // What is no object cannot stand in a bundle either.
            let report = Checker::new(CheckOptions::default()).report(text.as_bytes());
            report.problems().map(|problem| problem.rule).collect()
        };
        assert!(
            checked.contains(rule),
            "{rule} is not among {checked:?} of {text}"
        );
        untested.remove(rule);
    }
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn a_rule_that_is_off_is_not_reported() {
    for case in cases() {
        let Some(rule) = Rule::from_id(case["rule"].as_str().expect("rule")) else {
            panic!("{case}");
        };
        let options = CheckOptions {
            off: vec![rule],
            ..CheckOptions::default()
        };
        let text = input(&case);
        let report = Checker::new(options).report(text.as_bytes());
        assert!(
            report.problems().all(|problem| problem.rule != rule.id()),
            "{case}"
        );
    }
}

/// How often each rule is broken in the cases of the OASIS validator and in the data.
fn counts() -> BTreeMap<&'static str, (usize, usize)> {
    let mut counts: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for line in data::text("oasis-validator-cases/cases.jsonl.zst").lines() {
        let case: Value = serde_json::from_str(line).expect("a line of JSON");
        for rule in broken(&case["object"].to_string()) {
            counts.entry(rule).or_default().0 += 1;
        }
    }
    for file in data::files() {
        let bytes = data::bytes(&file);
        let mut checker = Checker::new(CheckOptions::default());
        let limits = BundleLimits::default();
        let whole = check_bundle(&mut checker, &bytes[..], limits, |_, report| {
            for problem in report.problems() {
                counts.entry(problem.rule).or_default().1 += 1;
            }
        });
        for problem in whole.expect("a bundle").problems() {
            counts.entry(problem.rule).or_default().1 += 1;
        }
    }
    counts
}

/// How many objects of each type the data has, the examples and the OASIS cases included.
fn types_seen() -> BTreeMap<String, usize> {
    fn count(seen: &mut BTreeMap<String, usize>, object: &Value) {
        if let Some(objects) = object.get("objects").and_then(Value::as_array) {
            objects.iter().for_each(|object| count(seen, object));
        }
        let type_name = object
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        *seen.entry(type_name.to_owned()).or_default() += 1;
    }
    let mut seen = BTreeMap::new();
    for file in data::files() {
        for object in data::objects(&data::bytes(&file)) {
            count(&mut seen, &serde_json::from_slice(&object).expect("JSON"));
        }
    }
    for lines in [
        "oasis-spec-examples/stix-v2.1-errata01-examples.jsonl.zst",
        "oasis-validator-cases/cases.jsonl.zst",
    ] {
        for line in data::text(lines).lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            count(&mut seen, &line["object"]);
        }
    }
    seen
}

fn table(seen: &BTreeMap<String, usize>) -> String {
    let mut out = String::from(
        "# STIX 2.1: types and rules against tests\n\n\
         Made by the test `rules_table` of the crate `stix`; do not edit.\n\n\
         ## Types\n\n\
         Each type is tested as a full object that has to be without error, and with every one of its\n\
         properties spoilt in every way its data type can be (`tests/conformance/mutations.rs`).\n\n\
         | type | section | class | own properties | required, with common ones | deterministic identifier from | in the data |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for object_type in object_types() {
        let structure = &object_type.structure;
        let usable = |need: Need| need != Need::Forbidden;
        let own = structure
            .properties
            .iter()
            .filter(|row| usable(row.need))
            .count();
        let all = structure.properties.iter().chain(object_type.common);
        let required = all.filter(|row| row.need == Need::Required).count();
        let class = match object_type.class {
            Class::Sdo => "SDO",
            Class::Sro => "SRO",
            Class::Sco => "SCO",
            Class::Meta => "meta",
        };
        let contributing = match object_type.contributing {
            [] => "—".to_owned(),
            names => names.join(", "),
        };
        let found = seen.get(structure.name).copied().unwrap_or(0);
        let _ = writeln!(
            out,
            "| {} | {} | {class} | {own} | {required} | {contributing} | {found} |",
            structure.name, structure.section,
        );
    }
    out.push_str(
        "\n## Predefined extensions\n\n| extension | section | properties |\n|---|---|---|\n",
    );
    for extension in extensions::PREDEFINED {
        let count = extension.properties.len();
        let _ = writeln!(
            out,
            "| {} | {} | {count} |",
            extension.name, extension.section
        );
    }
    out.push_str(
        "\n## Rules\n\n\
         *Cases* are in `tests/data/rule-cases.jsonl`, each has to break its rule; *OASIS* counts the cases\n\
         of the OASIS validator's suite that break it, *data* the findings in all other data.\n\n\
         | rule | | section | cases | OASIS | data |\n|---|---|---|---|---|---|\n",
    );
    let mut own: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases() {
        *own.entry(case["rule"].as_str().expect("rule").to_owned())
            .or_default() += 1;
    }
    let counts = counts();
    for rule in Rule::ALL {
        let severity = match rule.severity() {
            Severity::Must => "MUST",
            Severity::Should => "SHOULD",
        };
        let (oasis, found) = counts.get(rule.id()).copied().unwrap_or_default();
        let cases = own.get(rule.id()).copied().unwrap_or(0);
        let section = rule.section();
        let _ = writeln!(
            out,
            "| `{}` | {severity} | {section} | {cases} | {oasis} | {found} |",
            rule.id(),
        );
    }
    out
}

#[test]
fn the_table_is_checked_in_and_has_nothing_empty() {
    let seen = types_seen();
    let table = table(&seen);
    let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/STIX-RULES.md");
    if fs::read_to_string(&checked_in).ok().as_deref() != Some(&*table) {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("STIX-RULES.md");
        fs::write(&new, &table).expect("the temporary directory can be written");
        panic!(
            "docs/STIX-RULES.md is out of date; the new text is in {}",
            new.display()
        );
    }
    assert!(
        !table.contains("| 0 | 0 | 0 |"),
        "a rule that nothing tests"
    );
}
