//! Signed checkpoints, receipts and witness lines: what verifies, and why the rest does not.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use record::checkpoint::{
    Checkpoint, CheckpointError, LogVerifier, ParseCheckpointError, ReceiptVerifier,
    VerifiedCheckpoint, WitnessVerifier,
};
use record::cosignature::{SigningTime, TIME_MAX, TimeError};
use record::hash::{Hash, SizeError, TreeSize};
use record::key::{BadSignature, KeyError, KeyPair, LogSigner, ReceiptSigner, Seed, WitnessSigner};
use record::name::{Host, KeyName, Origin, Role};
use record::note::{NoteError, SignedNote};
use record::receipt::{Receipt, countersign};

fn host(name: &str) -> Host {
    name.parse().unwrap()
}

fn origin() -> Origin {
    Origin::new(&host("a.example"), [7; 8])
}

fn pair(name: &KeyName, byte: u8) -> KeyPair {
    KeyPair::from_seeds(name, Seed::new([byte; 32]), Seed::new([byte ^ 0xff; 32])).unwrap()
}

fn log() -> LogSigner {
    LogSigner::new(pair(origin().key_name(), 1)).unwrap()
}

fn receipt() -> ReceiptSigner {
    ReceiptSigner::new(pair(&host("b.example").receipt_key(), 2)).unwrap()
}

fn witness() -> WitnessSigner {
    WitnessSigner::new(pair(&host("w.example").witness_key(), 3)).unwrap()
}

fn at(seconds: u64) -> SigningTime {
    SigningTime::new(seconds, 0).unwrap()
}

fn checkpoint(size: u64) -> Checkpoint {
    let root = Hash::of(&size.to_be_bytes());
    Checkpoint::new(
        origin().key_name().clone(),
        TreeSize::new(size).unwrap(),
        root,
    )
    .unwrap()
}

fn signed(size: u64) -> SignedNote {
    log().sign(&checkpoint(size), at(1_700_000_000)).unwrap()
}

fn verified(size: u64) -> VerifiedCheckpoint {
    log_verifier().verify(signed(size)).unwrap()
}

fn log_verifier() -> LogVerifier {
    LogVerifier::new(log().vkeys()).unwrap()
}

fn receipt_verifier() -> ReceiptVerifier {
    ReceiptVerifier::new(receipt().vkeys()).unwrap()
}

fn receipt_note() -> SignedNote {
    countersign(&verified(5), &receipt(), at(1_700_000_060)).unwrap()
}

/// The note with the lines at these positions only.
fn only(note: &SignedNote, keep: &[usize]) -> SignedNote {
    let lines = keep.iter().map(|&i| note.lines()[i].clone()).collect();
    SignedNote::new(note.text().to_owned(), lines).unwrap()
}

/// The note with one line's bytes after the key id changed.
fn changed(note: &SignedNote, line: usize, change: impl Fn(&mut Vec<u8>)) -> SignedNote {
    let mut text = format!("{}\n", note.text());
    for (i, held) in note.lines().iter().enumerate() {
        let mut signature = held.signature().to_vec();
        if i == line {
            change(&mut signature);
        }
        let blob = [&held.id().as_bytes()[..], &signature].concat();
        text += &format!("\u{2014} {} {}\n", held.name(), STANDARD.encode(blob));
    }
    SignedNote::parse(text.as_bytes()).unwrap()
}

fn bad(name: &KeyName, reason: BadSignature) -> CheckpointError {
    CheckpointError::Note(NoteError::BadSignature {
        key: name.clone(),
        reason,
    })
}

#[test]
fn a_signed_checkpoint_verifies_and_keeps_its_bytes() {
    let note = signed(5);
    let theirs = log_verifier().verify_bytes(note.as_bytes()).unwrap();
    assert_eq!(theirs.note().as_str(), note.as_str());
    assert_eq!(theirs.time(), 1_700_000_000);
    assert_eq!(theirs.checkpoint(), &checkpoint(5));
    assert_eq!(theirs.origin(), &origin());
}

#[test]
fn both_lines_of_a_log_are_required() {
    for (keep, missing) in [(0, 1), (1, 0)] {
        let refused = log_verifier()
            .verify(only(&signed(5), &[keep]))
            .unwrap_err();
        let expected = NoteError::Missing {
            key: origin().key_name().clone(),
            id: log().vkeys()[missing].id(),
        };
        assert_eq!(refused, CheckpointError::Note(expected));
    }
}

