//! One object: what the checker says has a place in the text, the judgement does not depend on how the text is
//! spelt, and what is taken is what admission makes of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stix::{CheckOptions, Checker, Object, tree::Arena, upgrade};

fuzz_target!(|data: &[u8]| {
    let mut checker = Checker::new(CheckOptions::default());
    let report = checker.report(data);
    let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
    for problem in report.problems() {
        assert!(problem.path.starts_with('$') && (1..=lines).contains(&problem.line));
        assert!(!problem.message.contains("{n}") && !problem.message.contains("{v}"));
    }
    assert_eq!(report.valid, report.errors.is_empty());
    let _ = upgrade::upgrade(data, upgrade::UpgradeOptions::default(), uuid::Uuid::nil);
    let mut arena = Arena::default();
    let Ok(tree) = arena.parse(data) else {
        assert!(Object::admit(data).is_err());
        return;
    };
    let canonical = tree.root().to_canonical();
    let admitted = json::admit(data, &json::Limits::default()).expect("two readers of one grammar");
    assert_eq!(canonical, admitted.as_str());
    // Judged anew from its canonical text, the same rules are broken; an object that repeats no problem is whole.
    let again = checker.report(canonical.as_bytes());
    if report.omitted == 0 && again.omitted == 0 {
        let rules = |report: &stix::Report| {
            let mut rules: Vec<_> = report.problems().map(|problem| (problem.rule, problem.path.clone())).collect();
            rules.sort();
            rules
        };
        assert_eq!(rules(&report), rules(&again));
    }
    if let Ok(object) = Object::admit(data) {
        assert_eq!(object.bytes(), canonical.as_bytes());
        let _ = stix::marking::redact(tree.root(), |_| false);
    }
});
