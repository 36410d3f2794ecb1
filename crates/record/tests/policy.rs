//! Policies: every rule of tlog-policy that refuses a file, and what a policy believes.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use record::checkpoint::{Checkpoint, LogVerifier, ReceiptVerifier, WitnessVerifier};
use record::cosignature::SigningTime;
use record::hash::{Hash, TreeSize};
use record::key::{KeyError, KeyPair, LogSigner, ReceiptSigner, Seed, Vkey, WitnessSigner};
use record::name::{Host, KeyName, Origin};
use record::note::{NoteError, SignatureLine, SignedNote};
use record::policy::{
    JudgementError, POLICY_BYTES_MAX, POLICY_ITEMS_MAX, Policy, PolicyBuilder, PolicyError,
    Required,
};

fn pair(name: &KeyName, byte: u8) -> KeyPair {
    KeyPair::from_seeds(name, Seed::new([byte; 32]), Seed::new([byte ^ 0xff; 32])).unwrap()
}

fn origin() -> Origin {
    Origin::new(&"a.example".parse().unwrap(), [7; 8])
}

fn log() -> LogSigner {
    LogSigner::new(pair(origin().key_name(), 1)).unwrap()
}

fn receipt(host: &str, byte: u8) -> ReceiptSigner {
    let host: Host = host.parse().unwrap();
    ReceiptSigner::new(pair(&host.receipt_key(), byte)).unwrap()
}

fn witness(host: &str, byte: u8) -> WitnessSigner {
    let host: Host = host.parse().unwrap();
    WitnessSigner::new(pair(&host.witness_key(), byte)).unwrap()
}

/// An Ed25519 witness key, a different one for each byte.
fn w(byte: u8) -> Vkey {
    witness("w.example", byte).vkeys()[0].clone()
}

fn refused(file: &str) -> PolicyError {
    Policy::parse(file.as_bytes()).unwrap_err()
}

#[test]
fn the_example_of_the_specification() {
    let log_key = &log().vkeys()[0];
    let keys: Vec<_> = (10..16).map(w).collect();
    let [x1, x2, x3, y1, y2, y3] = keys.as_slice() else {
        panic!("six keys");
    };
    let file = format!(
        "log {log_key}\n\nwitness X1 {x1}\nwitness X2 {x2}\n  \twitness\tX3   {x3} \n\
         group X-witnesses 2 X1 X2 X3\n# a comment\n   # another \u{e9}\nwitness Y1 {y1}\n\
         witness Y2 {y2} https://y.example/\nwitness Y3 {y3}\ngroup Y-witnesses any Y1 Y2 Y3\n\
         group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
    );
    let policy = Policy::parse(file.as_bytes()).unwrap();
    assert_eq!(policy.logs().len(), 1);
    let witnesses: Vec<_> = policy.witnesses().collect();
    assert_eq!(witnesses.len(), 6);
    assert_eq!(witnesses[4].2, Some(&b"https://y.example/"[..]));
    let printed = policy.to_bytes();
    assert_eq!(Policy::parse(&printed).unwrap(), policy);
    let printed = String::from_utf8(printed).unwrap();
    assert!(printed.contains("\ngroup X-witnesses 2 X1 X2 X3\n"));
    assert!(printed.ends_with(
        "\ngroup Y-witnesses any Y1 Y2 Y3\ngroup X-and-Y all X-witnesses Y-witnesses\n\
         quorum X-and-Y\n"
    ));
}

#[test]
fn names_are_opaque_octets() {
    let (a, b) = (w(10), w(11));
    let mut file = format!("witness K {a}\nwitness ").into_bytes();
    file.extend(b"\xe2\x84\xaa\xff ");
    file.extend(format!("{b}\nquorum \u{212a}").bytes());
    file.extend(b"\xff\n");
    let policy = Policy::parse(&file).unwrap();
    let names: Vec<_> = policy.witnesses().map(|(name, ..)| name).collect();
    assert_eq!(names, [&b"K"[..], b"\xe2\x84\xaa\xff"]);
    assert_eq!(policy.to_bytes(), file);
}

#[test]
fn octets_that_no_policy_has() {
    for byte in (0..=0x1f).chain([0x7f]) {
        if !matches!(byte, b'\t' | b'\n') {
            let file = [b"quorum none\n# ", &[byte][..], b"\n"].concat();
            let refused = Policy::parse(&file);
            assert_eq!(
                refused,
                Err(PolicyError::ControlCharacter { line: 2, byte })
            );
        }
    }
    assert_eq!(refused("quorum none"), PolicyError::UnterminatedLine);
    let bytes = POLICY_BYTES_MAX + 1;
    assert_eq!(
        refused(&"\n".repeat(bytes)),
        PolicyError::TooLarge { bytes }
    );
}

