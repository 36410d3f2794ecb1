//! Signed notes, keys and checkpoints: the C2SP examples, and each refusal.

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

#[test]
fn names() {
    let too_long = "a".repeat(256);
    assert_eq!(
        too_long.parse::<KeyName>(),
        Err(NameError::TooLong {
            bytes: 256,
            bytes_max: 255
        })
    );
    assert_eq!("".parse::<KeyName>(), Err(NameError::Empty));
    for c in ['+', ' ', '\u{a0}', '\u{2003}', '\n', '\u{85}', '\u{7f}'] {
        assert_eq!(
            format!("a{c}b").parse::<KeyName>(),
            Err(NameError::Character(c)),
            "{c:?}"
        );
    }
    for host in [
        "a",
        "a.example",
        "a-b.example:1",
        "127.0.0.1:65535",
        "xn--bcher-kva.example",
    ] {
        assert_eq!(host.parse::<Host>().unwrap().as_str(), host);
    }
    for host in [
        "A.example",
        "a..example",
        ".a",
        "a.",
        "-a",
        "a-",
        "a_b",
        "a:0",
        "a:65536",
        "a:080",
        "a:",
        "a:1:2",
        "a/b",
        "bücher.example",
        "[::1]",
        "a b",
    ] {
        assert_eq!(
            host.parse::<Host>(),
            Err(NameError::NotAHost(host.to_owned()))
        );
    }
    assert!("a.".repeat(115).parse::<Host>().is_err());
    assert!(matches!(
        format!("{}a", "a.".repeat(115)).parse::<Host>(),
        Err(NameError::TooLong {
            bytes: 231,
            bytes_max: 229
        })
    ));
    let longest: Host = format!("{}a", "a.".repeat(114)).parse().unwrap();
    assert_eq!(Origin::new(&longest, [0xff; 8]).as_str().len(), 255);
    let origin = Origin::new(
        &"a.example".parse().unwrap(),
        *b"\x01\x23\x45\x67\x89\xab\xcd\xef",
    );
    assert_eq!(
        (origin.as_str(), origin.host().as_str()),
        (LOG, "a.example")
    );
    for name in [
        "a.example",
        "a.example/chancery/receipt",
        "a.example/chancery/0123456789abcde",
        "a.example/chancery/0123456789ABCDEF",
        "a.example/other/0123456789abcdef",
        "A.example/chancery/0123456789abcdef",
        "/chancery/0123456789abcdef",
        "a.example/chancery/0123456789abcdef/",
    ] {
        assert_eq!(
            name.parse::<Origin>(),
            Err(NameError::NotAnOrigin(name.to_owned()))
        );
    }
    let role = |name: &str| {
        name.parse::<KeyName>()
            .unwrap()
            .role()
            .map(|(_, role)| role)
    };
    assert_eq!(role("a.example/chancery/party"), Some(Role::Party));
    assert_eq!(role("a.example/chancery/witness"), Some(Role::Witness));
    assert_eq!(role("a.example/chancery/other"), None);
}

#[test]
fn vkey_refusals() {
    let check = |text: &str, expected: KeyError| {
        assert_eq!(text.parse::<Vkey>().unwrap_err(), expected, "{text}");
    };
    check("", KeyError::Syntax);
    check("example.com/foo+530d903a", KeyError::Syntax);
    check(
        &EXAMPLE_KEY.replace("530d903a", "530D903A"),
        KeyError::Syntax,
    );
    check(
        &EXAMPLE_KEY.replace("530d903a", "530d903"),
        KeyError::Syntax,
    );
    check(
        &EXAMPLE_KEY.replace("530d903a", "+30d903a"),
        KeyError::Syntax,
    );
    check(&EXAMPLE_KEY.replace("3U2k", "3U2"), KeyError::Syntax);
    check("a+00000000+", KeyError::Syntax);
    let wrong = EXAMPLE_KEY
        .replace("530d903a", "530d903b")
        .parse::<Vkey>()
        .unwrap_err();
    assert!(matches!(wrong, KeyError::Id { found, expected }
        if found.to_string() == "530d903b" && expected.to_string() == "530d903a"));
    let renamed = EXAMPLE_KEY.replace("/foo", "/bar").parse::<Vkey>();
    assert!(matches!(renamed, Err(KeyError::Id { .. })));
    check(
        &format!("a+00000000+{}", base64_of(&[2; 33])),
        KeyError::UnknownType(2),
    );
    check(
        &format!("a+00000000+{}", base64_of(&[0xff; 33])),
        KeyError::UnknownType(0xff),
    );
    let length = |found| KeyError::Length {
        algorithm: Algorithm::Ed25519,
        found,
        expected: 32,
    };
    check(&format!("a+00000000+{}", base64_of(&[1; 32])), length(31));
    check(&format!("a+00000000+{}", base64_of(&[1; 34])), length(33));
    let mut identity = [0; 33];
    (identity[0], identity[1]) = (1, 1);
    check(
        &format!("a+00000000+{}", base64_of(&identity)),
        KeyError::SmallOrder,
    );
    let mut second_spelling = [0xff; 33];
    (second_spelling[0], second_spelling[1], second_spelling[32]) = (4, 0xef, 0x7f);
    check(
        &format!("a+00000000+{}", base64_of(&second_spelling)),
        KeyError::NotCanonical,
    );
}

