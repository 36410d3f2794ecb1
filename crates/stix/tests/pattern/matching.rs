//! Matching, section by section of STIX 2.1 §9.

use serde_json::{Value, json};
use stix::pattern::{
    BacktracksExhausted, CompileErrorKind, MatchError, MatchLimits, Matcher, NUMBER_OBSERVED_MAX,
    Observed, ObservedError, Pattern, RegexError, StepsExhausted,
};

fn matcher(pattern: &str) -> Matcher {
    Matcher::new(&pattern.parse().unwrap(), MatchLimits::default()).unwrap()
}

/// An observed-data object with the deprecated container.
fn container(first: &str, last: &str, number: u64, objects: &Value) -> Value {
    json!({
        "type": "observed-data", "first_observed": first, "last_observed": last,
        "number_observed": number, "objects": objects,
    })
}

fn view(observed_data: &Value) -> Observed<'_> {
    Observed::from_observed_data(observed_data, |_| None).unwrap()
}

/// Checks which of the patterns match one observation of these objects.
#[track_caller]
fn check(objects: &Value, matching: &[&str], failing: &[&str]) {
    let data = container("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", 1, objects);
    let seen = [view(&data)];
    for pattern in matching {
        assert!(
            matcher(pattern).matches(&seen).unwrap(),
            "{pattern} should match"
        );
    }
    for pattern in failing {
        assert!(
            !matcher(pattern).matches(&seen).unwrap(),
            "{pattern} should not match"
        );
    }
}

/// Events of kinds at seconds of a minute: `("a", 0, 0, 1)` is one a at second 0.
fn events(events: &[(&str, u32, u32, u64)]) -> Vec<Value> {
    let at = |second: &u32| format!("2020-01-01T00:{:02}:{:02}Z", second / 60, second % 60);
    events
        .iter()
        .map(|(kind, first, last, number)| {
            container(
                &at(first),
                &at(last),
                *number,
                &json!({"0": {"type": "e", "k": kind}}),
            )
        })
        .collect()
}

#[track_caller]
fn find(pattern: &str, data: &[Value]) -> Option<Vec<usize>> {
    let pattern = pattern
        .replace("[a]", "[e:k = 'a']")
        .replace("[b]", "[e:k = 'b']")
        .replace("[c]", "[e:k = 'c']");
    let seen: Vec<_> = data.iter().map(view).collect();
    matcher(&pattern).find(&seen).unwrap()
}

#[test]
fn section_9_5_every_test_starts_from_the_same_object() {
    let objects = json!({
        "0": {"type": "network-traffic", "src_ref": "1"},
        "1": {"type": "ipv4-addr", "value": "203.0.113.10"},
        "2": {"type": "network-traffic", "dst_ref": "3"},
        "3": {"type": "ipv4-addr", "value": "198.51.100.58"},
    });
    check(
        &objects,
        &[
            "[network-traffic:src_ref.value = '203.0.113.10']",
            "[network-traffic:src_ref.value = '203.0.113.10'] OR [network-traffic:dst_ref.value = 'x']",
            "[network-traffic:src_ref.value = 'x' OR ipv4-addr:value = '198.51.100.58']",
        ],
        &[
            "[network-traffic:src_ref.value = '203.0.113.10' AND network-traffic:dst_ref.value = '198.51.100.58']",
            "[network-traffic:src_ref.value = '203.0.113.10' AND ipv4-addr:value = '203.0.113.10']",
            // AND between observations needs two of them (§9.5.2).
            "[network-traffic:src_ref.value = '203.0.113.10'] AND [network-traffic:dst_ref.value = '198.51.100.58']",
        ],
    );
}