#[test]
fn every_flipped_byte_of_a_signature_or_time_refuses_the_note() {
    let note = receipt_note();
    for line in 0..4 {
        let length = note.lines()[line].signature().len();
        // Every byte of the short lines, and every 61st of the long ones.
        for i in (0..length).step_by(if length > 100 { 61 } else { 1 }) {
            let flipped = changed(&note, line, |signature| signature[i] ^= 0x80);
            let refused = if line < 2 {
                log_verifier().verify(flipped).map(|_| ()).unwrap_err()
            } else {
                receipt_verifier().verify(&flipped).map(|_| ()).unwrap_err()
            };
            let timed = line > 0;
            let forged = match refused {
                CheckpointError::Note(NoteError::BadSignature { reason, .. }) => reason,
                other => panic!("{other}"),
            };
            match forged {
                // The top bit of the time makes it larger than any.
                BadSignature::Time(_) => assert!(timed && i == 0),
                BadSignature::Forged => {}
                other => panic!("line {line}, byte {i}: {other}"),
            }
        }
    }
}

#[test]
fn signatures_of_other_lengths_are_refused() {
    let name = origin().key_name().clone();
    for (line, expected) in [(0, 64), (1, 8 + 2420)] {
        for longer in [false, true] {
            let note = changed(&signed(5), line, |signature| {
                if longer {
                    signature.push(0);
                } else {
                    signature.pop();
                }
            });
            let found = if longer { expected + 1 } else { expected - 1 };
            assert_eq!(
                log_verifier().verify(note),
                Err(bad(&name, BadSignature::Length { found, expected }))
            );
        }
    }
}

#[test]
fn a_time_of_zero_or_beyond_the_last_is_refused() {
    let name = origin().key_name().clone();
    for time in [0, TIME_MAX + 1, u64::MAX] {
        let note = changed(&signed(5), 1, |signature| {
            signature[..8].copy_from_slice(&time.to_be_bytes());
        });
        let refused = log_verifier().verify(note);
        assert_eq!(refused, Err(bad(&name, BadSignature::Time(time))));
    }
}

#[test]
fn an_ed25519_signature_with_s_from_the_group_order_upwards_is_refused() {
    // L = 2^252 + 27742317777372353535851937790883648493, little-endian.
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let order = order.unwrap();
    let note = changed(&signed(5), 0, |signature| {
        let mut carry = 0;
        for (byte, add) in signature[32..].iter_mut().zip(&order) {
            let sum = u16::from(*byte) + u16::from(*add) + carry;
            *byte = (sum & 0xff) as u8;
            carry = sum >> 8;
        }
    });
    let name = origin().key_name().clone();
    assert_eq!(
        log_verifier().verify(note),
        Err(bad(&name, BadSignature::Forged))
    );
}

#[test]
fn an_ed25519_signature_with_a_weak_r_is_refused() {
    let name = origin().key_name().clone();
    let mut above_p = [0xff; 32];
    above_p[31] = 0x7f;
    let mut identity = [0; 32];
    identity[0] = 1;
    for r in [above_p, identity] {
        let note = changed(&signed(5), 0, |signature| {
            signature[..32].copy_from_slice(&r);
        });
        assert_eq!(
            log_verifier().verify(note),
            Err(bad(&name, BadSignature::WeakPoint))
        );
    }
}

#[test]
fn another_text_under_the_same_lines_is_refused() {
    let lines = signed(5).lines().to_vec();
    let forged = SignedNote::new(checkpoint(6).to_text(), lines).unwrap();
    assert_eq!(
        log_verifier().verify(forged),
        Err(bad(origin().key_name(), BadSignature::Forged))
    );
}

#[test]
fn a_checkpoint_of_another_log_is_refused_by_verifier_and_signer() {
    let other = Origin::new(&host("a.example"), [8; 8]);
    let signer = LogSigner::new(pair(other.key_name(), 9)).unwrap();
    assert!(matches!(
        signer.sign(&checkpoint(5), at(1)),
        Err(KeyError::Role {
            expected: Role::Log,
            ..
        })
    ));
    assert_eq!(
        LogVerifier::new(signer.vkeys()).unwrap().verify(signed(5)),
        Err(CheckpointError::OtherLog {
            found: origin().as_str().to_owned(),
            expected: other,
        })
    );
}

