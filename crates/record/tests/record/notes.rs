//! Signed notes, keys and checkpoints: the C2SP examples, and each refusal.

mod checkpoints;
mod keys;

use proptest::prelude::*;
use record::checkpoint::{
    Checkpoint, CheckpointError, GrowthError, LogVerifier, ParseCheckpointError, ReceiptVerifier,
    WitnessVerifier,
};
use record::cosignature::{SigningTime, TIME_MAX, TimeError};
use record::hash::Hash;
use record::key::{
    Algorithm, BadSignature, KeyError, KeyPair, Keyring, LogSigner, PrivateKey, Seed, Vkey,
};
use record::name::{Host, KeyName, NameError, Origin, Role};
use record::note::{NOTE_BYTES_MAX, NoteError, SignatureLine, SignedNote};
use record::receipt::{Receipt, countersign};
use record::tree::{ProofError, empty_root};

use crate::world::{
    LOG, Log, at, key, log_signer, log_verifier, origin, pair, party_signer, receipt_signer,
    receipt_verifier, size, witness_signer,
};

const EXAMPLE_KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

fn parse(text: &str) -> Result<SignedNote, NoteError> {
    SignedNote::parse(text.as_bytes())
}

#[test]
fn the_example_of_signed_note() {
    let keys = [EXAMPLE_KEY.parse::<Vkey>().unwrap()];
    assert_eq!(keys[0].to_string(), EXAMPLE_KEY);
    let note = parse(EXAMPLE).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.as_str(), EXAMPLE);
    assert_eq!(note.verify(&keys).unwrap()[0].time, None);
    let forged = parse(&EXAMPLE.replace("example message", "Example message")).unwrap();
    let reason = BadSignature::Forged;
    let key = keys[0].name().clone();
    assert_eq!(
        forged.verify(&keys),
        Err(NoteError::BadSignature { key, reason })
    );
}

#[test]
fn the_other_examples_of_the_specifications_are_notes() {
    let note = parse(SOFA).unwrap();
    let checkpoint = Checkpoint::parse(note.text()).unwrap();
    assert_eq!(checkpoint.size(), size(20_852_163));
    assert_eq!(checkpoint.to_text(), note.text());
    assert_eq!(note.lines()[1].name().as_str(), "witness.example.com/w1");
    assert_eq!(
        note.lines()[1].signature()[..8],
        1_679_315_147u64.to_be_bytes()
    );
    let quasimodo = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    assert!(
        parse(quasimodo)
            .unwrap()
            .text()
            .ends_with("\ned è subito sera.\n")
    );
}

#[test]
fn note_refusals() {
    let line = "— a AAAAAAA=\n";
    let check =
        |text: &str, expected: NoteError| assert_eq!(parse(text), Err(expected), "{text:?}");
    assert!(parse(&format!("t\n\n{line}")).is_ok());
    assert!(parse(&format!("t\n\n\n{line}")).is_ok());
    check("", NoteError::NoBlankLine);
    check("t\n", NoteError::NoBlankLine);
    check(&format!("t\n{line}"), NoteError::NoBlankLine);
    check("t\n\n", NoteError::NoSignatures);
    check(&format!("t\n\n{line}\n"), NoteError::NoSignatures);
    check(&format!("\n\n{line}"), NoteError::TextWithoutEnd);
    check(&format!("\n{line}"), NoteError::NoBlankLine);
    for (number, lines) in [
        (1, "— a AAAAAAA="),
        (1, "- a AAAAAAA=\n"),
        (1, "—a AAAAAAA=\n"),
        (1, "—  AAAAAAA=\n"),
        (1, "— a+b AAAAAAA=\n"),
        (1, "— a AAAAAAA\n"),
        (1, "— a AAAAAAB=\n"),
        (1, "— a AAAAAA==\n"),
        (1, "— a \n"),
        (1, "— a\n"),
        (1, "— a AAAAAAA= \n"),
        (1, "— a  AAAAAAA=\n"),
        (1, "— a\u{a0}b AAAAAAA=\n"),
        (2, "— a AAAAAAA=\nt\n"),
        (2, "— a AAAAAAA=\n— a AAAAAAA=\u{85}\n"),
    ] {
        check(
            &format!("t\n\n{lines}"),
            NoteError::MalformedLine { number },
        );
    }
    check(
        "t\r\n\n",
        NoteError::ControlCharacter {
            byte: b'\r',
            offset: 1,
        },
    );
    check(
        "t\t\n\n",
        NoteError::ControlCharacter {
            byte: b'\t',
            offset: 1,
        },
    );
    check("\0\n\n", NoteError::ControlCharacter { byte: 0, offset: 0 });
    let not_utf8 = SignedNote::parse(b"t\xff\n\n");
    assert_eq!(not_utf8, Err(NoteError::NotUtf8 { offset: 1 }));
    let longest = format!("{}\n\n{line}", "t".repeat(NOTE_BYTES_MAX - 2 - line.len()));
    assert!(parse(&longest).is_ok());
    check(
        &format!("t{longest}"),
        NoteError::TooLarge {
            bytes: NOTE_BYTES_MAX + 1,
        },
    );
    let text_without_end = SignedNote::new("t".to_owned(), vec![]);
    assert_eq!(text_without_end, Err(NoteError::TextWithoutEnd));
    assert_eq!(
        SignedNote::new("t\n".to_owned(), vec![]),
        Err(NoteError::NoSignatures)
    );
}