#[test]
fn section_9_6_absent_is_false_incompatible_is_unequal() {
    check(
        &json!({"0": {"type": "t", "n": 5, "s": "x"}}),
        &[
            "[t:n != 'x']",
            "[t:n NOT = 'x']",
            "[t:n NOT > 'x']",
            "[NOT EXISTS t:m]",
            "[EXISTS t:n]",
        ],
        &[
            "[t:m != 5]",
            "[t:m NOT = 5]",
            "[t:m NOT LIKE 'x']",
            "[t:m NOT IN (5)]",
            "[t:m.n != 5]",
            "[t:n[0] != 5]",
            "[t:n = '5']",
            "[t:n > 'x']",
            "[t:n NOT != 'x']",
            "[EXISTS t:m]",
            "[NOT EXISTS t:n]",
            "[NOT EXISTS u:n]",
        ],
    );
}

#[test]
fn section_9_6_2_strings_compare_by_code_point() {
    check(
        &json!({"0": {"type": "t", "o": "\u{6f}\u{300}", "l": "\u{ff5e}", "x": ""}}),
        &[
            "[t:o > 'oz']",
            "[t:o < 'z']",
            "[t:o < '\u{f2}']",
            "[t:o != '\u{f2}']",
            "[t:o LIKE '\u{f2}']",
            "[t:o MATCHES '^\u{f2}$']",
            "[t:l < '\u{10000}']",
            "[t:x = '']",
            "[t:x < 'a']",
        ],
        &["[t:o = '\u{f2}']", "[t:l > '\u{10000}']"],
    );
}

#[test]
fn section_9_6_4_binary_properties_compare_as_octets() {
    check(
        &json!({"0": {"type": "artifact", "payload_bin": "dGhpcyBpcyBhIHRlc3Q=", "x_hex": "FFd8", "bad_hex": "xx"}}),
        &[
            "[artifact:payload_bin = 'this is a test']",
            "[artifact:payload_bin = b'dGhpcyBpcyBhIHRlc3Q=']",
            "[artifact:payload_bin = h'7468697320697320612074657374']",
            "[artifact:payload_bin LIKE 'this%']",
            "[artifact:payload_bin != '\u{100}']",
            "[artifact:x_hex = h'ffd8']",
            "[artifact:x_hex IN (h'00', b'/9g=')]",
            "[artifact:x_hex > h'ff']",
            "[artifact:x_hex < h'ffd800']",
            "[artifact:x_hex MATCHES '^\\\\xff.$']",
            "[artifact:x_hex = '\u{ff}\u{d8}']",
        ],
        &[
            "[artifact:payload_bin = 'dGhpcyBpcyBhIHRlc3Q=']",
            "[artifact:payload_bin > '\u{100}']",
            "[artifact:x_hex = 'FFd8']",
            "[artifact:bad_hex != h'00']",
            "[artifact:x_hex MATCHES '\u{100}|.']",
        ],
    );
}

#[test]
fn section_9_7_paths_lists_dictionaries_and_references() {
    check(
        &json!({
            "0": {"type": "file", "name": "a", "hashes": {"SHA-256": "ab"}, "contains_refs": ["1", "2", "9"],
                  "extensions": {"windows-pebinary-ext": {"sections": [{"entropy": 1.5}, {"entropy": 7.25}]}}},
            "1": {"type": "file", "name": "b", "parent_directory_ref": "0"},
            "2": {"type": "directory", "path": "/", "name_ref": "self"},
        }),
        &[
            "[file:hashes.'SHA-256' = 'ab']",
            "[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]",
            "[file:extensions.'windows-pebinary-ext'.sections[1].entropy = 7.25]",
            "[file:contains_refs[*].name = 'b']",
            "[file:contains_refs[1].path = '/']",
            "[file:parent_directory_ref.contains_refs[0].parent_directory_ref.name = 'a']",
            "[EXISTS file:contains_refs[2]]",
            "[EXISTS directory:name_ref]",
            // The reference is the object it refers to, and an object equals no constant.
            "[file:parent_directory_ref != '0']",
        ],
        &[
            "[file:extensions.'windows-pebinary-ext'.sections[2].entropy != 0]",
            "[file:extensions.'windows-pebinary-ext'.sections[-1].entropy > 0]",
            "[file:contains_refs.name = 'b']",
            "[file:contains_refs[2].name != 'b']",
            "[file:parent_directory_ref = '0']",
            "[directory:name_ref != 'x']",
            "[file:hashes[*] = 'ab']",
        ],
    );
}

