//! How similar objects and graphs are, against python `stix2` (scores recorded by
//! `pattern-oracle/similarity_oracle.py`).

use serde_json::{Value, json};
use stix::equivalence::{
    Measure, Options, SimilarityError, TEXT_CHARS_MAX, graph_similarity, similarity,
};

const GRAPH: &str = include_str!("../pattern-oracle/graph.json");
const SCORES: &str = include_str!("../pattern-oracle/similarity.jsonl");

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-6
}

#[test]
fn python_stix2_gives_the_same_scores() {
    let graph: Value = serde_json::from_str(GRAPH).unwrap();
    let objects = graph["objects"].as_array().unwrap();
    let find = |id: &str| objects.iter().find(|object| object["id"] == id);
    let mut compared = 0;
    for line in SCORES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (left, right) = (
            find(case["left"].as_str().unwrap()).unwrap(),
            find(case["right"].as_str().unwrap()).unwrap(),
        );
        for (name, resolve) in [("refs", Some((&find as _, &find as _))), ("ids", None)] {
            let options = Options {
                resolve,
                ..Options::default()
            };
            let ours = similarity(left, right, &options).unwrap();
            let parts = case["scores"][name][1].as_object().unwrap();
            assert_eq!(ours.properties().len(), parts.len(), "{case}");
            for part in ours.properties() {
                let theirs = parts[part.property].as_f64().unwrap() / part.weight;
                assert!(near(part.similarity, theirs), "{part:?} {theirs} {case}");
            }
            assert!(
                near(ours.score(), case["scores"][name][0].as_f64().unwrap()),
                "{case}"
            );
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn python_stix2_gives_the_same_score_to_graphs() {
    let graph: Value = serde_json::from_str(GRAPH).unwrap();
    let objects: Vec<&Value> = graph["objects"].as_array().unwrap().iter().collect();
    let half = |first| {
        objects
            .iter()
            .skip(first)
            .step_by(2)
            .copied()
            .collect::<Vec<_>>()
    };
    let (left, right) = (half(0), half(1));
    let find_left = |id: &str| left.iter().copied().find(|object| object["id"] == id);
    let find_right = |id: &str| right.iter().copied().find(|object| object["id"] == id);
    let options = Options {
        resolve: Some((&find_left, &find_right)),
        ..Options::default()
    };
    let ours = graph_similarity(&left, &right, &options).unwrap();
    let theirs = graph["similarity"].as_f64().unwrap();
    assert!(near(ours.score(), theirs), "{} {theirs}", ours.score());
    let (id, pair) = ours.best().iter().next().unwrap();
    assert_eq!(id.split("--").next(), pair.partner.split("--").next());
}

#[test]
fn the_same_object_scores_100_and_says_why() {
    let malware = json!({"type": "malware", "name": "Sandy  Worm", "malware_types": ["worm"]});
    let other = json!({"type": "malware", "name": "Worm Sandy", "malware_types": ["worm", "bot"]});
    let found = similarity(&malware, &other, &Options::default()).unwrap();
    let parts: Vec<_> = found
        .properties()
        .iter()
        .map(|part| (part.property, part.measure, part.similarity))
        .collect();
    assert_eq!(
        parts,
        [
            ("malware_types", Measure::List, 0.5),
            ("name", Measure::Text, 1.0)
        ]
    );
    assert!(near(found.score(), 90.0));
    assert!(found.is_equivalent(70.0) && !found.is_equivalent(90.1));
    let same = similarity(&malware, &malware, &Options::default()).unwrap();
    assert!(near(same.score(), 100.0));
}

#[test]
fn what_cannot_be_compared_is_left_out() {
    let score = |left: Value, right: Value| similarity(&left, &right, &Options::default()).unwrap();
    let tool = json!({"type": "tool", "name": 5, "tool_types": []});
    assert_eq!(
        score(tool.clone(), tool).properties().len(),
        1,
        "a name that is no text"
    );
    let unknown = json!({"type": "x-new", "name": "a"});
    assert!(near(score(unknown.clone(), unknown).score(), 0.0));
    let deep = Options {
        depth_max: 0,
        ..Options::default()
    };
    let report = json!({"type": "report", "name": "a", "object_refs": ["tool--1"]});
    let found = similarity(&report, &report, &deep).unwrap();
    assert_eq!(
        found.properties().len(),
        1,
        "references are not followed at depth 0"
    );
    let far = |longitude: f64| json!({"type": "location", "latitude": 0.0, "longitude": longitude});
    assert!(
        near(score(far(0.0), far(90.0)).score(), 0.0),
        "never below 0"
    );
    let blog = |id: &str| json!({"source_name": "blog", "external_id": id, "url": "a"});
    let many = json!({"type": "vulnerability", "external_references": [blog("1"), blog("2")]});
    assert!(
        near(score(many.clone(), many).score(), 100.0),
        "never above 100"
    );
    let yara = |text: &str| json!({"type": "indicator", "pattern_type": "yara", "pattern": text});
    assert!(near(score(yara("rule a"), yara("rule a")).score(), 100.0));
    assert!(near(score(yara("rule a"), yara("rule b")).score(), 0.0));
    let broken = |text: &str| json!({"type": "indicator", "pattern": text});
    assert!(near(score(broken("[a"), broken("[b")).score(), 0.0));
}

#[test]
fn different_types_and_versions_are_refused() {
    let refused =
        |left: &Value, right: &Value| similarity(left, right, &Options::default()).unwrap_err();
    let tool = json!({"type": "tool", "spec_version": "2.1", "name": "a"});
    let malware = json!({"type": "malware", "spec_version": "2.1"});
    let old = json!({"type": "tool", "name": "a"});
    assert_eq!(
        refused(&tool, &malware),
        SimilarityError::Types("tool".into(), "malware".into())
    );
    assert_eq!(
        refused(&tool, &old),
        SimilarityError::SpecVersions("2.1".into(), "2.0".into())
    );
    assert_eq!(refused(&json!([]), &tool), SimilarityError::NotAnObject);
    let options = Options {
        ignore_spec_version: true,
        ..Options::default()
    };
    assert!(near(
        similarity(&tool, &old, &options).unwrap().score(),
        100.0
    ));
}

#[test]
fn long_texts_are_cut() {
    let name = |end: &str| json!({"type": "tool", "name": "x".repeat(TEXT_CHARS_MAX) + end});
    let found = similarity(&name("a"), &name("b"), &Options::default()).unwrap();
    assert!(near(found.score(), 100.0));
}
