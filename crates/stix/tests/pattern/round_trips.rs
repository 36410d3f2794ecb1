//! Printing and parsing again: real patterns, and random trees. And what must never happen.

use proptest::prelude::*;
use stix::pattern::ast::{
    Comparison, Condition, Constant, Float, ObjectPath, Observation, Operator, Qualifier, Step,
    Test,
};
use stix::pattern::{
    Located, MatchLimits, Matcher, MomentError, ParseErrorKind, ParseLimits, Pattern, Window, check,
};

const REAL: &str = include_str!("../pattern-oracle/real.jsonl");

#[test]
fn real_patterns_print_and_parse_again() {
    let mut parsed = 0;
    for line in REAL.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = line["pattern"].as_str().unwrap();
        let pattern = text.parse::<Pattern>();
        assert_eq!(pattern.is_ok(), line["valid"], "{text}");
        let Ok(pattern) = pattern else { continue };
        assert_eq!(pattern.as_str(), text);
        let printed = pattern.to_string();
        let again: Pattern = printed.parse().unwrap();
        assert_eq!(again, pattern, "{printed}");
        assert_eq!(again.to_string(), printed);
        let _ = Matcher::new(&pattern, MatchLimits::default());
        parsed += 1;
    }
    assert!(parsed > 300, "{parsed}");
}

#[test]
fn the_canonical_text() {
    for (text, canonical) in [
        ("[ file : name=='a' ]", "[file:name = 'a']"),
        ("[file:size<>+5]", "[file:size != 5]"),
        ("[(((a:b = 1)))]", "[a:b = 1]"),
        (
            "[(a:b = 1 AND a:c = 2) OR a:d = 3]",
            "[a:b = 1 AND a:c = 2 OR a:d = 3]",
        ),
        (
            "[a:b = 1 AND (a:c = 2 OR a:d = 3)]",
            "[a:b = 1 AND (a:c = 2 OR a:d = 3)]",
        ),
        (
            "[a:b = 1 AND (a:c = 2 AND a:d = 3)]",
            "[a:b = 1 AND (a:c = 2 AND a:d = 3)]",
        ),
        (
            "(([a:b = 1]))  REPEATS 2 TIMES",
            "[a:b = 1] REPEATS 2 TIMES",
        ),
        (
            "([a:b = 1] WITHIN 5.50 SECONDS) WITHIN .5 SECONDS",
            "([a:b = 1] WITHIN 5.5 SECONDS) WITHIN 0.5 SECONDS",
        ),
        ("[a:'b'.'c-d'.'IN'.'' = 1.0]", "[a:b.'c-d'.'IN'.'' = 1.0]"),
        (
            "[a:b = h'AF' OR a:b = b'A\nA==']",
            "[a:b = h'af' OR a:b = b'AA==']",
        ),
        (
            "[a:b = t'2020-01-01T00:00:00.1230Z']",
            "[a:b = t'2020-01-01T00:00:00.123Z']",
        ),
        ("[a:b NOT IN(1,2)] /* x */ // y", "[a:b NOT IN (1, 2)]"),
        ("[a:b\u{2003}=\u{85}1]", "[a:b = 1]"),
        ("[a:b = 'it\\'s \\\\ \n']", "[a:b = 'it\\'s \\\\ \n']"),
    ] {
        assert_eq!(
            text.parse::<Pattern>().unwrap().to_string(),
            canonical,
            "{text}"
        );
    }
}

#[test]
fn patterns_of_stix_20_become_patterns_of_21() {
    let old = "[a:b  = 1] START '2020-01-01T00:00:00.500Z' STOP t'2021-01-01T00:00:00Z'";
    let limits = ParseLimits::default();
    assert!(Pattern::parse(old, &limits).is_err());
    let new = Pattern::upgrade(old, &limits).unwrap();
    let text = "[a:b = 1] START t'2020-01-01T00:00:00.5Z' STOP t'2021-01-01T00:00:00Z'";
    assert_eq!(new.as_str(), text);
    assert_eq!(new.root().span().of(text), Some(text));
    let refused = Pattern::upgrade("[a:b = 1] START '2020' STOP '2021'", &limits).unwrap_err();
    assert_eq!(
        refused.kind(),
        &ParseErrorKind::InvalidTimestamp(MomentError::Form)
    );
}

