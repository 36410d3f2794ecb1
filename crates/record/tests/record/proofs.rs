//! Proofs of one item, of absence and of a fork, and the front door that tells them apart.

use record::absence::{AbsenceError, AbsenceProof};
use record::entry::Class;
use record::fork::{ForkError, ForkEvidence};
use record::hash::Hash;
use record::note::SignedNote;
use record::opening::{Level, OpenError};
use record::package::PackageError;
use record::policy::{JudgementError, Policy};
use record::proof::{PROOF_INLINE_CONTENT_BYTES_MAX, ParseProofError, TlogProof, VerifyProofError};
use record::tree::{ProofError, consistency_proof, frontier_at, inclusion_proof, root_at};
use record::verify::{FileKind, Proved, VerifyError, identify, verify};

use crate::world::{
    Log, index, log_signer, party_signer, policy_text, receipt_signer, size, witness_signer,
};

fn policy() -> Policy {
    Policy::parse(policy_text().as_bytes()).unwrap()
}

fn proof_of(log: &mut Log, at: u64, level: Level) -> TlogProof {
    let note = log.receipted(1000);
    let hashes = inclusion_proof(log, index(at), log.edge.size()).unwrap();
    let (sealed, content) = &log.items[at as usize];
    let content = (level == Level::Content).then_some(content.as_slice());
    let opening = sealed.opening.reduced_to(level).unwrap();
    TlogProof::of_item(opening, content, index(at), hashes, note).unwrap()
}

#[test]
fn an_item_is_proved_at_every_level() {
    let mut log = Log::of(300);
    for level in [Level::Class, Level::Head, Level::Content] {
        let proof = proof_of(&mut log, 258, level);
        let text = proof.to_text();
        assert_eq!(TlogProof::parse(text.as_bytes()), Ok(proof.clone()));
        let Proved::Item(item) = verify(text.as_bytes(), &policy(), None).unwrap() else {
            panic!("it is a proof of an item");
        };
        assert_eq!((item.opened().level(), item.index()), (level, index(258)));
        assert_eq!(item.content().is_some(), level == Level::Content);
        assert_eq!(item.entry(), &log.items[258].0.entry);
        let said = Proved::Item(item.clone()).statements().join("; ");
        assert!(said.contains("entry 258 of log a.example/chancery/0123456789abcdef exists"));
        assert!(
            said.contains("b.example/chancery/receipt countersigned size 300"),
            "{said}"
        );
        assert!(said.contains("at 1970-01-01T00:16:41Z"), "{said}");
        assert_eq!(
            said.contains("its content is the one given"),
            level == Level::Content
        );
    }
    let nothing = proof_of(&mut log, 258, Level::Withheld);
    assert_eq!(
        nothing.verify(&policy(), None),
        Err(VerifyProofError::Withheld)
    );
}

#[test]
fn a_large_content_lies_beside_its_proof() {
    let mut log = Log::of(2);
    let text = "x".repeat(PROOF_INLINE_CONTENT_BYTES_MAX);
    log.grow(1, &text);
    let proof = proof_of(&mut log, 2, Level::Content);
    assert!(proof.to_text().len() < 20_000);
    let content = log.items[2].1.clone();
    assert_eq!(
        proof.verify(&policy(), None).unwrap().opened().level(),
        Level::Head
    );
    let proved = proof.verify(&policy(), Some(&content)).unwrap();
    assert_eq!(proved.content(), Some(content.as_slice()));
    let wrong = proof.verify(&policy(), Some(&content[1..])).unwrap_err();
    assert!(matches!(
        wrong,
        VerifyProofError::Open(OpenError::LengthMismatch { .. })
    ));
    let small = proof_of(&mut log, 1, Level::Content);
    assert_eq!(
        small.verify(&policy(), Some(b"x")),
        Err(VerifyProofError::TwoContents)
    );
}

