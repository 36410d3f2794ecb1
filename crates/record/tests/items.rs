//! Entries, openings, packages: round trips, and each refusal by its reason.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use proptest::prelude::*;
use record::entry::{Class, Entry, EntryError, Salts, Sealed, commit_content, commit_head, seal};
use record::hash::{Hash, LeafIndex, TreeSize};
use record::head::{HEAD_BYTES_MAX, Head, HeadDraft, HeadError, MEDIA_STIX, Seen};
use record::name::Origin;
use record::opening::{Level, OpenError, Opened, Opening, OpeningError, Place, open};
use record::package::{
    PACKAGE_CONTENT_BYTES_MAX, PACKAGE_UNPACKED_BYTES_MAX, PackageError, PackedItem, Unpacked,
    encode_entries, pack, parse_entries,
};
use record::time::UtcTime;

fn origin() -> Origin {
    "a.example/chancery/0123456789abcdef".parse().unwrap()
}

fn salts() -> Salts {
    Salts {
        entry: [1; 32],
        head: [2; 32],
        content: [3; 32],
    }
}

fn draft<'a>(log: &'a Origin, seen: &'a Seen, seq: u64) -> HeadDraft<'a> {
    HeadDraft {
        log,
        seq: LeafIndex::new(seq).unwrap(),
        media: MEDIA_STIX,
        sent: "2026-11-22T08:00:00.000001Z".parse().unwrap(),
        lang: None,
        office: None,
        seen,
    }
}

fn sealed(content: &[u8]) -> Sealed {
    seal(
        &draft(&origin(), &Seen::new(), 7),
        Class::Inquiry,
        content,
        &salts(),
    )
    .unwrap()
}

fn try_open(
    sealed: &Sealed,
    opening: &Opening,
    content: Option<&[u8]>,
) -> Result<Opened, OpenError> {
    let log = origin();
    open(
        &sealed.entry,
        opening,
        Place {
            log: &log,
            index: LeafIndex::new(7).unwrap(),
        },
        content,
    )
}

/// Seals whatever bytes as a head.
fn with_head(head: &[u8]) -> (Entry, Opening) {
    let entry = Entry::commit(&[1; 32], Class::Inquiry, &commit_head(&[2; 32], head));
    let mut bytes = vec![1, 3, Class::Inquiry.to_byte()];
    bytes.extend_from_slice(&[1; 32]);
    bytes.extend_from_slice(&[2; 32]);
    bytes.extend_from_slice(&(head.len() as u32).to_be_bytes());
    bytes.extend_from_slice(head);
    bytes.extend_from_slice(&[3; 32]);
    (entry, Opening::parse(&bytes).unwrap())
}

fn open_head(head: &str) -> Result<Opened, OpenError> {
    let (entry, opening) = with_head(head.as_bytes());
    let log = origin();
    open(
        &entry,
        &opening,
        Place {
            log: &log,
            index: LeafIndex::new(7).unwrap(),
        },
        None,
    )
}

#[test]
fn the_bytes_are_those_of_the_formats() {
    let content = br#"{"type":"x"}"#;
    let sealed = sealed(content);
    let content_c = commit_content(&[3; 32], content);
    assert_eq!(
        content_c,
        Hash::of(&[b"chancery/content/v1\0".as_slice(), &[3; 32], content].concat())
    );
    let head = format!(
        r#"{{"bytes":12,"content":"{content_c}","log":"a.example/chancery/0123456789abcdef","media":"application/stix+json;version=2.1","sent":"2026-11-22T08:00:00.000001Z","seq":7,"v":1}}"#
    );
    assert_eq!(
        std::str::from_utf8(sealed.opening.head().unwrap()).unwrap(),
        head
    );
    let head_c = Hash::of(&[b"chancery/head/v1\0".as_slice(), &[2; 32], head.as_bytes()].concat());
    let preimage = [
        b"chancery/entry/v1\0".as_slice(),
        &[1; 32],
        &[3],
        head_c.as_bytes(),
    ]
    .concat();
    let entry = [&[1], Hash::of(&preimage).as_bytes().as_slice()].concat();
    assert_eq!(sealed.entry.as_bytes().as_slice(), entry);
    assert_eq!(
        sealed.entry.leaf_hash(),
        Hash::of(&[&[0], entry.as_slice()].concat())
    );
    assert_eq!(Entry::parse(&entry), Ok(sealed.entry));
    assert_eq!(Entry::parse(&entry[1..]), Err(EntryError::Length(32)));
    assert_eq!(Entry::parse(&[2; 33]), Err(EntryError::Version(2)));
}