#[test]
fn time_never_goes_back() {
    assert_eq!(
        SigningTime::new(9, 10),
        Err(TimeError::BeforeLast { now: 9, last: 10 })
    );
    assert_eq!(SigningTime::new(0, 0), Err(TimeError::OutOfRange(0)));
    let late = TIME_MAX + 1;
    assert_eq!(SigningTime::new(late, 0), Err(TimeError::OutOfRange(late)));
    assert_eq!(SigningTime::new(10, 10).unwrap().get(), 10);
}

#[test]
fn a_receipt_needs_both_lines() {
    let note = receipt_note();
    let said = receipt_verifier().verify(&note).unwrap();
    assert_eq!(said.by(), &host("b.example"));
    assert_eq!(said.time(), 1_700_000_060);
    assert_eq!(said.checkpoint(), &checkpoint(5));
    for (keep, missing) in [([0, 1, 2], 1), ([0, 1, 3], 0)] {
        assert_eq!(
            receipt_verifier().verify(&only(&note, &keep)),
            Err(CheckpointError::Note(NoteError::Missing {
                key: host("b.example").receipt_key(),
                id: receipt().vkeys()[missing].id(),
            }))
        );
    }
}

#[test]
fn a_receipt_carries_the_lines_of_log_and_party_and_no_others() {
    let with_witness = signed(5)
        .with_lines(witness().lines(&checkpoint(5), at(1_700_000_001)))
        .unwrap();
    let seen = log_verifier().verify(with_witness.clone()).unwrap();
    let note = countersign(&seen, &receipt(), at(1_700_000_060)).unwrap();
    assert_eq!(note.lines().len(), 4);
    assert_eq!(note.lines()[..2], with_witness.lines()[..2]);
    let read = Receipt::verify(note.clone(), &log_verifier(), &receipt_verifier()).unwrap();
    assert_eq!(read.checkpoint().note(), &note);
    assert_eq!(read.receipt().by(), &host("b.example"));
    // Without the log's lines it is no receipt, and without the party's neither.
    for (keep, key) in [
        ([2, 3], origin().key_name().clone()),
        ([0, 1], host("b.example").receipt_key()),
    ] {
        let refused = Receipt::verify(only(&note, &keep), &log_verifier(), &receipt_verifier());
        assert!(
            matches!(
                refused,
                Err(CheckpointError::Note(NoteError::Missing { key: ref found, .. })) if *found == key
            ),
            "{refused:?}"
        );
    }
}

#[test]
fn a_receipt_line_does_not_pass_for_a_witness_line() {
    // The same seeds, so that only the name differs.
    let witness = WitnessSigner::new(pair(&host("b.example").witness_key(), 2)).unwrap();
    let verifier = WitnessVerifier::new(witness.vkeys().to_vec()).unwrap();
    let note = receipt_note();
    let refused = verifier.verify(&note);
    assert_eq!(refused, Err(CheckpointError::Note(NoteError::NotSigned)));
    // Moved under the witness's name and id, the ML-DSA-44 line shows that it covers the name.
    let mut text = format!("{}\n", note.text());
    let line = &note.lines()[3];
    let key = &witness.vkeys()[1];
    let blob = [&key.id().as_bytes()[..], line.signature()].concat();
    text += &format!("\u{2014} {} {}\n", key.name(), STANDARD.encode(blob));
    let moved = SignedNote::parse(text.as_bytes()).unwrap();
    assert_eq!(
        verifier.verify(&moved),
        Err(bad(key.name(), BadSignature::Forged))
    );
}