#[test]
fn proof_refusals() {
    let mut log = Log::of(300);
    let proof = proof_of(&mut log, 258, Level::Content);
    let with = |hashes: Vec<Hash>, at: u64, extra: Option<Vec<u8>>| {
        TlogProof::new(extra, index(at), hashes, proof.note().clone()).verify(&policy(), None)
    };
    let (hashes, extra) = (proof.hashes().to_vec(), proof.extra().map(<[u8]>::to_vec));
    assert!(with(hashes.clone(), 258, extra.clone()).is_ok());
    let shifted = with(hashes.clone(), 259, extra.clone());
    assert_eq!(
        shifted,
        Err(VerifyProofError::Inclusion(ProofError::RootMismatch))
    );
    let beyond = with(hashes.clone(), 300, extra.clone());
    let out = ProofError::OutOfRange {
        asked: 300,
        size: 300,
    };
    assert_eq!(beyond, Err(VerifyProofError::Inclusion(out)));
    let short = with(hashes[1..].to_vec(), 258, extra.clone());
    assert!(matches!(
        short,
        Err(VerifyProofError::Inclusion(ProofError::Length { .. }))
    ));
    assert_eq!(
        with(hashes.clone(), 258, None),
        Err(VerifyProofError::NoItem)
    );
    let junk = with(hashes.clone(), 258, Some(vec![1]));
    assert_eq!(
        junk,
        Err(VerifyProofError::Item(PackageError::Short { number: 0 }))
    );
    let mut other = extra.clone().unwrap();
    *other.last_mut().unwrap() ^= 1;
    let changed = with(hashes.clone(), 258, Some(other));
    assert!(matches!(
        changed,
        Err(VerifyProofError::Open(OpenError::ContentMismatch { .. }))
    ));
    let own = log.sign(2000).note().clone();
    let unreceipted = TlogProof::new(extra, index(258), hashes, own).verify(&policy(), None);
    let quorum = JudgementError::Quorum { found: 0 };
    assert_eq!(unreceipted, Err(VerifyProofError::Judgement(quorum)));

    // The file.
    let text = proof.to_text();
    let check = |text: String, expected: ParseProofError| {
        assert_eq!(
            TlogProof::parse(text.as_bytes()),
            Err(expected),
            "{}",
            &text[..60]
        );
    };
    check(text.replacen("@v1", "@v2", 1), ParseProofError::Format);
    check(
        text.replacen("extra ", "extra  ", 1),
        ParseProofError::Extra,
    );
    check(text.replacen("extra ", "Extra ", 1), ParseProofError::Index);
    check(
        text.replacen("index 258", "index 0258", 1),
        ParseProofError::Index,
    );
    check(
        text.replacen("index 258", "index", 1),
        ParseProofError::Index,
    );
    let beyond = record::hash::SizeError(1 << 40);
    check(
        text.replacen("index 258", &format!("index {}", 1u64 << 40), 1),
        beyond.into(),
    );
    check(
        text.replacen("index 258\n", "index 258\nx\n", 1),
        ParseProofError::Hash(0),
    );
    let line = format!("{}\n", Hash::of(b""));
    let many = text.replacen("index 258\n", &format!("index 258\n{}", line.repeat(60)), 1);
    check(many, ParseProofError::TooManyHashes);
    check(text.replace("\n\n", "\n"), ParseProofError::NoBlankLine);
    check(text.replace('\n', "\r\n"), ParseProofError::NoBlankLine);
    let note = text.split_once("\n\n").unwrap().0.to_owned() + "\n\nno note";
    assert!(matches!(
        TlogProof::parse(note.as_bytes()),
        Err(ParseProofError::Note(_))
    ));
    let large = text.clone() + &" ".repeat(record::proof::PROOF_BYTES_MAX);
    assert!(matches!(
        TlogProof::parse(large.as_bytes()),
        Err(ParseProofError::TooLarge { .. })
    ));
    assert_eq!(TlogProof::parse(b"\xff"), Err(ParseProofError::NotUtf8));
}

/// A window of a log, from 5 to 40 entries, that has no statement where classes are left out.
fn window(absent: &[Class]) -> Result<AbsenceProof, AbsenceError> {
    let mut log = Log::of(5);
    let start = log.receipted(10);
    log.grow(35, "content");
    let end = log.receipted(20);
    let frontier = frontier_at(&log, size(5)).unwrap();
    let openings = log.items[5..].iter().map(|(sealed, _)| &sealed.opening);
    AbsenceProof::new(absent, start, end, &frontier, openings)
}

