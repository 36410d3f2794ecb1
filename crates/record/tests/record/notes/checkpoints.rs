//! Checkpoints as notes: what they say, who must sign, and that time goes on.

use super::*;

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