#[test]
fn lines_of_other_forms() {
    let key = w(10);
    for file in ["logs x\n", "Quorum none\n", "\u{a0}quorum none\n"] {
        assert_eq!(refused(file), PolicyError::UnknownKeyword { line: 1 });
    }
    for file in [
        "log\n",
        "log a b c\n",
        "witness a\n",
        "witness a b u x\n",
        "group a\n",
        "group a all\n",
        "quorum\n",
        "quorum a b\n",
    ] {
        assert_eq!(refused(file), PolicyError::WordCount { line: 1 }, "{file}");
    }
    let reason = KeyError::Syntax;
    assert_eq!(
        refused("\nlog x\n"),
        PolicyError::Key {
            line: 2,
            reason: reason.clone()
        }
    );
    assert_eq!(
        Policy::parse(b"log \xff\n"),
        Err(PolicyError::Key { line: 1, reason })
    );
    let threshold = |word: &str, members: &str| {
        let other = w(11);
        let file = format!("witness a {key}\nwitness b {other}\ngroup g {word} {members}\n");
        assert_eq!(refused(&file), PolicyError::Threshold { line: 3 }, "{word}");
    };
    for word in [
        "ALL",
        "+1",
        "01",
        "1.0",
        "-1",
        "0",
        "3",
        "99999999999999999999",
    ] {
        threshold(word, "a b");
    }
    threshold("2", "a");
}

#[test]
fn keys_stand_where_their_type_belongs_and_once() {
    let cosigning = w(10);
    let party: Host = "a.example".parse().unwrap();
    let [signing, note] = pair(&party.party_key(), 3).vkeys();
    for file in [
        format!("log {cosigning}\n"),
        format!("log {note}\n"),
        format!("witness a {signing}\n"),
        format!("witness a {note}\n"),
    ] {
        assert_eq!(refused(&file), PolicyError::KeyType { line: 1 });
    }
    // The same public key under another name is the same key.
    let renamed =
        |key: &Vkey| Vkey::new("other".parse().unwrap(), key.kind(), key.public_key()).unwrap();
    let key = &log().vkeys()[0];
    for file in [
        format!("log {key}\nlog {}\n", renamed(key)),
        format!("witness a {cosigning}\nwitness b {}\n", renamed(&cosigning)),
    ] {
        assert_eq!(refused(&file), PolicyError::DuplicateKey { line: 2 });
    }
}

#[test]
fn names_are_defined_once_before_use_and_members_once() {
    let (a, b) = (w(10), w(11));
    let two = format!("witness a {a}\nwitness b {b}\n");
    for file in [
        format!("{two}group a any b\n"),
        format!("{two}group none any b\n"),
        format!("\nwitness a {a}\nwitness a {b}\n"),
        format!("\n\nwitness none {a}\n"),
    ] {
        assert_eq!(refused(&file), PolicyError::DuplicateName { line: 3 });
    }
    for file in [
        "\n\nquorum x\n".to_owned(),
        format!("{two}group g any a x\n"),
        format!("{two}group x any a x\n"),
        format!("{two}group g any none\n"),
        format!("{two}quorum x\ngroup x any a\n"),
    ] {
        assert_eq!(refused(&file), PolicyError::UnknownName { line: 3 });
    }
    for file in [
        format!("{two}group g any a a\n"),
        format!("witness a {a}\ngroup g any a\ngroup h any a\n"),
    ] {
        assert_eq!(refused(&file), PolicyError::MemberTwice { line: 3 });
    }
}

#[test]
fn there_is_one_quorum_and_not_too_much_else() {
    assert_eq!(refused(""), PolicyError::NoQuorum);
    assert_eq!(refused("# nothing\n"), PolicyError::NoQuorum);
    assert_eq!(
        refused("quorum none\nquorum none\n"),
        PolicyError::SecondQuorum { line: 2 }
    );
    let policy = Policy::parse(b" quorum\tnone \n").unwrap();
    assert_eq!(policy.to_bytes(), b"quorum none\n");
    let mut file = format!("witness g {}\n", w(10));
    for i in 0..=POLICY_ITEMS_MAX {
        let before = if i == 0 {
            String::new()
        } else {
            (i - 1).to_string()
        };
        file += &format!("group g{i} any g{before}\n");
    }
    let line = POLICY_ITEMS_MAX + 2;
    assert_eq!(refused(&file), PolicyError::TooMany { line });
}

fn checkpoint(origin: &Origin) -> Checkpoint {
    let size = TreeSize::new(5).unwrap();
    Checkpoint::new(origin.key_name().clone(), size, Hash::of(b"root")).unwrap()
}

fn at(time: u64) -> SigningTime {
    SigningTime::new(time, 0).unwrap()
}

fn note(lines: impl IntoIterator<Item = SignatureLine>) -> SignedNote {
    let note = log().sign(&checkpoint(&origin()), at(100)).unwrap();
    note.with_lines(lines).unwrap()
}

fn builder() -> PolicyBuilder {
    let log = LogVerifier::new(log().vkeys()).unwrap();
    let receipt = |host, byte| ReceiptVerifier::new(receipt(host, byte).vkeys()).unwrap();
    let witness = witness("w.example", 4).vkeys().to_vec();
    PolicyBuilder::new()
        .log(&log)
        .receipt(&receipt("b.example", 2))
        .receipt(&receipt("c.example", 3))
        .witness(&WitnessVerifier::new(witness).unwrap())
}