#[test]
fn every_level_opens_what_it_discloses() {
    let content = b"content";
    let sealed = sealed(content);
    for level in Level::ALL {
        let reduced = sealed.opening.reduced_to(level).unwrap();
        assert_eq!(reduced.level(), level);
        assert_eq!(Opening::parse(&reduced.encode()), Ok(reduced.clone()));
        assert_eq!(reduced.encode().len(), reduced.encoded_bytes());
        let given = (level == Level::Content).then_some(content.as_slice());
        let opened = try_open(&sealed, &reduced, given).unwrap();
        assert_eq!(opened.level(), level);
        assert_eq!(
            opened.class(),
            (level > Level::Withheld).then_some(Class::Inquiry)
        );
        assert_eq!(
            opened.head().map(Head::seq),
            (level > Level::Class).then_some(LeafIndex::new(7).unwrap())
        );
        assert_eq!(
            reduced.entry(),
            (level > Level::Withheld).then_some(sealed.entry)
        );
        for more in Level::ALL.into_iter().filter(|more| *more > level) {
            let refused = reduced.reduced_to(more);
            assert_eq!(
                refused,
                Err(OpeningError::LevelTooLow {
                    from: level,
                    to: more
                })
            );
        }
        if level < Level::Content {
            let refused = try_open(&sealed, &reduced, Some(content));
            assert_eq!(refused, Err(OpenError::ContentUndisclosed(level)));
        }
    }
    // The content was not seen, so it is not proved.
    assert_eq!(
        try_open(&sealed, &sealed.opening, None).unwrap().level(),
        Level::Head
    );
}

#[test]
fn every_flipped_bit_of_an_opening_is_noticed() {
    let sealed = sealed(b"content");
    for level in [Level::Class, Level::Head, Level::Content] {
        let bytes = sealed.opening.reduced_to(level).unwrap().encode();
        let given = (level == Level::Content).then_some(b"content".as_slice());
        for bit in 0..bytes.len() * 8 {
            let mut wrong = bytes.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            let Ok(opening) = Opening::parse(&wrong) else {
                continue;
            };
            let refused = try_open(&sealed, &opening, given).unwrap_err();
            match refused {
                OpenError::EntryMismatch | OpenError::ContentUndisclosed(_) => {}
                // Only the salt of the content is outside what the entry commits to directly.
                OpenError::ContentMismatch { .. } => assert!(bit / 8 >= bytes.len() - 32),
                other => panic!("bit {bit} at {level:?}: {other}"),
            }
        }
        for len in 0..bytes.len() {
            assert_eq!(Opening::parse(&bytes[..len]), Err(OpeningError::Short));
        }
        let longer = [bytes.as_slice(), &[0, 0]].concat();
        assert_eq!(Opening::parse(&longer), Err(OpeningError::Trailing(2)));
    }
}

#[test]
fn opening_refusals() {
    assert_eq!(Opening::parse(&[2, 0]), Err(OpeningError::Version(2)));
    assert_eq!(Opening::parse(&[1, 4]), Err(OpeningError::Level(4)));
    assert_eq!(Opening::parse(&[1, 1, 13]), Err(OpeningError::Class(13)));
    assert_eq!(Opening::parse(&[1, 0, 0]), Err(OpeningError::Trailing(1)));
    let mut bytes = vec![1, 2, 0];
    bytes.extend_from_slice(&[0; 64]);
    bytes.extend_from_slice(&(HEAD_BYTES_MAX as u32 + 1).to_be_bytes());
    let bytes_found = HEAD_BYTES_MAX + 1;
    assert_eq!(
        Opening::parse(&bytes),
        Err(OpeningError::HeadTooLarge { bytes: bytes_found })
    );
}