#[test]
fn private_keys() {
    let key = key("a.example/chancery/party", Algorithm::MlDsa44);
    let file = key.to_file();
    assert!(file.starts_with("PRIVATE+CHANCERY+ml-dsa-44+a.example/chancery/party+"));
    assert!(file.ends_with("=\n"));
    assert_eq!(file.parse::<PrivateKey>().unwrap().vkey(), key.vkey());
    let seed_text = file.trim_end().rsplit('+').next().unwrap();
    let shown = format!("{key:?} {:?}", Seed::new([0x41; 32]));
    assert!(
        !shown.contains(seed_text) && !shown.contains("65"),
        "{shown}"
    );
    let check = |text: &str, expected: KeyError| {
        assert_eq!(text.parse::<PrivateKey>().unwrap_err(), expected, "{text}");
    };
    check("PRIVATE+KEY+x", KeyError::Syntax);
    check(
        "PRIVATE+CHANCERY+ed25519+a.example/chancery/party",
        KeyError::Syntax,
    );
    check(
        &file.replace("ml-dsa-44", "rsa"),
        KeyError::UnknownAlgorithm("rsa".to_owned()),
    );
    check(&file.replace("=\n", "\n"), KeyError::Syntax);
    check(&format!("{}\n", file.as_str()), KeyError::Syntax);
    let name = "a.example/chancery/other".to_owned();
    check(&file.replace("/party", "/other"), KeyError::NoRole(name));
    check(
        &file.replace("a.example", "a example"),
        KeyError::Name(NameError::Character(' ')),
    );
}

#[test]
fn pairs_and_keyrings() {
    let name = "a.example/chancery/party";
    let swapped = KeyPair::new(key(name, Algorithm::MlDsa44), key(name, Algorithm::Ed25519));
    let algorithm = Algorithm::MlDsa44;
    assert_eq!(swapped.unwrap_err(), KeyError::WrongAlgorithm { algorithm });
    let other = "b.example/chancery/party";
    let two = KeyPair::new(
        key(name, Algorithm::Ed25519),
        key(other, Algorithm::MlDsa44),
    );
    assert_eq!(
        two.unwrap_err(),
        KeyError::TwoNames(name.to_owned(), other.to_owned())
    );
    let wrong_role = LogSigner::new(pair(name)).unwrap_err();
    assert_eq!(
        wrong_role,
        KeyError::Role {
            name: name.to_owned(),
            expected: Role::Log
        }
    );

    let seeded = |name: &str, algorithm, seed| {
        PrivateKey::from_seed(name.parse().unwrap(), algorithm, Seed::new([seed; 32])).unwrap()
    };
    let same = KeyPair::new(
        seeded(name, Algorithm::Ed25519, 1),
        seeded(name, Algorithm::MlDsa44, 1),
    );
    assert_eq!(
        same.unwrap_err(),
        KeyError::UsedTwice(name.to_owned(), name.to_owned())
    );

    let receipt = "a.example/chancery/receipt";
    let keys = |names: &[(&str, Algorithm, u8)]| {
        Keyring::load(
            names
                .iter()
                .map(|&(name, algorithm, seed)| seeded(name, algorithm, seed))
                .collect(),
        )
    };
    let (ed, ml) = (Algorithm::Ed25519, Algorithm::MlDsa44);
    let ring = keys(&[
        (receipt, ed, 1),
        (name, ml, 2),
        (receipt, ml, 3),
        (name, ed, 4),
        (LOG, ed, 5),
        (LOG, ml, 6),
    ])
    .unwrap();
    assert!(ring.log(&origin()).is_some() && ring.receipt().is_some() && ring.party().is_some());
    assert!(ring.witness().is_none());
    assert_eq!(ring.logs().count(), 1);
    let twice = keys(&[
        (receipt, ed, 1),
        (receipt, ml, 2),
        (name, ed, 1),
        (name, ml, 3),
    ]);
    assert_eq!(
        twice.unwrap_err(),
        KeyError::UsedTwice(receipt.to_owned(), name.to_owned())
    );
    let incomplete = keys(&[(receipt, ed, 1)]).unwrap_err();
    assert_eq!(
        incomplete,
        KeyError::Incomplete {
            name: receipt.to_owned(),
            algorithm: ml,
            found: 0
        }
    );
    let doubled = keys(&[(receipt, ed, 1), (receipt, ed, 2), (receipt, ml, 3)]).unwrap_err();
    assert_eq!(
        doubled,
        KeyError::Incomplete {
            name: receipt.to_owned(),
            algorithm: ed,
            found: 2
        }
    );
    let mixed = keys(&[(receipt, ed, 1), (other, ml, 2)]).unwrap_err();
    assert_eq!(
        mixed,
        KeyError::TwoNames(receipt.to_owned(), other.to_owned())
    );
}

