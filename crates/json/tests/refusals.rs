//! Every reason for which a text is refused, one by one, with the place where it is wrong.

use json::{AdmissionError, Limits, admit, admit_canonical, canonical, is_canonical};

fn refusal(input: impl AsRef<[u8]>) -> String {
    match admit(input.as_ref(), &Limits::default()) {
        Ok(admitted) => panic!("admitted as {admitted:?}"),
        Err(err) => err.to_string(),
    }
}

#[track_caller]
fn check(input: impl AsRef<[u8]>, expected: &str) {
    assert_eq!(refusal(input), expected);
}

#[test]
fn not_utf8() {
    check(b"\"\xff\"", "not UTF-8 at byte 1");
    check(b"[\"a\", \"\xc3\"]", "not UTF-8 at byte 7");
    check(b"\"\xed\xa0\x80\"", "not UTF-8 at byte 1"); // a surrogate in CESU-8 fashion
    check(b"\"\xc0\xaf\"", "not UTF-8 at byte 1"); // overlong
    check(b"\xff\xfe1\x00", "not UTF-8 at byte 0");
}

#[test]
fn byte_order_mark() {
    check("\u{feff}{}", "a byte-order mark before the text");
    check("{}\u{feff}", "trailing bytes after the value, from byte 2");
}