#[test]
fn open_refusals() {
    let sealed_item = sealed(b"content");
    let opening = &sealed_item.opening;
    let index = LeafIndex::new(7).unwrap();
    let log = origin();
    let other: Origin = "a.example/chancery/ffffffffffffffff".parse().unwrap();
    let place = Place { log: &other, index };
    assert_eq!(
        open(&sealed_item.entry, opening, place, None),
        Err(OpenError::LogMismatch {
            found: log.clone(),
            expected: other.clone()
        })
    );
    let elsewhere = LeafIndex::new(8).unwrap();
    assert_eq!(
        open(
            &sealed_item.entry,
            opening,
            Place {
                log: &log,
                index: elsewhere
            },
            None
        ),
        Err(OpenError::SeqMismatch {
            found: index,
            expected: elsewhere
        })
    );
    let longer = try_open(&sealed_item, opening, Some(b"contents"));
    assert_eq!(
        longer,
        Err(OpenError::LengthMismatch {
            found: 8,
            expected: 7
        })
    );
    let another = try_open(&sealed_item, opening, Some(b"Content"));
    assert!(matches!(another, Err(OpenError::ContentMismatch { .. })));
    let stranger = sealed(b"other");
    assert_eq!(
        try_open(&stranger, opening, None),
        Err(OpenError::EntryMismatch)
    );
}

