//! Party notes and control content.

use record::acceptance::{Acceptance, VerifiedAcceptance, terms};
use record::card::{CARD_FORMAT, Card, Fingerprint, Office, OfficeKind, VerifiedCard};
use record::control::{Control, ControlError, ExceptionReason};
use record::declaration::{Declaration, Predecessor, VerifiedDeclaration};
use record::hash::Hash;
use record::key::{KeyError, PartySigner, ReceiptSigner, WitnessSigner};
use record::note::{NoteError, SignedNote};
use record::party_note::{PartyNoteError, PartyVerifier};

use crate::world::{index, log_signer, origin, pair, party_signer, receipt_signer, size};

fn card() -> Card {
    Card {
        v: 1,
        host: "a.example".parse().unwrap(),
        name: "Ministère A".to_owned(),
        identity: "identity--2ef05ba6-7bd8-4e0f-9bd7-f4cbb76d2ac4".to_owned(),
        url: "https://a.example/chancery".to_owned(),
        tls: vec![Hash::of(b"spki")],
        party: party_signer().vkeys(),
        receipt: ReceiptSigner::new(pair("a.example/chancery/receipt"))
            .unwrap()
            .vkeys(),
        witness: WitnessSigner::new(pair("a.example/chancery/witness"))
            .unwrap()
            .vkeys(),
        offices: vec![Office {
            id: "duty".to_owned(),
            name: "Duty desk".to_owned(),
            kind: OfficeKind::Technical,
            languages: vec!["fr".to_owned(), "en".to_owned()],
            hours: "24/7".to_owned(),
            contact: "+41 00".to_owned(),
        }],
        issued: "2026-11-22T08:00:00.000000Z".parse().unwrap(),
    }
}

#[test]
fn a_card_says_whose_keys_it_carries() {
    let signed = card().sign(&party_signer()).unwrap();
    let back = VerifiedCard::verify(SignedNote::parse(signed.note().as_bytes()).unwrap()).unwrap();
    assert_eq!(back, signed);
    assert_eq!(back.card(), &card());
    assert!(
        signed
            .note()
            .text()
            .starts_with("chancery/card/v1\n{\"host\":\"a.example\",")
    );
    let fingerprint = signed.fingerprint().to_string();
    assert_eq!(fingerprint.len(), 29);
    assert_eq!(fingerprint.parse::<Fingerprint>(), Ok(signed.fingerprint()));
    let by_ear = fingerprint
        .to_lowercase()
        .replace('0', "o")
        .replace('1', "l")
        .replace('-', " ");
    assert_eq!(by_ear.parse::<Fingerprint>(), Ok(signed.fingerprint()));
    for wrong in [
        "",
        "AAAAA",
        &fingerprint[1..],
        &format!("{fingerprint}0"),
        &fingerprint.replace('-', "u"),
    ] {
        assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
    }
    // 125 bits, most significant first.
    let [ed, ml] = party_signer().vkeys();
    let hash = Hash::of(format!("chancery/fingerprint/v1\0{ed}\n{ml}\n").as_bytes());
    let value = signed
        .fingerprint()
        .to_string()
        .replace('-', "")
        .bytes()
        .fold(0u128, |n, c| {
            n << 5
                | "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
                    .find(char::from(c))
                    .unwrap() as u128
        });
    let first = u128::from_be_bytes(hash.as_bytes()[..16].try_into().unwrap());
    assert_eq!(value, first >> 3);
}