#[test]
fn any_element_and_not() {
    check(
        &json!({"0": {"type": "t", "l": [1, 5], "e": []}}),
        &["[t:l[*] = 5]", "[t:l[*] != 5]", "[t:l[*] NOT = 7]"],
        // §9.6.1 negates the comparison, which is true because of the 5.
        &[
            "[t:l[*] NOT = 5]",
            "[t:e[*] != 5]",
            "[t:e[*] NOT = 5]",
            "[EXISTS t:e[*]]",
        ],
    );
}

#[test]
fn object_refs_reach_only_what_they_name() {
    let objects = [
        json!({"type": "network-traffic", "id": "network-traffic--1", "src_ref": "ipv4-addr--1", "dst_ref": "ipv4-addr--2"}),
        json!({"type": "ipv4-addr", "id": "ipv4-addr--1", "value": "10.0.0.1"}),
        json!({"type": "ipv4-addr", "id": "ipv4-addr--2", "value": "10.0.0.2"}),
    ];
    let data = json!({
        "type": "observed-data", "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z",
        "number_observed": 1, "object_refs": ["network-traffic--1", "ipv4-addr--1", "ipv4-addr--7"],
    });
    let resolve = |id: &str| objects.iter().find(|object| object["id"] == id);
    let seen = [Observed::from_observed_data(&data, resolve).unwrap()];
    let matches = |pattern: &str| matcher(pattern).matches(&seen).unwrap();
    assert!(matches("[network-traffic:src_ref.value = '10.0.0.1']"));
    assert!(
        !matches("[network-traffic:dst_ref.value = '10.0.0.2']"),
        "§9.7.4: not listed, not found"
    );
    assert!(!matches("[ipv4-addr:value = '10.0.0.2']"));
}

#[test]
fn section_9_5_1_within_is_half_open() {
    let data = events(&[("a", 0, 0, 1), ("b", 5, 5, 1), ("a", 8, 12, 1)]);
    assert_eq!(find("([a] AND [b]) WITHIN 3 SECONDS", &data), None);
    assert_eq!(
        find("([a] AND [b]) WITHIN 3.1 SECONDS", &data),
        Some(vec![1, 2])
    );
    assert_eq!(find("([a] AND [b]) WITHIN 5 SECONDS", &data[..2]), None);
    assert_eq!(find("[a] REPEATS 2 TIMES WITHIN 8.0 SECONDS", &data), None);
    assert_eq!(
        find("[a] REPEATS 2 TIMES WITHIN 8.000001 SECONDS", &data),
        Some(vec![0, 2])
    );
    assert_eq!(find("[b] WITHIN 0.001 SECONDS", &data), Some(vec![1]));
}

#[test]
fn section_9_5_1_repeats_counts_different_observations() {
    let data = events(&[("a", 0, 0, 3), ("b", 5, 5, 1), ("a", 9, 9, 1)]);
    assert_eq!(find("[a] REPEATS 4 TIMES", &data), Some(vec![0, 2]));
    assert_eq!(find("[a] REPEATS 5 TIMES", &data), None);
    assert_eq!(
        find("([a] OR [b]) REPEATS 5 TIMES", &data),
        Some(vec![0, 1, 2])
    );
    assert_eq!(
        find("[a] REPEATS 3 TIMES AND [a] AND [b]", &data),
        Some(vec![0, 1, 2])
    );
    assert_eq!(find("[a] REPEATS 4 TIMES AND [a]", &data), None);
    assert_eq!(find("([a] AND [b]) REPEATS 2 TIMES", &data), None);
    assert_eq!(find("[a] REPEATS 18446744073709551615 TIMES", &data), None);
    assert_eq!(
        find(
            "(([a] AND [b]) REPEATS 4000000000 TIMES) REPEATS 4000000000 TIMES",
            &data
        ),
        None
    );
}

