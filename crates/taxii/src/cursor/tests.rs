use proptest::prelude::*;

use super::*;

const COLLECTION: Uuid = Uuid::from_u128(0x91a7_b528_80eb_42ed_a74d_c6fb_d5a2_6116);

fn query(text: &str) -> Query {
    let filter = Filter::parse(text, Endpoint::Objects).unwrap();
    Query::new(Endpoint::Objects, COLLECTION, None, &filter)
}

#[test]
fn the_text_is_fixed() {
    // A cursor may be sent again after an upgrade: the format changes with the version byte only.
    let cursor = Cursor { position: 1_000 };
    let text = cursor.encode(&query("match[type]=indicator"));
    assert_eq!(text, "AQAAAAAAAAPoTL2u2AuEuGivt4GlCDFfaA");
    assert_eq!(
        Cursor::decode(&text, &query("match[type]=indicator")),
        Ok(cursor)
    );
}

#[test]
fn the_same_query_in_other_words_is_the_same() {
    for (one, other) in [
        ("", "limit=5"),
        ("", "x=y"),
        ("", "added_after=2020-01-01T00:00:00Z"),
        (
            "added_after=2020-01-01T00:00:00Z",
            "added_after=2021-01-01T00:00:00Z",
        ),
        ("match[type]=a,b", "match%5Btype%5D=b,a"),
        ("match[version]=last,first", "match[version]=first,last"),
        (
            "match[version]=2016-01-01T00:00:00Z",
            "match[version]=2016-01-01T00:00:00.000Z",
        ),
    ] {
        assert_eq!(query(one), query(other), "{one} and {other}");
    }
}

#[test]
fn another_query_is_refused() {
    let text = Cursor { position: 7 }.encode(&query("match[type]=a,b"));
    for other in [
        "",
        "match[type]=a",
        "match[type]=ab",
        "match[type]=a,b,c",
        "match[id]=a,b",
        "match[type]=a,b&match[id]=c",
        "match[type]=a,b&match[version]=last",
        "match[type]=a,b&match[spec_version]=2.1",
    ] {
        let told = Cursor::decode(&text, &query(other));
        assert_eq!(told, Err(CursorError::OtherQuery), "{other}");
    }
}

#[test]
fn another_place_is_refused() {
    let filter = Filter::default();
    let text = Cursor { position: 7 }.encode(&query(""));
    let at = |endpoint, collection, object| {
        let query = Query::new(endpoint, collection, object, &filter);
        Cursor::decode(&text, &query)
    };
    let refused = Err(CursorError::OtherQuery);
    assert_eq!(at(Endpoint::Manifest, COLLECTION, None), refused);
    assert_eq!(at(Endpoint::Objects, Uuid::nil(), None), refused);
    assert_eq!(at(Endpoint::Object, COLLECTION, Some("tool--1")), refused);
    assert_eq!(at(Endpoint::Objects, COLLECTION, Some("tool--1")), refused);
}

#[test]
fn what_is_no_cursor_says_so() {
    let query = query("");
    let long = "A".repeat(34 * 100);
    for text in [
        "",
        "0",
        "next",
        "123456789",
        "../../etc",
        "A",
        "====",
        "null",
        &long,
    ] {
        assert_eq!(
            Cursor::decode(text, &query),
            Err(CursorError::Malformed),
            "{text}"
        );
    }
    let zeros = URL_SAFE_NO_PAD.encode([0; BYTES]);
    assert_eq!(Cursor::decode(&zeros, &query), Err(CursorError::Altered));
}

#[test]
fn a_later_format_is_told_apart() {
    let mut bytes = [0; BYTES];
    bytes[0] = VERSION + 1;
    let sum = check(&bytes[..17]);
    bytes[17..].copy_from_slice(&sum);
    let text = URL_SAFE_NO_PAD.encode(bytes);
    assert_eq!(Cursor::decode(&text, &query("")), Err(CursorError::Version));
}

proptest! {
    #[test]
    fn any_position_comes_back(position: u64) {
        let cursor = Cursor { position };
        let text = cursor.encode(&query("limit=3"));
        prop_assert!(text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_'));
        prop_assert_eq!(Cursor::decode(&text, &query("")), Ok(cursor));
    }

    #[test]
    fn any_changed_character_is_noticed(position: u64, at in 0..34_usize, by in 1..64_u8) {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = Cursor { position }.encode(&query("")).into_bytes();
        let digit = ALPHABET.iter().position(|it| *it == text[at]).unwrap();
        text[at] = ALPHABET[(digit + usize::from(by)) % 64];
        let text = String::from_utf8(text).unwrap();
        prop_assert!(Cursor::decode(&text, &query("")).is_err());
    }

    #[test]
    fn any_text_is_answered(text in "\\PC*") {
        prop_assert!(Cursor::decode(&text, &query("")).is_err());
    }
}