#[test]
fn card_refusals() {
    let refused = |change: fn(&mut Card)| {
        let mut card = card();
        change(&mut card);
        card.sign(&party_signer()).unwrap_err()
    };
    let host = |name: &str| name.parse().unwrap();
    let other = refused(|card| card.host = "b.example".parse().unwrap());
    assert_eq!(
        other,
        PartyNoteError::OtherParty {
            about: host("b.example"),
            by: host("a.example")
        }
    );
    let receipt = refused(|card| card.receipt = receipt_signer().vkeys());
    assert!(matches!(receipt, PartyNoteError::OtherParty { .. }));
    let roles = refused(|card| card.witness = card.receipt.clone());
    assert!(matches!(roles, PartyNoteError::Key(KeyError::Role { .. })));
    assert_eq!(refused(|card| card.v = 2), PartyNoteError::Version(2));
    let large = refused(|card| card.name = "x".repeat(33_000));
    assert!(matches!(large, PartyNoteError::TooLarge { .. }));
    for identity in [
        "",
        "identity--x",
        "indicator--2ef05ba6-7bd8-4e0f-9bd7-f4cbb76d2ac4",
        "identity--2EF05BA6-7bd8-4e0f-9bd7-f4cbb76d2ac4",
    ] {
        let mut card = card();
        card.identity = identity.to_owned();
        let refused = card.sign(&party_signer()).unwrap_err();
        assert_eq!(refused, PartyNoteError::Identity(identity.to_owned()));
    }
    // Signed by other keys than those it carries.
    let stranger = PartySigner::new(pair("c.example/chancery/party")).unwrap();
    let refused = card().sign(&stranger).unwrap_err();
    assert!(matches!(
        refused,
        PartyNoteError::Note(NoteError::Missing { .. })
    ));
    // Not one line of canonical JSON.
    let note = card().sign(&party_signer()).unwrap().note().clone();
    let body = note
        .text()
        .strip_prefix("chancery/card/v1\n")
        .unwrap()
        .trim_end()
        .to_owned();
    let sign = |text: String| VerifiedCard::verify(party_signer().sign(text).unwrap()).unwrap_err();
    let expected = CARD_FORMAT;
    let found = "chancery/card/v2".to_owned();
    assert_eq!(
        sign(format!("{found}\n{body}\n")),
        PartyNoteError::Format { found, expected }
    );
    assert_eq!(
        sign(format!("{CARD_FORMAT}\n{body}\nx\n")),
        PartyNoteError::Lines
    );
    assert_eq!(sign(format!("{CARD_FORMAT}\n")), PartyNoteError::Lines);
    let spaced = sign(format!("{CARD_FORMAT}\n {body}\n"));
    assert!(matches!(spaced, PartyNoteError::NotCanonical(_)));
    let members = sign(format!("{CARD_FORMAT}\n{}\n", "{}"));
    assert!(matches!(
        members,
        PartyNoteError::Members {
            format: CARD_FORMAT,
            ..
        }
    ));
}

#[test]
fn declarations() {
    let declaration = Declaration {
        v: 1,
        dialogue: "d".to_owned(),
        track: "cyber".to_owned(),
        party: "a.example".parse().unwrap(),
        origin: origin(),
        keys: log_signer().vkeys(),
        serial: 0,
        issued: "2026-11-22T08:00:00.000000Z".parse().unwrap(),
        predecessor: Some(Predecessor {
            origin: "a.example/chancery/00000000000000ff".parse().unwrap(),
            size: size(7),
            root: Hash::of(b"root"),
            reason: "restored".to_owned(),
        }),
    };
    let signed = declaration.sign(&party_signer()).unwrap();
    let party = PartyVerifier::new(party_signer().vkeys()).unwrap();
    let back = VerifiedDeclaration::verify(signed.note().clone(), &party).unwrap();
    assert_eq!(
        (back.declaration(), back.log().origin()),
        (&declaration, &origin())
    );
    let refused = |change: fn(&mut Declaration)| {
        let mut declaration = declaration.clone();
        change(&mut declaration);
        declaration.sign(&party_signer()).unwrap_err()
    };
    let other = refused(|d| d.party = "b.example".parse().unwrap());
    assert!(matches!(other, PartyNoteError::OtherParty { .. }));
    let other = refused(|d| d.origin = "b.example/chancery/0123456789abcdef".parse().unwrap());
    assert!(matches!(other, PartyNoteError::OtherParty { .. }));
    let other = refused(|d| d.origin = "a.example/chancery/ffffffffffffffff".parse().unwrap());
    assert!(matches!(other, PartyNoteError::OtherLog { .. }));
    let other = refused(|d| {
        d.predecessor.as_mut().unwrap().origin =
            "b.example/chancery/0123456789abcdef".parse().unwrap();
    });
    assert!(matches!(other, PartyNoteError::OtherParty { .. }));
    let keys = refused(|d| d.keys = party_signer().vkeys());
    assert!(matches!(keys, PartyNoteError::Key(KeyError::Role { .. })));
    let stranger = PartyVerifier::new(
        PartySigner::new(pair("c.example/chancery/party"))
            .unwrap()
            .vkeys(),
    )
    .unwrap();
    let unsigned = VerifiedDeclaration::verify(signed.note().clone(), &stranger).unwrap_err();
    assert!(matches!(
        unsigned,
        PartyNoteError::Note(NoteError::Missing { .. })
    ));
}