#[test]
fn the_policy_of_a_dialogue_reads_as_written() {
    let policy = builder().build(Required::AtLeast(2)).unwrap();
    let file = policy.to_bytes();
    assert_eq!(Policy::parse(&file), Ok(policy));
    let text = String::from_utf8(file).unwrap();
    let [first, second] = receipt("b.example", 2).vkeys();
    let name = "b.example/chancery/receipt";
    assert!(text.contains(&format!(
        "group {name} all {name}+{} {name}+{}\n",
        first.id(),
        second.id()
    )));
    assert!(text.ends_with(
        "group countersigned 2 b.example/chancery/receipt c.example/chancery/receipt \
         w.example/chancery/witness\nquorum countersigned\n"
    ));
}

#[test]
fn a_policy_of_fewer_than_it_requires_cannot_be_built() {
    for count in [0, 4] {
        assert!(matches!(
            builder().build(Required::AtLeast(count)),
            Err(PolicyError::Threshold { .. })
        ));
    }
    assert_eq!(
        PolicyBuilder::new().build(Required::All),
        Err(PolicyError::WordCount { line: 1 })
    );
    let log = LogVerifier::new(log().vkeys()).unwrap();
    let receipt = ReceiptVerifier::new(receipt("b.example", 2).vkeys()).unwrap();
    for twice in [builder().log(&log), builder().receipt(&receipt)] {
        assert!(matches!(
            twice.build(Required::Nobody),
            Err(PolicyError::DuplicateKey { .. })
        ));
    }
}

#[test]
fn a_quorum_is_met_by_whole_receipts_and_any_witness_line() {
    let policy = builder().build(Required::AtLeast(2)).unwrap();
    let checkpoint = checkpoint(&origin());
    let b = receipt("b.example", 2).lines(&checkpoint, at(200));
    let c = receipt("c.example", 3).lines(&checkpoint, at(300));
    let w = witness("w.example", 4).lines(&checkpoint, at(400));
    let met = |lines: Vec<SignatureLine>| policy.judge(&note(lines)).map(|it| it.cosigners().len());
    let quorum = |cosigned| Err(JudgementError::Quorum { found: cosigned });
    assert_eq!(met([b.clone(), c.clone()].concat()), Ok(2));
    assert_eq!(met(vec![b[0].clone(), b[1].clone(), w[0].clone()]), Ok(2));
    assert_eq!(met(vec![b[0].clone(), b[1].clone(), w[1].clone()]), Ok(2));
    assert_eq!(met(vec![]), quorum(0));
    assert_eq!(met(b.to_vec()), quorum(2));
    // Half receipts are none, however many.
    assert_eq!(
        met(vec![b[0].clone(), c[0].clone(), w[0].clone()]),
        quorum(3)
    );
    assert_eq!(
        met(vec![b[1].clone(), c[1].clone(), w[1].clone()]),
        quorum(3)
    );
    let result = policy.judge(&note([b, w].concat())).unwrap();
    assert_eq!(result.checkpoint(), &checkpoint);
    assert_eq!(result.log_time(), Some(100));
    let said: Vec<_> = result.cosigners().iter().collect();
    let names: Vec<_> = said.iter().map(|it| (it.name.as_str(), it.time)).collect();
    let expected = [
        ("b.example/chancery/receipt", 200),
        ("w.example/chancery/witness", 400),
    ];
    assert_eq!(names, expected);
}

#[test]
fn all_lines_of_the_log_are_required() {
    let policy = builder().build(Required::Nobody).unwrap();
    policy.judge(&note([])).unwrap();
    for (keep, missing) in [(0, 1), (1, 0)] {
        let whole = note([]);
        let half = SignedNote::new(whole.text().to_owned(), vec![whole.lines()[keep].clone()]);
        assert_eq!(
            policy.judge(&half.unwrap()),
            Err(JudgementError::Note(NoteError::Missing {
                key: origin().key_name().clone(),
                id: log().vkeys()[missing].id(),
            }))
        );
    }
}

#[test]
fn a_log_that_is_not_listed_is_not_believed() {
    let other = Origin::new(&"a.example".parse().unwrap(), [8; 8]);
    let signer = LogSigner::new(pair(other.key_name(), 9)).unwrap();
    let note = signer.sign(&checkpoint(&other), at(1)).unwrap();
    for policy in [
        builder().build(Required::Nobody).unwrap(),
        Policy::parse(b"quorum none\n").unwrap(),
    ] {
        assert_eq!(
            policy.judge(&note),
            Err(JudgementError::UnknownLog(other.key_name().clone()))
        );
    }
}

#[test]
fn a_bad_line_of_a_known_witness_refuses_the_note() {
    let policy = builder().build(Required::Nobody).unwrap();
    let size = TreeSize::new(6).unwrap();
    let other = Checkpoint::new(origin().key_name().clone(), size, Hash::of(b"other")).unwrap();
    let stray = witness("w.example", 4).lines(&other, at(400));
    assert!(matches!(
        policy.judge(&note(stray)),
        Err(JudgementError::Note(NoteError::BadSignature { .. }))
    ));
    let stranger = witness("v.example", 5).lines(&other, at(400));
    policy.judge(&note(stranger)).unwrap();
}