#[test]
fn spans_show_the_text_of_each_part() {
    let text = "[a:b = 1] AND ([c:d[*].e NOT LIKE 'x%'] WITHIN 5 SECONDS)";
    let pattern: Pattern = text.parse().unwrap();
    assert_eq!(pattern.root().span().of(text), Some(text));
    let Observation::And(operands) = pattern.root().node() else {
        panic!("{pattern:?}")
    };
    assert_eq!(
        operands[1].span().of(text),
        Some("([c:d[*].e NOT LIKE 'x%'] WITHIN 5 SECONDS)")
    );
    let Observation::Qualified(inner, qualifiers) = operands[1].node() else {
        panic!("{pattern:?}")
    };
    assert_eq!(qualifiers[0].span().of(text), Some("WITHIN 5 SECONDS"));
    let Observation::Seen(comparison) = inner.node() else {
        panic!("{pattern:?}")
    };
    let Comparison::Test(test) = comparison.node() else {
        panic!("{pattern:?}")
    };
    assert_eq!(test.path.span().of(text), Some("c:d[*].e"));
    assert_eq!(test.path.node().steps[1].span().of(text), Some("[*]"));
}

fn name() -> impl Strategy<Value = Box<str>> {
    prop_oneof![
        "[a-z_][a-z0-9_]{0,6}",
        "[a-zA-Z0-9_. -]{0,6}",
        Just("AND".to_owned()),
        "\\PC{0,4}",
        Just("h".to_owned()),
    ]
    .prop_map(Into::into)
}

fn step() -> impl Strategy<Value = Located<Step>> {
    prop_oneof![
        name().prop_map(Step::Key),
        any::<i64>().prop_map(Step::Index),
        Just(Step::Any)
    ]
    .prop_map(Located::from)
}

fn path() -> impl Strategy<Value = Located<ObjectPath>> {
    (
        "[a-z_][a-z0-9_-]{0,8}x",
        name(),
        prop::collection::vec(step(), 0..4),
    )
        .prop_map(|(object_type, first, rest)| {
            let mut steps = vec![Step::Key(first).into()];
            steps.extend(rest);
            let object_type: Box<str> = object_type.into();
            ObjectPath {
                object_type: object_type.into(),
                steps,
            }
            .into()
        })
}

fn moment() -> impl Strategy<Value = String> {
    (
        0..10_000u16,
        1..=12u8,
        1..=28u8,
        0..24u8,
        0..60u8,
        0..60u8,
        "(\\.[0-9]{1,30})?",
    )
        .prop_map(|(y, mo, d, h, mi, s, f)| {
            format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}{f}Z")
        })
}

fn ordered() -> impl Strategy<Value = Constant> {
    prop_oneof![
        any::<i64>().prop_map(Constant::Integer),
        any::<f64>().prop_filter_map("finite", |value| Float::new(value).map(Constant::Float)),
        any::<String>().prop_map(|text| Constant::String(text.into())),
        any::<Vec<u8>>().prop_map(|octets| Constant::Binary(octets.into())),
        any::<Vec<u8>>().prop_map(|octets| Constant::Hex(octets.into())),
        moment().prop_map(|text| Constant::Timestamp(text.parse().unwrap())),
    ]
}

fn constant() -> impl Strategy<Value = Constant> {
    prop_oneof![1 => any::<bool>().prop_map(Constant::Boolean), 5 => ordered()]
}

fn condition() -> impl Strategy<Value = Condition> {
    let text = || any::<String>().prop_map(|text| Located::from(Box::<str>::from(text)));
    let order = prop::sample::select(vec![
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ]);
    let equal = prop::sample::select(vec![Operator::Equal, Operator::NotEqual]);
    prop_oneof![
        (equal, constant()).prop_map(|(op, constant)| Condition::Compare(op, constant.into())),
        (order, ordered()).prop_map(|(op, constant)| Condition::Compare(op, constant.into())),
        prop::collection::vec(constant().prop_map(Located::from), 0..4).prop_map(Condition::In),
        text().prop_map(Condition::Like),
        text().prop_map(Condition::Matches),
        text().prop_map(Condition::IsSubset),
        text().prop_map(Condition::IsSuperset),
        Just(Condition::Exists),
    ]
}

fn comparison() -> impl Strategy<Value = Located<Comparison>> {
    let test = (any::<bool>(), path(), condition()).prop_map(|(negated, path, condition)| {
        Located::from(Comparison::Test(Test {
            negated,
            path,
            condition,
        }))
    });
    test.prop_recursive(3, 12, 3, |inner| {
        let operands = prop::collection::vec(inner, 2..4);
        prop_oneof![
            operands
                .clone()
                .prop_map(|operands| Comparison::And(operands).into()),
            operands.prop_map(|operands| Comparison::Or(operands).into()),
        ]
    })
}