#[test]
fn head_refusals() {
    let head = |change: (&str, &str)| {
        let content = Hash::of(b"");
        let text = format!(
            r#"{{"bytes":0,"content":"{content}","log":"a.example/chancery/0123456789abcdef","media":"m","sent":"2026-11-22T08:00:00.000001Z","seq":7,"v":1}}"#
        );
        assert!(text.contains(change.0));
        open_head(&text.replace(change.0, change.1))
    };
    assert!(head(("x", "x")).is_ok());
    // Unknown members are kept.
    let Opened::Head { head: kept, .. } = head((r#""v":1"#, r#""v":1,"x-new":[1]"#)).unwrap()
    else {
        panic!("the head is disclosed");
    };
    assert!(kept.as_canonical().as_str().ends_with(r#""x-new":[1]}"#));
    let members = |change| match head(change) {
        Err(OpenError::Head(HeadError::Members(reason))) => reason,
        other => panic!("{other:?}"),
    };
    for (from, to, reason) in [
        (r#""seq":7,"#, "", "missing field `seq`"),
        (r#""seq":7"#, r#""seq":-7"#, "invalid value: integer `-7`"),
        (
            r#""seq":7"#,
            r#""seq":1099511627776"#,
            "beyond the largest tree",
        ),
        (r#""seq":7"#, r#""seq":"7""#, "invalid type: string"),
        (r#""bytes":0,"#, "", "missing field `bytes`"),
        (
            r#""content":""#,
            r#""content":"A"#,
            "a hash is 44 characters",
        ),
        (
            "a.example/chancery/0",
            "a.example/chancery/",
            "is not <host>/chancery/",
        ),
        (".000001Z", "Z", "a time is spelled"),
        (r#""log""#, r#""lang":null,"log""#, "invalid type: null"),
        (
            r#""sent""#,
            r#""seen":{"a":[0,""]},"sent""#,
            "is not <host>/chancery/",
        ),
        (r#""v":1"#, r#""v":"1""#, "invalid type: string"),
    ] {
        let found = members((from, to));
        assert!(found.contains(reason), "{from} to {to}: {found}");
    }
    assert_eq!(
        head((r#""v":1"#, r#""v":2"#)),
        Err(OpenError::Head(HeadError::Version(2)))
    );
    let spaced = head((r#","v""#, r#", "v""#));
    assert!(matches!(
        spaced,
        Err(OpenError::Head(HeadError::NotCanonical(_)))
    ));
    let twice = head((r#","v":1"#, r#","v":1,"v":1"#));
    assert!(matches!(
        twice,
        Err(OpenError::Head(HeadError::NotCanonical(
            json::AdmissionError::DuplicateMember { .. }
        )))
    ));
    let office = "o".repeat(HEAD_BYTES_MAX);
    let (log, seen) = (origin(), Seen::new());
    let large = HeadDraft {
        office: Some(&office),
        ..draft(&log, &seen, 0)
    };
    let refused = seal(&large, Class::Notice, b"", &salts()).unwrap_err();
    assert!(matches!(refused, HeadError::TooLarge { bytes } if bytes > HEAD_BYTES_MAX));
    let content = vec![0; record::head::CONTENT_BYTES_MAX + 1];
    let refused = seal(&draft(&log, &seen, 0), Class::Notice, &content, &salts()).unwrap_err();
    assert_eq!(
        refused,
        HeadError::ContentTooLarge {
            bytes: content.len()
        }
    );
}

#[test]
fn everything_a_head_says_comes_back() {
    let log = origin();
    let other: Origin = "b.example:8443/chancery/00000000000000aa".parse().unwrap();
    let seen = Seen::from([(other, (TreeSize::new(9).unwrap(), Hash::of(b"root")))]);
    let draft = HeadDraft {
        lang: Some("fr-CH"),
        office: Some("\"bureau\"\n"),
        ..draft(&log, &seen, 3)
    };
    let sealed = seal(&draft, Class::Answer, b"x", &salts()).unwrap();
    let head = Head::parse(sealed.opening.head().unwrap()).unwrap();
    assert_eq!(
        (head.lang(), head.office()),
        (Some("fr-CH"), Some("\"bureau\"\n"))
    );
    assert_eq!((head.seen(), head.sent()), (&seen, draft.sent));
    assert_eq!(
        (head.media(), head.content_bytes(), head.log()),
        (MEDIA_STIX, 1, &log)
    );
    assert_eq!(head.content(), &sealed.content_commitment);
}

#[test]
fn secrets_are_not_shown() {
    let sealed = sealed(b"content");
    assert_eq!(
        format!("{:?} {:?}", salts(), sealed.opening),
        "Salts(…) Opening(Content)"
    );
}

#[test]
fn entry_bundles() {
    let entries: Vec<Entry> = (0..3u8)
        .map(|n| Entry::commit(&[n; 32], Class::Filler, &Hash::of(&[n])))
        .collect();
    let bytes = encode_entries(&entries);
    assert_eq!(bytes.len(), 3 * 35);
    assert_eq!(parse_entries(&bytes, 3), Ok(entries));
    for width in [0, 2, 4, 256] {
        let refused = parse_entries(&bytes, width).unwrap_err();
        assert!(matches!(
            refused,
            PackageError::BundleLength { found: 105, .. }
        ));
    }
    let mut wrong = bytes.clone();
    wrong[36] = 32;
    let refused = parse_entries(&wrong, 3);
    assert_eq!(
        refused,
        Err(PackageError::EntryLength {
            number: 1,
            bytes: 32
        })
    );
    let mut wrong = bytes;
    wrong[72] = 0;
    let reason = EntryError::Version(0);
    assert_eq!(
        parse_entries(&wrong, 3),
        Err(PackageError::Entry { number: 2, reason })
    );
}

#[test]
fn packages_leave_out_what_is_too_large() {
    let large = vec![b'x'; PACKAGE_CONTENT_BYTES_MAX + 1];
    let fits = vec![b'y'; PACKAGE_CONTENT_BYTES_MAX];
    let opening = sealed(b"").opening;
    let item = |content| PackedItem {
        opening: opening.clone(),
        content: Some(content),
    };
    let unpack = |items: Vec<PackedItem<'_>>| -> Vec<Option<usize>> {
        let width = items.len() as u16;
        let unpacked = Unpacked::new(&pack(items).unwrap()).unwrap();
        unpacked
            .items(width)
            .unwrap()
            .iter()
            .map(|item| item.content.map(<[u8]>::len))
            .collect()
    };
    let mib = Some(PACKAGE_CONTENT_BYTES_MAX);
    assert_eq!(
        unpack(vec![item(&large), item(&fits), item(b"")]),
        [None, mib, Some(0)]
    );
    let mut items = vec![item(&fits); 16];
    items.push(item(b"one byte too much"));
    items.push(item(b""));
    let lengths = unpack(items);
    assert!(lengths[..16].iter().all(|length| *length == mib));
    assert_eq!(lengths[16..], [None, None]);
}

#[test]
fn package_refusals() {
    let content = b"content".as_slice();
    let sealed = sealed(content);
    let item = PackedItem {
        opening: sealed.opening.clone(),
        content: Some(content),
    };
    let package = pack([item.clone(), item.clone()]).unwrap();
    let unpacked = Unpacked::new(&package).unwrap();
    assert_eq!(unpacked.items(2), Ok(vec![item.clone(), item.clone()]));
    assert_eq!(unpacked.items(3), Err(PackageError::Short { number: 2 }));
    let bytes = item.encode().unwrap();
    assert_eq!(unpacked.items(1), Err(PackageError::Trailing(bytes.len())));
    assert_eq!(PackedItem::parse(&bytes), Ok(item.clone()));
    for len in 0..bytes.len() {
        assert_eq!(
            PackedItem::parse(&bytes[..len]),
            Err(PackageError::Short { number: 0 })
        );
    }
    let undisclosed = PackedItem {
        opening: Opening::withheld(),
        content: Some(content),
    };
    assert_eq!(
        undisclosed.encode(),
        Err(PackageError::ContentUndisclosed { number: 0 })
    );
    let undisclosed = [0, 0, 0, 2, 1, 0, 0, 0, 0, 0];
    let refused = PackedItem::parse(&undisclosed);
    assert_eq!(refused, Err(PackageError::ContentUndisclosed { number: 0 }));
    let no_opening = [0, 0, 0, 2, 9, 0, 0, 0, 0, 0];
    let reason = OpeningError::Version(9);
    assert_eq!(
        PackedItem::parse(&no_opening),
        Err(PackageError::Opening { number: 0, reason })
    );

    for len in 0..package.len() {
        assert_eq!(
            Unpacked::new(&package[..len]),
            Err(PackageError::Frame),
            "{len}"
        );
    }
    let two_frames = [package.as_slice(), &package].concat();
    assert_eq!(Unpacked::new(&two_frames), Err(PackageError::Frame));
    let bomb = zstd::bulk::compress(&vec![0; PACKAGE_UNPACKED_BYTES_MAX + 1], 3).unwrap();
    assert!(bomb.len() < 10_000);
    assert_eq!(Unpacked::new(&bomb), Err(PackageError::TooLarge));
    let unsized_frame = zstd::stream::encode_all([0u8; 100].as_slice(), 3).unwrap();
    assert_eq!(Unpacked::new(&unsized_frame), Err(PackageError::Frame));
}

proptest! {
    #[test]
    fn packed_items_round_trip(
        contents in prop::collection::vec(prop::option::of(prop::collection::vec(any::<u8>(), 0..300)), 0..20),
        level in 0u8..4,
    ) {
        let level = Level::from_byte(level).unwrap();
        let items: Vec<PackedItem<'_>> = contents
            .iter()
            .map(|content| PackedItem {
                opening: sealed(content.as_deref().unwrap_or(b"")).opening.reduced_to(level).unwrap(),
                content: if level == Level::Content { content.as_deref() } else { None },
            })
            .collect();
        let unpacked = Unpacked::new(&pack(items.clone()).unwrap()).unwrap();
        prop_assert_eq!(unpacked.items(items.len() as u16).unwrap(), items);
    }

    #[test]
    fn sealing_and_opening_agree(
        seq in 0u64..1 << 40,
        micros in 0u64..253_402_300_799_999_999,
        lang in prop::option::of(any::<String>()),
        content in prop::collection::vec(any::<u8>(), 0..500),
    ) {
        let (log, seen) = (origin(), Seen::new());
        let index = LeafIndex::new(seq).unwrap();
        let sent = UtcTime::from_micros(micros).unwrap();
        let draft = HeadDraft { sent, lang: lang.as_deref(), ..draft(&log, &seen, seq) };
        let sealed = seal(&draft, Class::Notice, &content, &salts()).unwrap();
        let opened = open(&sealed.entry, &sealed.opening, Place { log: &log, index }, Some(&content)).unwrap();
        prop_assert_eq!(opened.level(), Level::Content);
        let head = opened.head().unwrap();
        prop_assert_eq!((head.sent(), head.lang()), (sent, lang.as_deref()));
    }
}