#[test]
fn checkpoint_refusals() {
    use ParseCheckpointError as E;
    let root = Hash::of(b"root");
    let good = format!("a\n5\n{root}\n");
    assert_eq!(Checkpoint::parse(&good).unwrap().to_text(), good);
    let check = |text: &str, expected: E| {
        assert_eq!(Checkpoint::parse(text), Err(expected), "{text:?}");
    };
    check("", E::Lines);
    check(&format!("a\n5\n{root}"), E::Lines);
    check("a\n5\n", E::Lines);
    check(&format!("{good}x\n"), E::Extension);
    check(&format!("{good}\n"), E::Extension);
    check(&format!("\n5\n{root}\n"), E::Origin(NameError::Empty));
    check(
        &format!("a b\n5\n{root}\n"),
        E::Origin(NameError::Character(' ')),
    );
    for size in [
        "",
        "05",
        "+5",
        "-1",
        "5 ",
        "0x5",
        "٥",
        "18446744073709551616",
    ] {
        check(&format!("a\n{size}\n{root}\n"), E::SizeSyntax);
    }
    let beyond = (1u64 << 40) + 1;
    check(
        &format!("a\n{beyond}\n{root}\n"),
        E::Size(record::hash::SizeError(beyond)),
    );
    for hash in [
        "",
        "AAAA",
        &root.to_string()[..43],
        &format!("{root}="),
        &"A".repeat(44),
    ] {
        check(&format!("a\n5\n{hash}\n"), E::Root);
    }
    check(&format!("a\n0\n{root}\n"), E::EmptyRoot);
    assert!(Checkpoint::parse(&format!("a\n0\n{}\n", empty_root())).is_ok());
}

#[test]
fn verifiers_want_both_keys_of_the_right_role() {
    let mut log = Log::of(3);
    let verified = log.sign(100);
    assert_eq!((verified.time(), verified.size()), (100, size(3)));
    let note = verified.note().clone();
    for line in note.lines() {
        let one = SignedNote::new(note.text().to_owned(), vec![line.clone()]).unwrap();
        let refused = log_verifier().verify(one).unwrap_err();
        assert!(matches!(
            refused,
            CheckpointError::Note(NoteError::Missing { .. })
        ));
    }
    let other = LogVerifier::new(pair("a.example/chancery/00000000000000ff").vkeys()).unwrap();
    assert!(
        matches!(other.verify(note.clone()), Err(CheckpointError::OtherLog { found, .. }) if found == LOG)
    );
    let party = party_signer().vkeys();
    let name = party[0].name().as_str().to_owned();
    let expected = Role::Log;
    assert_eq!(
        LogVerifier::new(party.clone()),
        Err(KeyError::Role { name, expected })
    );
    let [ed, ml] = log_signer().vkeys();
    assert_eq!(
        LogVerifier::new([ml.clone(), ed.clone()]).unwrap(),
        log_verifier()
    );
    let algorithm = Algorithm::Ed25519;
    assert_eq!(
        LogVerifier::new([ed.clone(), ed]),
        Err(KeyError::WrongAlgorithm { algorithm })
    );
    assert!(matches!(
        ReceiptVerifier::new(log_signer().vkeys()),
        Err(KeyError::Role { .. })
    ));

    let receipt = countersign(&verified, &receipt_signer(), at(120)).unwrap();
    let verified = Receipt::verify(receipt.clone(), &log_verifier(), &receipt_verifier()).unwrap();
    assert_eq!(verified.receipt().by().as_str(), "b.example");
    assert_eq!(
        (verified.receipt().time(), verified.checkpoint().time()),
        (120, 100)
    );
    assert_eq!(verified.checkpoint().own_note(), note);
    let unreceipted = Receipt::verify(note.clone(), &log_verifier(), &receipt_verifier());
    assert!(matches!(
        unreceipted,
        Err(CheckpointError::Note(NoteError::Missing { .. }))
    ));
    assert!(
        log_verifier()
            .verify(SignedNote::new("x\n".to_owned(), note.lines().to_vec()).unwrap())
            .is_err()
    );

    // From a witness either line is enough.
    let witness = WitnessVerifier::new(witness_signer().vkeys().to_vec()).unwrap();
    for line in witness_signer().lines(verified.checkpoint().checkpoint(), at(130)) {
        let witnessed = witness.verify(&note.with_lines([line]).unwrap()).unwrap();
        assert_eq!((witnessed.time(), witnessed.algorithms().len()), (130, 1));
    }
    assert_eq!(
        witness.verify(&note),
        Err(CheckpointError::Note(NoteError::NotSigned))
    );
    assert!(matches!(
        WitnessVerifier::new(party.to_vec()),
        Err(KeyError::Role { .. })
    ));
    assert_eq!(WitnessVerifier::new(vec![]), Err(KeyError::Syntax));
}