#[test]
fn of_a_witness_either_line_is_enough_but_no_false_one() {
    let lines = witness().lines(&checkpoint(5), at(1_700_000_100));
    let note = signed(5).with_lines(lines).unwrap();
    let verifier = WitnessVerifier::new(witness().vkeys().to_vec()).unwrap();
    for keep in [vec![0, 1, 2], vec![0, 1, 3], vec![0, 1, 2, 3]] {
        let seen = verifier.verify(&only(&note, &keep)).unwrap();
        assert_eq!(seen.time(), 1_700_000_100);
        assert_eq!(seen.algorithms().len(), keep.len() - 2);
    }
    let without = verifier.verify(&only(&note, &[0, 1]));
    assert_eq!(without, Err(CheckpointError::Note(NoteError::NotSigned)));
    let false_beside_good = changed(&note, 2, |signature| signature[20] ^= 1);
    assert_eq!(
        verifier.verify(&false_beside_good),
        Err(bad(&host("w.example").witness_key(), BadSignature::Forged))
    );
}

#[test]
fn old_and_new_keys_sign_one_note_at_a_key_change() {
    let new = LogSigner::new(pair(origin().key_name(), 4)).unwrap();
    let new_note = new.sign(&checkpoint(5), at(1_700_000_000)).unwrap();
    let note = signed(5).merge(&new_note).unwrap();
    assert_eq!(note.lines().len(), 4);
    log_verifier().verify(note.clone()).unwrap();
    LogVerifier::new(new.vkeys()).unwrap().verify(note).unwrap();
    assert_eq!(signed(5).merge(&signed(6)), Err(NoteError::OtherText));
}

#[test]
fn verifiers_refuse_keys_of_other_roles() {
    let [ed25519, ml_dsa_44] = log().vkeys();
    assert!(matches!(
        ReceiptVerifier::new(log().vkeys()),
        Err(KeyError::Role {
            expected: Role::Receipt,
            ..
        })
    ));
    assert!(matches!(
        LogVerifier::new([ed25519.clone(), ed25519.clone()]),
        Err(KeyError::WrongAlgorithm { .. })
    ));
    assert!(matches!(
        LogVerifier::new([ed25519.clone(), receipt().vkeys()[1].clone()]),
        Err(KeyError::TwoNames(..))
    ));
    assert!(matches!(
        WitnessVerifier::new(vec![ed25519.clone()]),
        Err(KeyError::Role {
            expected: Role::Witness,
            ..
        })
    ));
    let swapped = LogVerifier::new([ml_dsa_44, ed25519]).unwrap();
    assert_eq!(swapped, log_verifier());
}

#[test]
fn checkpoint_texts_have_one_spelling() {
    const ROOT: &str = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let parse = Checkpoint::parse;
    for size in ["1", "20852163", "1099511627776"] {
        let text = format!("a.example/x\n{size}\n{ROOT}\n");
        assert_eq!(parse(&text).unwrap().to_text(), text);
    }
    for text in ["", "\n", "a\n1\n", &format!("a\n1\n{ROOT}")] {
        assert_eq!(parse(text), Err(ParseCheckpointError::Lines), "{text:?}");
    }
    for tail in ["extension\n", "\n"] {
        let text = format!("a\n1\n{ROOT}\n{tail}");
        assert_eq!(parse(&text), Err(ParseCheckpointError::Extension));
    }
    for origin in ["", "a b", "a+b"] {
        let text = format!("{origin}\n1\n{ROOT}\n");
        assert!(matches!(parse(&text), Err(ParseCheckpointError::Origin(_))));
    }
    for size in [
        "",
        "01",
        "00",
        "+1",
        "-1",
        " 1",
        "1 ",
        "0x1",
        "18446744073709551616",
        "١",
    ] {
        let text = format!("a\n{size}\n{ROOT}\n");
        assert_eq!(
            parse(&text),
            Err(ParseCheckpointError::SizeSyntax),
            "{size}"
        );
    }
    let large = format!("a\n1099511627777\n{ROOT}\n");
    assert_eq!(
        parse(&large),
        Err(ParseCheckpointError::Size(SizeError(1_099_511_627_777)))
    );
    let stray = ROOT.replace("2I=", "2J=");
    for root in [
        "",
        &ROOT[..43],
        &stray,
        &format!("{ROOT}AAAA"),
        &format!("{ROOT}\r"),
    ] {
        let text = format!("a\n1\n{root}\n");
        assert_eq!(parse(&text), Err(ParseCheckpointError::Root), "{root}");
    }
    let text = format!("a\n0\n{ROOT}\n");
    assert_eq!(parse(&text), Err(ParseCheckpointError::EmptyRoot));
    let empty = "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    assert_eq!(parse(empty).unwrap().to_text(), empty);
}
