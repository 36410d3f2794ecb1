use super::*;

fn refused(text: &[u8]) -> (usize, SyntaxFault) {
    let mut arena = Arena::default();
    let error = arena.parse(text).map(|_| ()).expect_err("refused");
    (error.offset, error.fault)
}

#[test]
fn gives_back_what_stands_in_the_text() {
    let text =
        br#" {"a" : [1, -2.50e1, "x\n\u00e9\uD83D\uDE00", true, false, null, {}], "b":"plain"} "#;
    let mut arena = Arena::default();
    let tree = arena.parse(text).unwrap();
    let root = tree.root();
    let list = root.get("a").unwrap();
    let kinds: Vec<_> = list.items().map(Value::kind).collect();
    use Kind::{False, Null, Number, Object, String, True};
    assert_eq!(kinds, [Number, Number, String, True, False, Null, Object]);
    let items: Vec<_> = list.items().collect();
    assert_eq!(
        (items[0].as_integer(), items[1].as_integer()),
        (Some(1), Some(-25))
    );
    assert_eq!(items[1].raw(), "-2.50e1");
    assert_eq!(items[2].as_str(), Some("x\né😀"));
    assert_eq!(root.get("b").unwrap().raw(), "\"plain\"");
    assert_eq!((root.len(), list.len(), items[6].is_empty()), (2, 7, true));
    assert!(
        root.get("c").is_none() && list.get("a").is_none() && items[0].items().next().is_none()
    );
}

#[test]
fn names_the_path_of_every_value() {
    let text = br#"{"a":[1,{"b":[[2]],"x.y":{"'":3}}],"c":4}"#;
    let mut arena = Arena::default();
    let tree = arena.parse(text).unwrap();
    let paths: Vec<_> = (0..tree.nodes.len())
        .map(|at| tree.path(u32::try_from(at).unwrap()))
        .collect();
    let expected = [
        "$",
        "$.a",
        "$.a",
        "$.a[0]",
        "$.a[1]",
        "$.a[1].b",
        "$.a[1].b",
        "$.a[1].b[0]",
        "$.a[1].b[0][0]",
        "$.a[1]['x.y']",
        "$.a[1]['x.y']",
        "$.a[1]['x.y']['\\'']",
        "$.a[1]['x.y']['\\'']",
        "$.c",
        "$.c",
    ];
    assert_eq!(paths, expected);
    assert_eq!(tree.line_and_column(3), (1, 4));
    assert_eq!(path::line_and_column("é\nü x", 5), (2, 2));
}

#[test]
fn refuses_duplicate_names_in_any_order() {
    for text in [
        &br#"{"a":1,"a":2}"#[..],
        br#"{"b":1,"a":2,"b":3}"#,
        br#"{"a":1,"\u0061":2}"#,
    ] {
        let (_, fault) = refused(text);
        assert!(matches!(fault, SyntaxFault::DuplicateName(_)), "{fault}");
    }
    assert_eq!(
        refused(br#"{"b":1,"a":2,"b":3}"#).0,
        13,
        "the second one is to blame"
    );
    let mut arena = Arena::default();
    assert!(arena.parse(br#"{"b":{"a":1},"a":{"b":1}}"#).is_ok());
}

#[test]
fn refuses_what_admission_refuses() {
    use SyntaxFault::{
        ByteOrderMark, ControlCharacter, Escape, IntegerTooLarge, LoneSurrogate, NotFinite,
        Trailing, Truncated, Utf8,
    };
    for (text, fault) in [
        (&b"\xEF\xBB\xBF{}"[..], ByteOrderMark),
        (b"\"\xFF\"", Utf8),
        (b"{} {}", Trailing),
        (b"[1", Truncated),
        (b"", Truncated),
        (b"\"a\nb\"", ControlCharacter),
        (br#""\n	""#, ControlCharacter),
        (br#""\x""#, Escape),
        (br#""\u12G4""#, Escape),
        (br#""\uD800""#, LoneSurrogate),
        (br#""\uDC00\uD800""#, LoneSurrogate),
        (br#""\uD800\uD800""#, LoneSurrogate),
        (br#""\uD800x""#, LoneSurrogate),
        (b"9007199254740992", IntegerTooLarge),
        (b"-9007199254740992", IntegerTooLarge),
        (b"1e20", IntegerTooLarge),
        (b"9007199254740993.0", IntegerTooLarge),
        (b"1e400", NotFinite),
    ] {
        assert_eq!(refused(text).1, fault, "{}", String::from_utf8_lossy(text));
    }
    for text in [
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "tru",
        "[1,]",
        "{1:2}",
        "{\"a\" 1}",
        "[1 2]",
        "{\"a\":1,}",
    ] {
        let fault = refused(text.as_bytes()).1;
        assert!(matches!(fault, SyntaxFault::Expected(_)), "{text}: {fault}");
    }
    let mut arena = Arena::default();
    for text in [
        "9007199254740991",
        "-9007199254740991",
        "1e21",
        "0.0000346907836994945",
    ] {
        assert!(arena.parse(text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn bounds_depth_and_length() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let mut arena = Arena::default();
    assert!(arena.parse(nested(DEPTH_MAX).as_bytes()).is_ok());
    assert_eq!(
        refused(nested(DEPTH_MAX + 1).as_bytes()),
        (DEPTH_MAX, SyntaxFault::TooDeep)
    );
    let wide = format!("[{}1]", "1,".repeat(NODES_MAX));
    assert_eq!(refused(wide.as_bytes()).1, SyntaxFault::TooManyValues);
    let long = vec![b' '; TEXT_BYTES_MAX + 1];
    assert_eq!(
        refused(&long),
        (0, SyntaxFault::TooLong(TEXT_BYTES_MAX + 1))
    );
}

#[test]
fn names_are_those_of_members_whatever_is_in_them() {
    let mut arena = Arena::default();
    let text = br#"{"i[":1,"a.b']":[{"c":null},[true]],"['":{"":2}}"#;
    let tree = arena.parse(text).unwrap();
    let mut names = Vec::new();
    let mut index = 0;
    while let Some(value) = tree.value(index) {
        names.push(tree.name(index));
        assert!(tree.path(index).starts_with('$'), "{value:?}");
        index += 1;
    }
    for name in [
        "the object",
        "i[",
        "a.b']",
        "a.b'][0]",
        "c",
        "a.b'][1][0]",
        "['",
    ] {
        assert!(
            names.iter().any(|found| found == name),
            "{name} in {names:?}"
        );
    }
}