#[test]
fn absence_is_proved() {
    let absent = [Class::Filler, Class::Control];
    let proof = window(&absent).unwrap();
    let bytes = proof.encode().unwrap();
    assert!(
        bytes.starts_with(br#"{"absent":[0,1],"end":"a.example/chancery/0123456789abcdef\n40\n"#)
    );
    assert_eq!(AbsenceProof::parse(&bytes), Ok(proof));
    let Proved::Absence(proved) = verify(&bytes, &policy(), None).unwrap() else {
        panic!("it is a proof of absence");
    };
    assert_eq!(proved.classes(), absent);
    assert_eq!(proved.held_by()[0].as_str(), "b.example/chancery/receipt");
    let sizes = (
        proved.start().checkpoint().size(),
        proved.end().checkpoint().size(),
    );
    assert_eq!(sizes, (size(5), size(40)));
    let said = Proved::Absence(proved).statements();
    assert_eq!(
        said[0],
        "log a.example/chancery/0123456789abcdef has no entry of class filler, control from index 5 up to 40"
    );
}

#[test]
fn absence_refusals() {
    let present = window(&[Class::Inquiry]).unwrap().verify(&policy());
    assert_eq!(
        present,
        Err(AbsenceError::Present {
            index: 12,
            class: Class::Inquiry
        })
    );
    assert_eq!(window(&[]), Err(AbsenceError::Classes));
    assert_eq!(
        window(&[Class::Control, Class::Filler]),
        Err(AbsenceError::Classes)
    );
    let bytes = window(&[Class::Filler]).unwrap().encode().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value = value.clone();
        change(&mut value);
        let bytes = json::canonical(&value).unwrap();
        AbsenceProof::parse(bytes.as_bytes())
            .and_then(|proof| proof.verify(&policy()))
            .unwrap_err()
    };
    let list =
        |value: &mut serde_json::Value, name: &str| value[name].as_array_mut().unwrap().clone();
    let count = refused(&|v| {
        v["entries"].as_array_mut().unwrap().pop();
    });
    assert_eq!(
        count,
        AbsenceError::Count {
            expected: 35,
            found: 34
        }
    );
    assert_eq!(
        refused(&|v| v["entries"].as_array_mut().unwrap().swap(0, 1)),
        AbsenceError::EndRoot
    );
    assert_eq!(
        refused(&|v| v["frontier"].as_array_mut().unwrap().swap(0, 1)),
        AbsenceError::StartRoot
    );
    let frontier = refused(&|v| {
        v["frontier"].as_array_mut().unwrap().pop();
    });
    assert!(matches!(frontier, AbsenceError::Frontier(_)));
    assert_eq!(
        refused(&|v| v["entries"][3] = "AAAA".into()),
        AbsenceError::Entry(3)
    );
    let turned = refused(&|v| {
        let start = v["start"].take();
        v["start"] = v["end"].take();
        v["end"] = start;
    });
    assert_eq!(turned, AbsenceError::Backwards { start: 40, end: 5 });
    assert_eq!(refused(&|v| v["v"] = 2.into()), AbsenceError::Version(2));
    assert_eq!(
        refused(&|v| v["absent"] = vec![13].into()),
        AbsenceError::Classes
    );
    assert!(matches!(
        refused(&|v| v["proof"] = "fork".into()),
        AbsenceError::Members(_)
    ));
    assert!(matches!(
        refused(&|v| v["end"] = "x".into()),
        AbsenceError::Note(_)
    ));
    assert_eq!(list(&mut value.clone(), "frontier").len(), 2);
    let spaced = [b" ".as_slice(), &bytes].concat();
    assert!(matches!(
        AbsenceProof::parse(&spaced),
        Err(AbsenceError::NotCanonical(_))
    ));

    // A class that is lied about leads to another tree.
    let lied = refused(&|v| {
        use base64::Engine as _;
        let engine = base64::engine::general_purpose::STANDARD;
        let mut bytes = engine.decode(v["entries"][7].as_str().unwrap()).unwrap();
        assert_eq!(bytes[0], Class::Inquiry.to_byte());
        bytes[0] = Class::Information.to_byte();
        v["entries"][7] = engine.encode(bytes).into();
    });
    assert_eq!(lied, AbsenceError::EndRoot);

    // Somebody must have held the window at both ends, whatever the policy asks for.
    let mut log = Log::of(1);
    let start = log.sign(1).note().clone();
    log.grow(1, "x");
    let end = log.receipted(2);
    let frontier = frontier_at(&log, size(1)).unwrap();
    let openings = [&log.items[1].0.opening];
    let proof =
        AbsenceProof::new(&[Class::Filler], start.clone(), end, &frontier, openings).unwrap();
    assert!(matches!(
        proof.verify(&policy()),
        Err(AbsenceError::Judgement(_))
    ));
    let lenient = policy_text().replace("quorum b\n", "quorum none\n");
    let lenient = Policy::parse(lenient.as_bytes()).unwrap();
    assert_eq!(proof.verify(&lenient), Err(AbsenceError::NoReceipt));
    let withheld = log.items[1].0.opening.reduced_to(Level::Withheld).unwrap();
    let refused = AbsenceProof::new(
        &[Class::Filler],
        start.clone(),
        start,
        &frontier,
        [&withheld],
    );
    assert_eq!(refused, Err(AbsenceError::Withheld(0)));
}