#[test]
fn duplicate_member() {
    check(r#"{"a":1,"a":1}"#, r#"duplicate member "a" at byte 7 (/a)"#);
    check(
        r#"{"a":1,"\u0061":2}"#,
        r#"duplicate member "a" at byte 7 (/a)"#,
    );
    check(
        r#"{"x":[0,{"b":1,"a":2,"b":3}]}"#,
        r#"duplicate member "b" at byte 21 (/x/1/b)"#,
    );
    check(
        r#"{"é":1,"b":2,"\u00e9":3}"#,
        r#"duplicate member "é" at byte 14 (/é)"#,
    );
    check(
        r#"{"a/b~":1,"a/b~":2}"#,
        r#"duplicate member "a/b~" at byte 10 (/a~1b~0)"#,
    );
    check(
        r#"{"\u0001":1,"\u0001":2}"#,
        r#"duplicate member "\u{1}" at byte 12 (/)"#.replace("(/)", "(/\u{1})").as_str(),
    );
    check(r#"{"":1,"":2}"#, r#"duplicate member "" at byte 6 (/)"#);
}

#[test]
fn lone_surrogate() {
    check(r#""\ud800""#, "lone surrogate escape at byte 1");
    check(r#""\udc00""#, "lone surrogate escape at byte 1");
    check(r#"["a\ud800b"]"#, "lone surrogate escape at byte 3 (/0)");
    check(
        r#"{"k":"\ud83d\n"}"#,
        "lone surrogate escape at byte 6 (/k)",
    );
    check(r#""\ud83d\ud83d\ude00""#, "lone surrogate escape at byte 1");
    check(r#"{"\udead":1}"#, "lone surrogate escape at byte 2");
}

#[test]
fn integer_too_large() {
    let message = |place| format!("integer beyond ±9007199254740991 {place}");
    check("9007199254740992", &message("at byte 0"));
    check("-9007199254740992", &message("at byte 0"));
    check("9007199254740993.0", &message("at byte 0"));
    check("[1,1e20]", &message("at byte 3 (/1)"));
    check(r#"{"n":123456789012345678}"#, &message("at byte 5 (/n)"));
    for edge in [
        "9007199254740991",
        "-9007199254740991",
        "9.007199254740991e15",
    ] {
        assert!(admit(edge.as_bytes(), &Limits::default()).is_ok(), "{edge}");
    }
    // Not rounded in silence, though its canonical spelling would have an exponent.
    check("123456789012345678901234567890", &message("at byte 0"));
}

#[test]
fn not_finite() {
    check("1e309", "number is not finite at byte 0");
    check("[[-1e400]]", "number is not finite at byte 2 (/0/0)");
    check("NaN", "expected a value at byte 0");
    check("-Infinity", "expected a digit at byte 1");
}

#[test]
fn too_deep() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(admit(nested(64).as_bytes(), &Limits::default()).is_ok());
    let err = admit(nested(65).as_bytes(), &Limits::default()).unwrap_err();
    assert!(
        matches!(&err, AdmissionError::TooDeep { depth_max: 64, place } if place.offset == 64),
        "{err}"
    );
    let objects = "{\"a\":".repeat(65) + "1" + &"}".repeat(65);
    let err = admit(objects.as_bytes(), &Limits::default()).unwrap_err();
    assert!(matches!(err, AdmissionError::TooDeep { .. }), "{err}");
    let none = Limits {
        depth_max: 0,
        ..Limits::default()
    };
    assert!(admit(b"1", &none).is_ok());
    assert!(matches!(
        admit(b"[]", &none),
        Err(AdmissionError::TooDeep { depth_max: 0, .. })
    ));
    // A limit that a stack would not survive is not a stack overflow.
    let loose = Limits {
        depth_max: usize::MAX,
        ..Limits::default()
    };
    assert!(admit(nested(1_000_000).as_bytes(), &loose).is_ok());
}

#[test]
fn too_large() {
    let limits = Limits {
        bytes_max: 5,
        ..Limits::default()
    };
    assert!(admit(b"[1,2]", &limits).is_ok());
    let refused = AdmissionError::TooLarge {
        bytes: 6,
        bytes_max: 5,
    };
    assert_eq!(admit(b"[1,22]", &limits), Err(refused.clone()));
    assert_eq!(is_canonical(b"[1,22]", &limits), Err(refused));
    // Short as received, long when spelled canonically.
    let refused = AdmissionError::TooLarge {
        bytes: 8,
        bytes_max: 5,
    };
    assert_eq!(admit(b"1e-6", &limits), Err(refused));
}

#[test]
fn syntax() {
    check("", "expected a value at byte 0");
    check("  ", "expected a value at byte 2");
    check("[1,]", "expected a value at byte 3 (/1)");
    check("[1 2]", "expected `,` or `]` at byte 3 (/0)");
    check("[", "expected a value at byte 1 (/0)");
    check("{", "expected a member name at byte 1");
    check(r#"{"a":1,}"#, "expected a member name at byte 7");
    check(r#"{a:1}"#, "expected a member name at byte 1");
    check(r#"{"a" 1}"#, "expected `:` at byte 5 (/a)");
    check(r#"{"a":1 "b"}"#, "expected `,` or `}` at byte 7 (/a)");
    check(r#"{"a":}"#, "expected a value at byte 5 (/a)");
    check("01", "expected no digit after a leading zero at byte 1");
    check("-", "expected a digit at byte 1");
    check("+1", "expected a value at byte 0");
    check("1.", "expected a digit at byte 2");
    check(".5", "expected a value at byte 0");
    check("1e", "expected a digit at byte 2");
    check("1e+", "expected a digit at byte 3");
    check("tru", "expected a value at byte 0");
    check("nul", "expected a value at byte 0");
    check("'a'", "expected a value at byte 0");
    check("\"a", "expected a closing quotation mark at byte 2");
    check(
        "\"a\nb\"",
        "expected an escaped control character at byte 2",
    );
    check(
        "\"\u{1f}\"",
        "expected an escaped control character at byte 1",
    );
    check(r#""\x""#, "expected an escape at byte 1");
    check(r#""\u12g4""#, "expected four hexadecimal digits at byte 1");
    check(r#""\u+123""#, "expected four hexadecimal digits at byte 1");
    check(r#""\u12"#, "expected four hexadecimal digits at byte 1");
    check("\"\\", "expected an escape at byte 1");
    check("[1}", "expected `,` or `]` at byte 2 (/0)");
    check(r#"{"a":[1}"#, "expected `,` or `]` at byte 7 (/a/0)");
    check("\u{a0}1", "expected a value at byte 0");
    check("// no\n1", "expected a value at byte 0");
}

#[test]
fn trailing() {
    check("1 2", "trailing bytes after the value, from byte 2");
    check("{}{}", "trailing bytes after the value, from byte 2");
    check("[]]", "trailing bytes after the value, from byte 2");
    check("null\0", "trailing bytes after the value, from byte 4");
}

#[test]
fn not_canonical() {
    let check = |input: &str, offset: usize| {
        let err = is_canonical(input.as_bytes(), &Limits::default()).unwrap_err();
        assert!(
            matches!(&err, AdmissionError::NotCanonical { place } if place.offset == offset),
            "{input}: {err}"
        );
        assert_eq!(
            admit_canonical(input.as_bytes().to_vec(), &Limits::default()),
            Err(err)
        );
        let admitted = admit(input.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(
            is_canonical(admitted.as_bytes(), &Limits::default()),
            Ok(()),
            "{input}"
        );
    };
    check(" 1", 0);
    check("1\n", 1);
    check("[1, 2]", 3);
    check(r#"{"a" :1}"#, 4);
    check(r#"{"b":1,"a":2}"#, 7);
    check(r#""\/""#, 0);
    check(r#""\u0041""#, 0);
    check(r#""\u001F""#, 0);
    check(r#""\u000a""#, 0);
    check(r#"["a","\u00e9"]"#, 5);
    check(r#""\ud83d\ude00""#, 0);
    check("-0", 0);
    check("1.0", 0);
    check("1e2", 0);
    check("1E+30", 0);
    check("0.10", 0);
    check("0.0000001", 0);
    // UTF-16 order: U+1F600 (D83D DE00) stands before U+FB33.
    check("{\"\u{fb33}\":1,\"\u{1f600}\":2}", 9);
}

#[test]
fn canonical_as_it_stands() {
    for input in [
        "0",
        "-1",
        "1.5",
        "1e+30",
        "1e-7",
        "5e-324",
        "1.7976931348623157e+308",
        "\"\"",
        "[]",
        "{}",
        "true",
        "null",
        r#""\b\t\n\f\r\"\\\u0000\u001f""#,
        "\"\u{7f}é😀/\"",
        r#"{"":0,"1":{"a":[]},"\n":2}"#.replace(r#","\n":2"#, "").as_str(),
        "{\"\u{1f600}\":1,\"\u{fb33}\":2}",
    ] {
        assert_eq!(
            is_canonical(input.as_bytes(), &Limits::default()),
            Ok(()),
            "{input}"
        );
        assert_eq!(
            admit(input.as_bytes(), &Limits::default())
                .unwrap()
                .as_str(),
            input
        );
    }
}

#[test]
fn rfc_8785_example() {
    let input = r#"{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }"#;
    let expected = concat!(
        r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#,
        r#""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    );
    assert_eq!(
        admit(input.as_bytes(), &Limits::default())
            .unwrap()
            .as_str(),
        expected
    );
}

#[test]
fn rfc_8785_order() {
    let input = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    let admitted = admit(input.as_bytes(), &Limits::default()).unwrap();
    let values: Vec<&str> = admitted.as_str().split('"').skip(3).step_by(4).collect();
    assert_eq!(
        values,
        [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh"
        ]
    );
}

#[test]
fn our_own_types() {
    use std::collections::BTreeMap;
    let value = BTreeMap::from([("b", 1u64), ("a", 2)]);
    assert_eq!(canonical(&value).unwrap().as_str(), r#"{"a":2,"b":1}"#);
    let large = canonical(&BTreeMap::from([("n", u64::MAX)])).unwrap_err();
    assert!(
        matches!(
            &large,
            json::EncodeError::Admission(AdmissionError::IntegerTooLarge { place }) if place.path == "/n"
        ),
        "{large}"
    );
    let keys = canonical(&BTreeMap::from([((1, 2), 3)])).unwrap_err();
    assert!(matches!(keys, json::EncodeError::Serialize(_)), "{keys}");
}

#[test]
fn stored_bytes_must_be_text() {
    let err = json::Canonical::from_stored(b"\"\xff\"".to_vec()).unwrap_err();
    assert_eq!(err.to_string(), "stored content is not UTF-8 at byte 1");
    let back = json::Canonical::from_stored(b"[1]".to_vec()).unwrap();
    assert_eq!((back.as_str(), back.len()), ("[1]", 3));
    assert_eq!(back.into_bytes(), b"[1]");
}
