use super::*;

const BUNDLE: &str = r#"{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d",
 "objects" : [ {"type":"x-one","objects":["]}\"",{}]} , {"a":[[{}]]},{} ], "x":{"objects":[1]} } "#;

fn read(text: &str, limits: BundleLimits) -> Result<(Vec<Piece>, Container), BundleError> {
    let mut reader = BundleReader::new(text.as_bytes(), limits);
    let pieces = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
    Ok((
        pieces,
        reader.container().cloned().expect("read to the end"),
    ))
}

fn texts(text: &str) -> Vec<String> {
    let (pieces, _) = read(text, BundleLimits::default()).expect(text);
    pieces
        .into_iter()
        .map(|piece| String::from_utf8(piece.bytes).unwrap())
        .collect()
}

fn refused(text: &str) -> BundleError {
    read(text, BundleLimits::default()).expect_err(text)
}

#[test]
fn gives_each_object_with_its_place() {
    let (pieces, container) = read(BUNDLE, BundleLimits::default()).unwrap();
    let found: Vec<_> = pieces
        .iter()
        .map(|p| (p.index, std::str::from_utf8(&p.bytes).unwrap()))
        .collect();
    let first = r#"{"type":"x-one","objects":["]}\"",{}]}"#;
    assert_eq!(found, [(0, first), (1, r#"{"a":[[{}]]}"#), (2, "{}")]);
    for piece in &pieces {
        let at = usize::try_from(piece.place.offset).unwrap();
        assert_eq!(&BUNDLE.as_bytes()[at..at + piece.bytes.len()], piece.bytes);
    }
    let Container::Head(head) = container else {
        panic!("{container:?}")
    };
    assert!(
        String::from_utf8(head)
            .unwrap()
            .contains(r#""objects" : [], "x":{"objects":[1]}"#)
    );
}

#[test]
fn the_size_of_chunks_does_not_matter() {
    let whole = read(BUNDLE, BundleLimits::default()).unwrap();
    for size in 1..BUNDLE.len() {
        let mut splitter = Splitter::new(BundleLimits::default());
        let mut pieces = Vec::new();
        for chunk in BUNDLE.as_bytes().chunks(size) {
            splitter.push(chunk, |piece| pieces.push(piece)).unwrap();
        }
        let (last, container) = splitter.finish(&mut Arena::default()).unwrap();
        pieces.extend(last);
        assert_eq!((pieces, container), whole, "chunks of {size}");
    }
}

#[test]
fn reads_bare_objects_lists_and_envelopes() {
    let bare = r#"{"type":"observed-data","objects":{"0":{"type":"file"}}}"#;
    assert_eq!(texts(bare), [bare]);
    let custom = r#"{"type":"x-custom","objects":[{}]}"#;
    assert_eq!(
        texts(custom),
        [custom],
        "a list under `objects` in something else"
    );
    let canonical = r#"{"id":"x-custom--1","objects":[{}],"type":"x-custom"}"#;
    assert_eq!(
        texts(canonical),
        [canonical],
        "the identifier comes before the list"
    );
    assert_eq!(texts(" [ {} , {\"a\":1} ] "), ["{}", "{\"a\":1}"]);
    assert_eq!(texts("[]"), [""; 0]);
    assert_eq!(texts(r#"{"more":true,"next":"x","objects":[{}]}"#), ["{}"]);
    assert_eq!(
        texts(r#"{"objects":[{}],"type":"bundle"}"#),
        ["{}"],
        "canonical order"
    );
    assert_eq!(texts(r#"{"type":"bundle","id":"x"}"#), [""; 0]);
    assert_eq!(
        texts(r#"{"type":"bundle","objects":{}}"#).len(),
        1,
        "left to the checker"
    );
}

#[test]
fn what_says_it_is_a_bundle_is_one_under_any_identifier() {
    let text = r#"{"type":"bundle","id":"identity--1","objects":[{"a":1}]}"#;
    assert_eq!(texts(text), [r#"{"a":1}"#]);
    // Without a type before it, the identifier tells an object apart.
    let object = r#"{"id":"x-one--1","objects":[{"a":1}],"type":"x-one"}"#;
    assert_eq!(texts(object), [object]);
}

#[test]
fn refuses_what_is_cut_off() {
    for end in 1..BUNDLE.trim_end().len() {
        let text = &BUNDLE[..end];
        assert!(matches!(refused(text), BundleError::Truncated(_)), "{text}");
    }
    assert!(matches!(refused(""), BundleError::Truncated(0)));
}

#[test]
fn refuses_broken_grammar_between_objects() {
    let wanted = |text: &str| match refused(text) {
        BundleError::Expected { wanted, .. } => wanted,
        other => panic!("{text}: {other}"),
    };
    assert_eq!(wanted("[{} {}]"), "a comma or the end of the list");
    assert_eq!(wanted("[{},]"), "an object after the comma");
    assert_eq!(wanted("[{}] {}"), "nothing after the bundle");
    assert_eq!(wanted("{} x"), "nothing after the bundle");
    assert_eq!(wanted("1"), "an object or a list");
    for text in ["[1]", "[{},null]", "[,{}]", "[[{}]]"] {
        assert!(
            matches!(refused(text), BundleError::NotAnObject { .. }),
            "{text}"
        );
    }
    for text in [
        r#"{"type":"bundle","objects":[{}]"objects":[]}"#,
        r#"{"type":"bundle" "objects":[{}]}"#,
        r#"{"type":"bundle","objects":[{}],"objects":[{}]}"#,
        r#"{"type":"bundle","type":"bundle","objects":[{}]}"#,
        r#"{"type":"bundle"]"#,
    ] {
        assert!(matches!(refused(text), BundleError::Head(_)), "{text}");
    }
    let late = refused(r#"{"objects":[{}],"type":"x-custom"}"#);
    assert!(matches!(late, BundleError::NotABundle(name) if name == "x-custom"));
}

#[test]
fn every_limit_is_named() {
    let with = |change: fn(&mut BundleLimits)| {
        let mut limits = BundleLimits::default();
        change(&mut limits);
        read(BUNDLE, limits)
            .expect_err("over the limit")
            .to_string()
    };
    assert_eq!(
        with(|l| l.objects_max = 2),
        "the bundle has more than 2 objects"
    );
    assert_eq!(
        with(|l| l.object_bytes_max = 30),
        "object 0 is longer than 30 bytes"
    );
    assert_eq!(
        with(|l| l.total_bytes_max = 150),
        "the bundle is longer than 150 bytes"
    );
    assert_eq!(
        with(|l| l.depth_max = 3),
        "object 1 is nested deeper than 3"
    );
    let hostile = format!("{{\"objects\":[{{\"a\":{}", "[".repeat(1000));
    assert!(matches!(
        refused(&hostile),
        BundleError::TooDeep {
            index: 0,
            limit: 64
        }
    ));
}