#[test]
fn distinct_observations_are_found_by_exchange() {
    // The first choice for [a] OR [b] must be given up for [a].
    let data = events(&[("a", 0, 0, 1), ("b", 5, 5, 1), ("c", 6, 6, 1)]);
    assert_eq!(
        find("([a] OR [b]) AND ([a] OR [c]) AND [a]", &data),
        Some(vec![0, 1, 2])
    );
    assert_eq!(find("([a] OR [b]) AND ([a] OR [b]) AND [a]", &data), None);
}

#[test]
fn section_9_5_1_start_is_in_stop_is_out() {
    let data = events(&[("a", 5, 5, 1)]);
    let between = |start: u8, stop: u8| {
        format!("[a] START t'2020-01-01T00:00:{start:02}Z' STOP t'2020-01-01T00:00:{stop:02}Z'")
    };
    assert!(find(&between(5, 6), &data).is_some());
    assert!(find(&between(4, 5), &data).is_none());
    assert!(find(&between(5, 5), &data).is_none());
    assert!(find(&between(9, 1), &data).is_none());
    let interval = events(&[("a", 5, 9, 1)]);
    assert!(find(&between(1, 6), &interval).is_some());
    assert!(find(&between(9, 10), &interval).is_some());
    assert!(find(&between(1, 5), &interval).is_none());
}

#[test]
fn section_9_5_2_followed_by_allows_the_same_time() {
    let data = events(&[("a", 5, 5, 1), ("b", 5, 5, 1), ("c", 1, 1, 1)]);
    assert_eq!(find("[a] FOLLOWEDBY [b]", &data), Some(vec![0, 1]));
    assert_eq!(find("[b] FOLLOWEDBY [a]", &data), Some(vec![0, 1]));
    assert_eq!(find("[a] FOLLOWEDBY [c]", &data), None);
    assert_eq!(
        find("[a] FOLLOWEDBY [a]", &data),
        None,
        "different observations"
    );
    assert_eq!(
        find("[c] FOLLOWEDBY [a] FOLLOWEDBY [b]", &data),
        Some(vec![0, 1, 2])
    );
    assert_eq!(find("[a] AND [b] FOLLOWEDBY [c]", &data), None);
    assert_eq!(
        find("([c] OR [b]) FOLLOWEDBY [a]", &data[..2]),
        Some(vec![0, 1])
    );
}

#[test]
fn one_choice_of_times_satisfies_everything() {
    // a and b can be ordered either way, but not both at once with c between.
    let data = events(&[("a", 0, 10, 1), ("b", 0, 10, 1), ("c", 5, 5, 1)]);
    assert!(find("[a] FOLLOWEDBY [c] FOLLOWEDBY [b]", &data).is_some());
    assert!(find("([a] FOLLOWEDBY [c]) WITHIN 1 SECONDS", &data).is_some());
    let late = "([a] START t'2020-01-01T00:00:06Z' STOP t'2020-01-01T00:01:00Z' FOLLOWEDBY [b]) FOLLOWEDBY [c]";
    assert_eq!(find(late, &data), None);
    let apart = events(&[("a", 0, 2, 1), ("b", 4, 20, 1), ("c", 18, 30, 1)]);
    assert!(find("([a] FOLLOWEDBY [b]) WITHIN 3 SECONDS", &apart).is_some());
    assert!(find("([b] FOLLOWEDBY [c]) WITHIN 3 SECONDS", &apart).is_some());
    assert!(
        find(
            "([a] FOLLOWEDBY [b] FOLLOWEDBY [c]) WITHIN 16 SECONDS",
            &apart
        )
        .is_none()
    );
    assert!(
        find(
            "([a] FOLLOWEDBY [b] FOLLOWEDBY [c]) WITHIN 16.1 SECONDS",
            &apart
        )
        .is_some()
    );
}