#[test]
fn acceptances_are_of_the_charter_without_acceptances() {
    let charter = json::admit(
        br#"{"name":"x","acceptances":[1,2],"version":1}"#,
        &json::Limits::default(),
    )
    .unwrap();
    let unsigned = json::admit(br#"{"version":1,"name":"x"}"#, &json::Limits::default()).unwrap();
    assert_eq!(terms(&charter), Ok(Hash::of(unsigned.as_bytes())));
    assert_eq!(terms(&charter), terms(&unsigned));
    assert!(terms(&json::admit(b"[]", &json::Limits::default()).unwrap()).is_err());
    let acceptance = Acceptance {
        v: 1,
        dialogue: "d".to_owned(),
        terms: terms(&charter).unwrap(),
        party: "a.example".parse().unwrap(),
        time: "2026-11-22T08:00:00.000000Z".parse().unwrap(),
    };
    let signed = acceptance.sign(&party_signer()).unwrap();
    let party = PartyVerifier::new(party_signer().vkeys()).unwrap();
    assert_eq!(
        VerifiedAcceptance::verify(signed.note().clone(), &party),
        Ok(signed)
    );
    let other = Acceptance {
        party: "b.example".parse().unwrap(),
        ..acceptance
    };
    assert!(matches!(
        other.sign(&party_signer()),
        Err(PartyNoteError::OtherParty { .. })
    ));
}

#[test]
fn control_contents() {
    let check = |control: Control, expected: &str| {
        let bytes = control.encode().unwrap();
        assert_eq!(bytes.as_str(), expected);
        assert_eq!(Control::parse(bytes.as_bytes()), Ok(control));
    };
    let (log, at) = (origin(), index(5));
    let reason = ExceptionReason::TooLarge;
    check(
        Control::Exception {
            log: log.clone(),
            index: at,
            reason,
        },
        r#"{"control":"exception","index":5,"log":"a.example/chancery/0123456789abcdef","reason":"too_large","v":1}"#,
    );
    check(
        Control::Resolved {
            log: log.clone(),
            index: at,
        },
        r#"{"control":"resolved","index":5,"log":"a.example/chancery/0123456789abcdef","v":1}"#,
    );
    check(
        Control::Declaration {
            note: "x\n".to_owned(),
        },
        r#"{"control":"declaration","note":"x\n","v":1}"#,
    );
    check(
        Control::Closed {
            reason: "moved".to_owned(),
            successor: log,
        },
        r#"{"control":"closed","reason":"moved","successor":"a.example/chancery/0123456789abcdef","v":1}"#,
    );
    let long = Control::Declaration {
        note: "x".repeat(record::control::CONTROL_BYTES_MAX),
    };
    assert!(matches!(
        long.encode(),
        Err(json::EncodeError::Admission(
            json::AdmissionError::TooLarge { .. }
        ))
    ));
    let refused = |text: &str| Control::parse(text.as_bytes()).unwrap_err();
    assert_eq!(
        refused(r#"{"control":"declaration","note":"","v":2}"#),
        ControlError::Version(2)
    );
    assert!(matches!(
        refused(r#"{"control":"other","v":1}"#),
        ControlError::Members(_)
    ));
    assert!(matches!(
        refused(r#"{"control":"declaration","v":1}"#),
        ControlError::Members(_)
    ));
    assert!(matches!(
        refused(r#"{"v":1,"control":"declaration","note":""}"#),
        ControlError::NotCanonical(_)
    ));
    let unknown = r#"{"control":"resolved","index":1,"log":"a.example/chancery/0123456789abcdef","v":1,"x":0}"#;
    assert!(Control::parse(unknown.as_bytes()).is_ok());
}
