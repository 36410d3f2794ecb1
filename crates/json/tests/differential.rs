//! Against `serde_json` and `serde_json_canonicalizer`: what both read, both spell alike.

use json::{AdmissionError, Limits, admit, is_canonical};
use proptest::prelude::*;
use serde_json::Value;

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-(1i64 << 53) + 1..1i64 << 53).prop_map(Value::from),
        any::<f64>().prop_filter_map("finite and not a large integer", |value| {
            let large = value.abs() >= 9_007_199_254_740_992.0 && value.abs() < 1e21;
            (value.is_finite() && !large).then(|| Value::from(value))
        }),
        (-1000i32..1000, -10i32..10)
            .prop_map(|(digits, exponent)| Value::from(f64::from(digits) * 10f64.powi(exponent))),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-c]{0,3}",
        "[\u{0}-\u{20}\"\\\\/\u{fffe}\u{10000}]{0,20}"
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::hash_map(text(), inner, 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn spells_like_the_canonicalizer(value in value()) {
        let theirs = serde_json_canonicalizer::to_string(&value).unwrap();
        for spelled in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let ours = admit(spelled.as_bytes(), &Limits::default()).unwrap();
            prop_assert_eq!(ours.as_str(), &theirs);
        }
        prop_assert_eq!(is_canonical(theirs.as_bytes(), &Limits::default()), Ok(()));
    }

    #[test]
    fn escapes_do_not_matter(value in value()) {
        // Every character of every string as \uXXXX.
        let mut spelled = String::new();
        let mut inside = false;
        let plain = value.to_string();
        let mut rest = plain.chars();
        while let Some(c) = rest.next() {
            match c {
                '"' => { inside = !inside; spelled.push(c); }
                '\\' => {
                    let escape = rest.next().unwrap();
                    spelled.extend([c, escape]);
                    if escape == 'u' {
                        spelled.extend(rest.by_ref().take(4));
                    }
                }
                c if inside => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        spelled.push_str(&format!("\\u{unit:04X}"));
                    }
                }
                c => spelled.push(c),
            }
        }
        let ours = admit(spelled.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(ours.as_str(), serde_json_canonicalizer::to_string(&value).unwrap());
    }

    #[test]
    fn is_idempotent(value in value()) {
        let once = admit(value.to_string().as_bytes(), &Limits::default()).unwrap();
        let twice = admit(once.as_bytes(), &Limits::default()).unwrap();
        prop_assert_eq!(once, twice);
    }

    /// Damaged texts: whoever refuses, we refuse; what we admit, serde_json reads alike.
    #[test]
    fn admits_no_more_than_serde_json(value in value(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = value.to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let theirs: Result<Value, _> = serde_json::from_slice(&bytes);
        match admit(&bytes, &Limits::default()) {
            Ok(ours) => prop_assert_eq!(
                ours.as_str(),
                serde_json_canonicalizer::to_string(&theirs.unwrap()).unwrap()
            ),
            // The only reasons of ours that serde_json does not share.
            Err(AdmissionError::DuplicateMember { .. } | AdmissionError::IntegerTooLarge { .. }) => {}
            Err(err) => prop_assert!(theirs.is_err(), "{err}"),
        }
    }

    #[test]
    fn survives_anything(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = admit(&bytes, &Limits::default());
    }
}