#[test]
fn many_observations_are_bound_in_bounded_steps() {
    let data: Vec<_> = (0..3_000)
        .map(|second| (["a", "b"][second % 2], second as u32, second as u32, 1))
        .collect();
    let data = events(&data);
    assert!(find("[a] REPEATS 100 TIMES WITHIN 200 SECONDS", &data).is_some());
    assert!(find("[a] REPEATS 100 TIMES WITHIN 198 SECONDS", &data).is_none());
    assert!(
        find(
            "([a] FOLLOWEDBY [b] FOLLOWEDBY [a]) WITHIN 2.5 SECONDS",
            &data
        )
        .is_some()
    );
    assert!(find("([a] FOLLOWEDBY [c]) WITHIN 2 SECONDS", &data).is_none());
    assert!(find("([a] AND [b]) REPEATS 50 TIMES WITHIN 100 SECONDS", &data).is_some());
}

#[test]
fn limits_are_named() {
    let data = container(
        "2020-01-01T00:00:00Z",
        "2020-01-01T00:00:00Z",
        1_000,
        &json!({"0": {"type": "e", "k": "aaaaaaaaaaaaaaaaaaaaaaaaab", "n": vec![1; 1_000]}}),
    );
    let seen = [view(&data)];
    let run = |pattern: &str, limits: MatchLimits| {
        Matcher::new(&pattern.parse().unwrap(), limits)
            .unwrap()
            .matches(&seen)
            .unwrap_err()
    };
    let steps = MatchLimits {
        steps_max: 500,
        ..MatchLimits::default()
    };
    assert_eq!(
        run("[e:n[*] = 2]", steps),
        MatchError::Steps(StepsExhausted { limit: 500 })
    );
    let slots = MatchLimits {
        slots_max: 50,
        ..MatchLimits::default()
    };
    assert_eq!(
        run("([e:n[0] = 1] AND [e:n[1] = 1]) REPEATS 30 TIMES", slots),
        MatchError::Slots {
            needed: 51,
            limit: 50
        }
    );
    let backtracks = MatchLimits {
        regex_backtracks_max: 100,
        ..MatchLimits::default()
    };
    assert_eq!(
        run("[e:k MATCHES '(?:(a|aa)+)\\\\1c']", backtracks),
        MatchError::Regex(BacktracksExhausted { limit: 100 })
    );
    let fine = container(
        "2020-01-01T00:00:00.0000000000000000000000001Z",
        "2020-01-01T00:00:01Z",
        1,
        &json!({}),
    );
    let fine = [view(&fine)];
    let pattern = matcher("[e:k = 'a'] WITHIN 1 SECONDS REPEATS 2 TIMES");
    assert_eq!(
        pattern.matches(&fine).unwrap_err(),
        MatchError::TimeTooFine {
            digits: 25,
            limit: 24
        }
    );
}

#[test]
fn invalid_constants_match_nothing_and_say_why() {
    let refused = |pattern: &str| {
        let pattern: Pattern = pattern.parse().unwrap();
        let error = Matcher::new(&pattern, MatchLimits::default()).unwrap_err();
        let place = error.span().of(pattern.as_str()).unwrap().to_owned();
        (error.kind().clone(), place)
    };
    let regex = RegexError::Invalid {
        at: 0,
        reason: "the closing parenthesis is missing",
    };
    assert_eq!(
        refused("[a:b MATCHES '(']"),
        (CompileErrorKind::Regex(regex), "'('".into())
    );
    assert_eq!(
        refused("[a:b ISSUBSET 'x']"),
        (CompileErrorKind::Network, "'x'".into())
    );
    assert_eq!(
        refused("[a:b IN (1, 'x')]"),
        (CompileErrorKind::MixedSet, "'x'".into())
    );
    assert_eq!(
        refused("[a:b = 1] REPEATS 0 TIMES"),
        (CompileErrorKind::ZeroRepeats, "REPEATS 0 TIMES".into())
    );
    assert_eq!(
        refused("[a:b = 1] WITHIN 0.0 SECONDS"),
        (CompileErrorKind::ZeroWindow, "WITHIN 0.0 SECONDS".into())
    );
}