fn qualifier() -> impl Strategy<Value = Located<Qualifier>> {
    prop_oneof![
        (moment(), moment()).prop_map(|(start, stop)| Qualifier::StartStop(
            Located::from(start.parse::<stix::pattern::Moment>().unwrap()),
            Located::from(stop.parse::<stix::pattern::Moment>().unwrap()),
        )),
        (0..=1_000_000_000_000u64).prop_map(|s| Qualifier::Within(Window::from_secs(s).unwrap())),
        any::<u64>().prop_map(Qualifier::Repeats),
    ]
    .prop_map(Located::from)
}

fn observation() -> impl Strategy<Value = Located<Observation>> {
    let seen = comparison().prop_map(|inner| Located::from(Observation::Seen(inner)));
    seen.prop_recursive(4, 16, 3, |inner| {
        let operands = prop::collection::vec(inner.clone(), 2..4);
        let qualifiers = prop::collection::vec(qualifier(), 1..3);
        prop_oneof![
            operands
                .clone()
                .prop_map(|operands| Observation::And(operands).into()),
            operands
                .clone()
                .prop_map(|operands| Observation::Or(operands).into()),
            operands.prop_map(|operands| Observation::FollowedBy(operands).into()),
            (inner, qualifiers).prop_map(|(inner, list)| Observation::Qualified(
                Box::new(inner),
                list
            )
            .into()),
        ]
    })
}

/// Words that make texts near to patterns.
fn nearly() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "[",
            "]",
            "(",
            ")",
            ":",
            ".",
            "*",
            "=",
            "!=",
            "AND",
            "OR",
            "NOT",
            "IN",
            "LIKE",
            "MATCHES",
            "a",
            "b_ref",
            "'x'",
            "'",
            "\\",
            "5",
            "-",
            "1.5",
            "h'00'",
            "t'2020-01-01T00:00:00Z'",
            "FOLLOWEDBY",
            "WITHIN",
            "SECONDS",
            "REPEATS",
            "TIMES",
            "START",
            "STOP",
            "EXISTS",
            "/*",
            "//",
            "\n",
            "[a:b = 1]",
        ])
        .prop_map(str::to_owned),
        "\\PC",
    ];
    prop::collection::vec(word, 0..20).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_trees_print_and_parse_to_themselves(tree in observation()) {
        let pattern = Pattern::from_tree(&tree).unwrap();
        prop_assert_eq!(pattern.root(), &tree);
        let again: Pattern = pattern.to_string().parse().unwrap();
        prop_assert_eq!(again.root(), &tree);
    }

    #[test]
    fn no_text_makes_anything_panic(text in prop_oneof![any::<String>(), nearly()]) {
        if let Ok(pattern) = text.parse::<Pattern>() {
            prop_assert_eq!(&pattern.to_string().parse::<Pattern>().unwrap(), &pattern);
            let _ = check(&pattern, &MatchLimits::default());
            let _ = Matcher::new(&pattern, MatchLimits::default());
        }
    }

    #[test]
    fn no_regular_expression_makes_anything_panic(
        text in prop_oneof!["[a-z(){}\\[\\]\\\\?*+|^$.:<>=!,0-9QEgkxpdw&~-]{0,16}", any::<String>()],
        value in any::<String>(),
    ) {
        let quoted = text.replace('\\', "\\\\").replace('\'', "\\'");
        let pattern: Pattern = format!("[a:b MATCHES '{quoted}']").parse().unwrap();
        let octets: Pattern = format!("[a:b_bin MATCHES '{quoted}']").parse().unwrap();
        let object = serde_json::json!({"type": "a", "b": value, "b_bin": "AAECw6k="});
        let moment: stix::pattern::Moment = "2020-01-01T00:00:00Z".parse().unwrap();
        let objects = [("0", object.as_object().unwrap())];
        let seen = stix::pattern::Observed::from_objects(moment.clone(), moment, 1, objects).unwrap();
        for pattern in [pattern, octets] {
            if let Ok(matcher) = Matcher::new(&pattern, MatchLimits::default()) {
                let _ = matcher.matches(std::slice::from_ref(&seen));
            }
        }
    }
}