#[test]
fn a_fork_is_proved() {
    let mut left = Log::of(6);
    let mut right = Log::of(5);
    right.grow(1, "another");
    let (one, other) = (left.sign(10).note().clone(), right.sign(11).note().clone());
    let same = ForkEvidence::same_size(one.clone(), other.clone());
    let bytes = same.encode().unwrap();
    assert_eq!(ForkEvidence::parse(bytes.as_bytes()), Ok(same));
    let Proved::Fork(proved) = verify(bytes.as_bytes(), &policy(), None).unwrap() else {
        panic!("it is a fork");
    };
    assert_eq!(proved.log().as_str(), crate::world::LOG);
    assert_eq!(proved.other_root(), &right.edge.root());

    right.grow(10, "later");
    let newer = right.sign(12).note().clone();
    let root = root_at(&right, size(6)).unwrap();
    let proof = consistency_proof(&right, size(6), size(16)).unwrap();
    let diverging = ForkEvidence::diverging(one.clone(), newer.clone(), root, proof.clone());
    let bytes = diverging.encode().unwrap();
    assert_eq!(ForkEvidence::parse(bytes.as_bytes()), Ok(diverging.clone()));
    assert!(diverging.verify(&policy()).is_ok());

    let refused = |evidence: ForkEvidence| evidence.verify(&policy()).unwrap_err();
    let (a, b) = (one.clone(), newer.clone());
    assert_eq!(
        refused(ForkEvidence::same_size(a.clone(), a.clone())),
        ForkError::NoFork
    );
    assert_eq!(
        refused(ForkEvidence::same_size(a.clone(), b.clone())),
        ForkError::NoOtherHistory
    );
    let order = refused(ForkEvidence::same_size(b.clone(), a.clone()));
    assert_eq!(
        order,
        ForkError::Order {
            older: 16,
            newer: 6
        }
    );
    let needless = ForkEvidence::diverging(a.clone(), other.clone(), root, proof.clone());
    assert_eq!(refused(needless), ForkError::NeedlessProof);
    let made_up = ForkEvidence::diverging(a.clone(), b.clone(), Hash::of(b"x"), proof.clone());
    assert!(matches!(refused(made_up), ForkError::Proof(_)));
    // What really continues the older checkpoint is no fork.
    let honest = ForkEvidence::diverging(other, b.clone(), root, proof.clone());
    assert_eq!(refused(honest), ForkError::NoFork);
    let alone = SignedNote::new(a.text().to_owned(), a.lines()[..1].to_vec()).unwrap();
    assert!(matches!(
        refused(ForkEvidence::same_size(alone, b)),
        ForkError::Judgement(_)
    ));
    let half = bytes.as_str().replace(&format!(r#","root":"{root}""#), "");
    assert!(matches!(
        ForkEvidence::parse(half.as_bytes()),
        Err(ForkError::Members(_))
    ));
    let version = bytes.as_str().replace(r#""v":1"#, r#""v":3"#);
    assert_eq!(
        ForkEvidence::parse(version.as_bytes()),
        Err(ForkError::Version(3))
    );
}

#[test]
fn the_front_door() {
    let mut log = Log::of(3);
    let proof = proof_of(&mut log, 1, Level::Head).to_text();
    let note = log.receipted(5);
    let party = party_signer()
        .sign("chancery/log/v1\n{}\n".to_owned())
        .unwrap();
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    let files: [(&[u8], Option<FileKind>); 12] = [
        (proof.as_bytes(), Some(FileKind::Proof)),
        (note.as_bytes(), Some(FileKind::Checkpoint)),
        (party.as_bytes(), Some(FileKind::PartyNote)),
        (br#"{"proof":"absence"}"#, Some(FileKind::Absence)),
        (br#"{"a":"x","proof":"fork"}"#, Some(FileKind::Fork)),
        (br#"{"proof":"other"}"#, None),
        (b"{", None),
        (policy_text().leak().as_bytes(), Some(FileKind::Policy)),
        (&tar, Some(FileKind::Bundle)),
        (b"age-encryption.org/v1\n", Some(FileKind::Encrypted)),
        (b"PRIVATE+CHANCERY+ed25519+x", Some(FileKind::PrivateKey)),
        (b"", None),
    ];
    for (file, kind) in files {
        assert_eq!(identify(file), kind, "{}", String::from_utf8_lossy(file));
        match kind {
            None => assert_eq!(verify(file, &policy(), None), Err(VerifyError::Unknown)),
            Some(FileKind::Proof | FileKind::Checkpoint) => {
                assert!(verify(file, &policy(), None).is_ok());
            }
            Some(FileKind::Absence) => assert!(matches!(
                verify(file, &policy(), None),
                Err(VerifyError::Absence(_))
            )),
            Some(FileKind::Fork) => assert!(matches!(
                verify(file, &policy(), None),
                Err(VerifyError::Fork(_))
            )),
            Some(kind) => assert_eq!(
                verify(file, &policy(), None),
                Err(VerifyError::NotAProof(kind))
            ),
        }
    }
    let needless = verify(note.as_bytes(), &policy(), Some(b""));
    assert_eq!(
        needless,
        Err(VerifyError::NeedlessContent(FileKind::Checkpoint))
    );
    assert_eq!(
        log_signer().vkeys().len() + receipt_signer().vkeys().len(),
        4
    );
    assert_eq!(witness_signer().host().as_str(), "w.example");
}
