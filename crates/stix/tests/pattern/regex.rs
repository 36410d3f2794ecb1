//! MATCHES against PCRE2 itself, whose verdicts on random expressions are recorded.

use serde_json::{Value, json};
use stix::pattern::{CompileErrorKind, MatchLimits, Matcher, Observed, Pattern, RegexError};

const VERDICTS: &str = include_str!("../pattern-oracle/regex.jsonl");

fn matches(matcher: &Matcher, subject: &str) -> bool {
    let object = json!({"type": "a", "b": subject});
    let moment: stix::pattern::Moment = "2020-01-01T00:00:00Z".parse().unwrap();
    let objects = [("0", object.as_object().unwrap())];
    matcher
        .matches(&[Observed::from_objects(moment.clone(), moment, 1, objects).unwrap()])
        .unwrap()
}

#[test]
fn pcre2_agrees() {
    let (mut same, mut unsupported) = (0, 0);
    let mut wrong = Vec::new();
    for line in VERDICTS.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let regex = case["regex"].as_str().unwrap();
        let quoted = regex.replace('\\', "\\\\").replace('\'', "\\'");
        let pattern: Pattern = format!("[a:b MATCHES '{quoted}']").parse().unwrap();
        let is_error = case["verdict"] == "error";
        match Matcher::new(&pattern, MatchLimits::default()) {
            Err(error) => match error.kind() {
                CompileErrorKind::Regex(RegexError::Invalid { .. }) if is_error => same += 1,
                CompileErrorKind::Regex(RegexError::Unsupported(_)) => unsupported += 1,
                kind => wrong.push(format!("{regex}: refused: {kind}")),
            },
            Ok(_) if is_error => wrong.push(format!("{regex}: accepted")),
            Ok(matcher) => {
                let subjects = case["subjects"].as_array().unwrap();
                for (subject, verdict) in subjects.iter().zip(case["verdict"].as_array().unwrap()) {
                    let ours = matches(&matcher, subject.as_str().unwrap());
                    if ours != *verdict {
                        wrong.push(format!("{regex} on {subject}: {ours}"));
                    }
                }
                same += 1;
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {same}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(unsupported < same / 20, "{unsupported} of {same}");
}