#[test]
fn a_signature_of_one_type_is_none_of_another() {
    // The same Ed25519 key, were it used for two roles, could not be made to say the one by the other.
    let log = Log::of(1).checkpoint();
    let line = &receipt_signer().lines(&log, at(7))[0];
    let key = Vkey::new(
        "b.example/chancery/receipt".parse().unwrap(),
        record::key::SignatureType::Ed25519,
        receipt_signer().vkeys()[0].public_key(),
    )
    .unwrap();
    assert_eq!(
        key.verify(&log.to_text(), line.signature()),
        Err(BadSignature::Length {
            found: 72,
            expected: 64
        })
    );
    assert_eq!(
        key.verify(&log.to_text(), &line.signature()[8..]),
        Err(BadSignature::Forged)
    );
    let [ed, ml] = receipt_signer().vkeys();
    for (key, at) in [(&ed, 0), (&ml, 1)] {
        let lines = receipt_signer().lines(&log, crate::world::at(7));
        assert_eq!(
            key.verify("no checkpoint\n", lines[at].signature()),
            Err(BadSignature::NotACheckpoint)
        );
        let mut timeless = lines[at].signature().to_vec();
        timeless[..8].fill(0);
        assert_eq!(
            key.verify(&log.to_text(), &timeless),
            Err(BadSignature::Time(0))
        );
        timeless[..8].fill(0xff);
        assert_eq!(
            key.verify(&log.to_text(), &timeless),
            Err(BadSignature::Time(u64::MAX))
        );
        timeless[..8].copy_from_slice(&8u64.to_be_bytes());
        assert_eq!(
            key.verify(&log.to_text(), &timeless),
            Err(BadSignature::Forged)
        );
    }
}

#[test]
fn times_never_go_back() {
    assert_eq!(SigningTime::new(5, 5).unwrap().get(), 5);
    assert_eq!(
        SigningTime::new(4, 5),
        Err(TimeError::BeforeLast { now: 4, last: 5 })
    );
    assert_eq!(SigningTime::new(0, 0), Err(TimeError::OutOfRange(0)));
    assert_eq!(
        SigningTime::new(TIME_MAX + 1, 0),
        Err(TimeError::OutOfRange(TIME_MAX + 1))
    );
    let other = Checkpoint::new("x".parse().unwrap(), size(0), empty_root()).unwrap();
    assert!(matches!(
        log_signer().sign(&other, at(1)),
        Err(KeyError::Role { .. })
    ));
}

#[test]
fn a_checkpoint_continues_another() {
    let mut log = Log::of(5);
    let old = log.checkpoint();
    log.grow(4, "more");
    let new = log.checkpoint();
    let proof = record::tree::consistency_proof(&log, size(5), size(9)).unwrap();
    assert_eq!(new.continues(&old, &proof), Ok(()));
    let refused = new.continues(&old, &[]);
    assert!(matches!(
        refused,
        Err(GrowthError::Proof(ProofError::Length { found: 0, .. }))
    ));
    let back = old.continues(&new, &proof);
    assert_eq!(
        back,
        Err(GrowthError::Proof(ProofError::OutOfRange {
            asked: 9,
            size: 5
        }))
    );
    let empty = Checkpoint::new(new.origin().clone(), size(0), empty_root()).unwrap();
    assert_eq!(new.continues(&empty, &[]), Ok(()));
    let needless = new.continues(&empty, &proof[..1]);
    assert_eq!(
        needless,
        Err(GrowthError::Proof(ProofError::Length {
            found: 1,
            expected: 0
        }))
    );
    let other = Checkpoint::new("x".parse().unwrap(), size(5), *old.root()).unwrap();
    assert!(matches!(
        new.continues(&other, &proof),
        Err(GrowthError::OtherLog(..))
    ));
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