#[test]
fn hostile_patterns_end_soon() {
    let wide = format!("[a:b = 1]{}", " WITHIN 1 SECONDS".repeat(50_000));
    let pattern: Pattern = wide.parse().unwrap();
    let refused = Matcher::new(&pattern, MatchLimits::default()).unwrap_err();
    assert_eq!(refused.kind(), &CompileErrorKind::QualifierTwice);
    assert_eq!(
        stix::pattern::check(&pattern, &MatchLimits::default()).len(),
        50_000
    );
    // A reference to itself, followed as often as a path can say.
    let cyclic = format!("[a:b_refs[*]{} = 1]", ".b_refs[*]".repeat(62));
    let object = json!({"0": {"type": "a", "b_refs": ["0"]}});
    let data = container("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", 1, &object);
    assert!(!matcher(&cyclic).matches(&[view(&data)]).unwrap());
    let object = json!({"0": {"type": "a", "b_refs": ["0", "0"]}});
    let data = container("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", 1, &object);
    let limit = 200_000;
    let matcher = |pattern: &str| {
        let limits = MatchLimits {
            steps_max: limit,
            ..MatchLimits::default()
        };
        Matcher::new(&pattern.parse().unwrap(), limits).unwrap()
    };
    let exhausted = MatchError::Steps(StepsExhausted { limit });
    assert_eq!(
        matcher(&cyclic).matches(&[view(&data)]).unwrap_err(),
        exhausted
    );
    // Every way of deciding forty times between two: more than can be tried.
    let either = "([a:n = 1] WITHIN 1 SECONDS OR [a:n = 2] REPEATS 2 TIMES)";
    let many = format!("{} AND [a:n = 3]", [either; 40].join(" AND "));
    let seen = events(&[("a", 0, 0, 100)]);
    let seen: Vec<_> = seen.iter().map(view).collect();
    assert!(matches!(
        matcher(&many).matches(&seen),
        Ok(false) | Err(MatchError::Steps(_))
    ));
    let list = (0..15_000)
        .map(|n| format!("[a:n = {n}]"))
        .collect::<Vec<_>>();
    let long: Pattern = list.join(" AND ").parse().unwrap();
    assert!(long.normal_form().is_ok());
    let long: Pattern = list
        .join(" AND ")
        .replace("] AND [", " AND ")
        .parse()
        .unwrap();
    assert!(long.normal_form().is_ok());
}

#[test]
fn observed_data_that_cannot_be_matched() {
    let good = container(
        "2020-01-01T00:00:00Z",
        "2020-01-01T00:00:01Z",
        1,
        &json!({}),
    );
    let with = |property: &str, value: Value| {
        let mut data = good.clone();
        data[property] = value;
        Observed::from_observed_data(&data, |_| None).unwrap_err()
    };
    assert_eq!(
        with("type", json!("indicator")),
        ObservedError::NotObservedData
    );
    assert_eq!(
        with("first_observed", json!(5)),
        ObservedError::WrongType("first_observed")
    );
    assert_eq!(
        with("last_observed", json!("2019-01-01T00:00:00Z")),
        ObservedError::LastBeforeFirst
    );
    assert_eq!(with("number_observed", json!(0)), ObservedError::Number(0));
    assert_eq!(
        with("number_observed", json!(NUMBER_OBSERVED_MAX + 1)),
        ObservedError::Number(1_000_000_000)
    );
    assert_eq!(
        with("number_observed", json!(1.5)),
        ObservedError::WrongType("number_observed")
    );
    assert_eq!(
        with("objects", json!([])),
        ObservedError::WrongType("objects")
    );
    assert_eq!(
        with("object_refs", json!("x")),
        ObservedError::WrongType("object_refs")
    );
    assert!(matches!(
        with("first_observed", json!("x")),
        ObservedError::Time {
            property: "first_observed",
            ..
        }
    ));
    let mut without = good.clone();
    without.as_object_mut().unwrap().remove("objects");
    let error = Observed::from_observed_data(&without, |_| None).unwrap_err();
    assert_eq!(error, ObservedError::Missing("object_refs"));
}
