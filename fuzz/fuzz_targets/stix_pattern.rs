//! A pattern: what parses prints, and says the same when it is read again; checking, normal form and matching end.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use stix::pattern::{MatchLimits, Matcher, Observed, ParseLimits, Pattern, check};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = Pattern::upgrade(text, &ParseLimits::default());
    let pattern: Pattern = match text.parse() {
        Ok(pattern) => pattern,
        Err(error) => {
            assert!(error.span().end() <= text.len() && text.is_char_boundary(error.span().start()));
            return;
        }
    };
    let printed = pattern.to_string();
    let again: Pattern = printed.parse().expect("what is printed parses");
    assert_eq!(pattern, again, "{printed}");
    assert_eq!(again.to_string(), printed);
    let limits = MatchLimits { steps_max: 20_000, regex_backtracks_max: 2_000, regex_bytes_max: 1 << 18, slots_max: 50 };
    for finding in check(&pattern, &limits) {
        assert!(finding.span().of(text).is_some());
    }
    if let Ok(same) = pattern.is_equivalent(&again) {
        assert!(same);
    }
    let Ok(matcher) = Matcher::new(&pattern, limits) else { return };
    let data = [
        json!({"type": "file", "name": "a.exe", "size": 3, "hashes": {"MD5": "00"}, "parent_directory_ref": "1"}),
        json!({"type": "ipv4-addr", "value": "198.51.100.3"}),
        json!({"type": "a", "b": [1, 2.5, "c", true], "c": {"d": "e"}}),
    ];
    let observed = |time: &str| {
        let time = time.parse().expect("a time");
        let objects = data.iter().enumerate().map(|(at, object)| (["0", "1", "2"][at], object.as_object().expect("one")));
        Observed::from_objects(time, "2026-01-02T00:00:00Z".parse().expect("a time"), 2, objects).expect("in order")
    };
    let observations = [observed("2026-01-01T00:00:00Z"), observed("2026-01-01T12:00:00.5Z")];
    let found = matcher.find(&observations);
    if let Ok(second) = Matcher::new(&again, limits) {
        assert_eq!(found, second.find(&observations), "one pattern, one answer");
    }
});