#[test]
fn unknown_keys_are_ignored_and_known_ones_are_not() {
    let text = "text\n".to_owned();
    let signer = party_signer();
    let note = signer.sign(text).unwrap();
    let known = signer.vkeys();
    assert_eq!(note.verify_all(&known).unwrap().len(), 2);
    let stranger = record::key::PartySigner::new(pair("c.example/chancery/party"))
        .unwrap()
        .vkeys();
    assert_eq!(note.verify(&stranger), Err(NoteError::NotSigned));
    assert_eq!(note.verify(&[]), Err(NoteError::NotSigned));
    let missing = note.verify_all(&stranger).unwrap_err();
    assert!(matches!(missing, NoteError::Missing { key, .. } if key == *stranger[0].name()));

    // One of two lines is missing.
    let ed_only = SignedNote::new(note.text().to_owned(), vec![note.lines()[0].clone()]).unwrap();
    let refused = ed_only.verify_all(&known).unwrap_err();
    assert!(matches!(refused, NoteError::Missing { id, .. } if id == known[1].id()));

    // The same name with another id is unknown; the same id with another name too.
    let renamed = ed_only.as_str().replace("a.example", "x.example");
    assert_eq!(
        parse(&renamed).unwrap().verify(&known),
        Err(NoteError::NotSigned)
    );

    // A bad line of a known key spoils the note, even beside good ones.
    for bit in [32, 100, 300, 543] {
        let mut blob = note.lines()[0].to_string();
        let line = SignatureLine::parse(blob.trim_end()).unwrap();
        let mut signature = line.signature().to_vec();
        signature[(bit - 32) / 8] ^= 1;
        let bytes = [line.id().as_bytes().as_slice(), &signature].concat();
        let encoded = base64_of(&bytes);
        blob = format!("— {} {encoded}", line.name());
        let bad = SignatureLine::parse(&blob).unwrap();
        let spoiled = note.with_lines([bad]).unwrap();
        let refused = spoiled.verify(&known).unwrap_err();
        let expected = BadSignature::Forged;
        assert!(matches!(refused, NoteError::BadSignature { reason, .. } if reason == expected));
    }
    let mut short = note.lines()[0].signature().to_vec();
    short.pop();
    let bytes = [known[0].id().as_bytes().as_slice(), &short].concat();
    let short =
        SignatureLine::parse(&format!("— {} {}", known[0].name(), base64_of(&bytes))).unwrap();
    let refused = note
        .with_lines([short])
        .unwrap()
        .verify(&known)
        .unwrap_err();
    let expected = BadSignature::Length {
        found: 63,
        expected: 64,
    };
    assert!(matches!(refused, NoteError::BadSignature { reason, .. } if reason == expected));
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn seventeen_lines_of_known_keys_are_too_many() {
    let checkpoint = Log::of(1).checkpoint();
    let note = log_signer().sign(&checkpoint, at(1)).unwrap();
    let mut keys = Vec::new();
    let mut lines = Vec::new();
    for n in 0..17 {
        let name = format!("w{n}.example/chancery/witness");
        let signer = record::key::WitnessSigner::new(pair(&name)).unwrap();
        keys.push(signer.vkeys()[0].clone());
        lines.push(signer.lines(&checkpoint, at(1))[0].clone());
    }
    let sixteen = note.with_lines(lines[..16].to_vec()).unwrap();
    assert_eq!(sixteen.verify(&keys).unwrap().len(), 16);
    let seventeen = note.with_lines(lines).unwrap();
    assert_eq!(
        seventeen.verify(&keys),
        Err(NoteError::TooManySignatures { found: 17 })
    );
}

#[test]
fn merging_notes() {
    let mut log = Log::of(2);
    let note = log.sign(10).note().clone();
    let lines = receipt_signer().lines(&log.checkpoint(), at(11));
    let one = note.with_lines([lines[0].clone()]).unwrap();
    let two = note.with_lines([lines[1].clone()]).unwrap();
    let merged = one.merge(&two).unwrap();
    assert_eq!(merged.lines().len(), 4);
    assert_eq!(merged.merge(&one).unwrap(), merged);
    assert!(receipt_verifier().verify(&merged).is_ok());
    assert!(matches!(
        receipt_verifier().verify(&one),
        Err(CheckpointError::Note(NoteError::Missing { .. }))
    ));
    log.grow(1, "x");
    assert_eq!(merged.merge(log.sign(12).note()), Err(NoteError::OtherText));
}

proptest! {
    #[test]
    fn notes_round_trip(text in "(\\PC{0,20}\n){1,4}", names in prop::collection::vec("[a-z/.]{1,10}", 1..4)) {
        let lines: String = names.iter().map(|name| format!("— {name} AAAAAAAA\n")).collect();
        let whole = format!("{text}\n{lines}");
        // A text may be empty lines; then a later blank line is the one that parts it.
        if let Ok(note) = SignedNote::parse(whole.as_bytes()) {
            prop_assert_eq!(note.text(), &text);
            let again = SignedNote::new(note.text().to_owned(), note.lines().to_vec()).unwrap();
            prop_assert_eq!(again.as_str(), whole);
        } else {
            prop_assert_eq!(text, "\n");
        }
    }
}
