//! Cards, declarations and acceptances: what verifies, and why the rest does not.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use record::acceptance::{Acceptance, VerifiedAcceptance};
use record::card::{
    Card, CardError, Fingerprint, Office, OfficeKind, ParseFingerprintError, VerifiedCard,
};
use record::declaration::{Declaration, KeyChangeError, Predecessor, VerifiedDeclaration};
use record::hash::{Hash, TreeSize};
use record::key::{KeyError, KeyPair, PartySigner, Seed, Vkey};
use record::name::{Host, KeyName, Origin, Role};
use record::note::{NoteError, SignedNote};
use record::party_note::{PartyNoteError, PartyVerifier};
use record::time::UtcTime;

fn host() -> Host {
    "a.example".parse().unwrap()
}

fn pair(name: &KeyName, byte: u8) -> KeyPair {
    KeyPair::from_seeds(name, Seed::new([byte; 32]), Seed::new([byte ^ 0xff; 32])).unwrap()
}

fn party() -> PartySigner {
    PartySigner::new(pair(&host().party_key(), 1)).unwrap()
}

fn verifier() -> PartyVerifier {
    PartyVerifier::new(party().vkeys()).unwrap()
}

fn office(id: &str) -> Office {
    Office {
        id: id.to_owned(),
        name: "Duty desk".to_owned(),
        kind: OfficeKind::Diplomatic,
        languages: vec!["fr".to_owned(), "zh-Hant-TW".to_owned()],
        hours: "always".to_owned(),
        contact: String::new(),
    }
}

fn card() -> Card {
    Card {
        v: 1,
        host: host(),
        name: "Ministère A".to_owned(),
        identity: "identity--0123abcd-0123-4abc-8def-0123456789ab".to_owned(),
        url: "https://a.example:8443/chancery".to_owned(),
        tls: vec![Hash::of(b"spki")],
        party: party().vkeys(),
        receipt: pair(&host().receipt_key(), 2).vkeys(),
        witness: pair(&host().witness_key(), 3).vkeys(),
        offices: vec![office("duty"), office("desk")],
        issued: UtcTime::from_micros(1_769_860_800_000_000).unwrap(),
    }
}

fn refused(change: impl Fn(&mut Card)) -> PartyNoteError {
    let mut card = card();
    change(&mut card);
    card.sign(&party()).unwrap_err()
}

#[test]
fn a_card_verifies_from_its_bytes() {
    let ours = card().sign(&party()).unwrap();
    let note = SignedNote::parse(ours.note().as_bytes()).unwrap();
    let theirs = VerifiedCard::verify(note).unwrap();
    assert_eq!(theirs, ours);
    assert_eq!(theirs.card(), &card());
    assert!(
        theirs
            .note()
            .text()
            .starts_with("chancery/card/v1\n{\"host\":\"a.example\",")
    );
    assert_eq!(theirs.party(), &verifier());
    assert_eq!(theirs.receipt().host(), &host());
}

#[test]
fn a_card_needs_both_signatures_of_its_own_keys() {
    let note = card().sign(&party()).unwrap().note().clone();
    for keep in 0..2 {
        let lines = vec![note.lines()[keep].clone()];
        let one = SignedNote::new(note.text().to_owned(), lines).unwrap();
        assert!(matches!(
            VerifiedCard::verify(one).unwrap_err(),
            PartyNoteError::Note(NoteError::Missing { .. })
        ));
    }
    let changed = note.text().replace("always", "seldom");
    let changed = SignedNote::new(changed, note.lines().to_vec()).unwrap();
    assert!(matches!(
        VerifiedCard::verify(changed).unwrap_err(),
        PartyNoteError::Note(NoteError::BadSignature { .. })
    ));
    let stranger = PartySigner::new(pair(&host().party_key(), 9)).unwrap();
    assert!(matches!(
        card().sign(&stranger).unwrap_err(),
        PartyNoteError::Note(NoteError::Missing { .. })
    ));
    let other: Host = "b.example".parse().unwrap();
    let other = PartySigner::new(pair(&other.party_key(), 1)).unwrap();
    assert!(matches!(
        card().sign(&other).unwrap_err(),
        PartyNoteError::Note(NoteError::Missing { .. })
    ));
}

#[test]
fn a_card_refuses_keys_that_are_not_this_partys() {
    let other: Host = "b.example".parse().unwrap();
    let about = PartyNoteError::OtherParty {
        about: other.clone(),
        by: host(),
    };
    let foreign = refused(|card| card.receipt = pair(&other.receipt_key(), 2).vkeys());
    assert_eq!(foreign, about);
    let foreign = refused(|card| card.witness = pair(&other.witness_key(), 3).vkeys());
    assert_eq!(foreign, about);
    assert_eq!(refused(|card| card.host = other.clone()), about);
    assert!(matches!(
        refused(|card| card.receipt.swap_with_slice(&mut card.witness)),
        PartyNoteError::Key(KeyError::Role {
            expected: Role::Receipt,
            ..
        })
    ));
    assert!(matches!(
        refused(|card| card.witness = pair(&host().witness_key(), 2).vkeys()),
        PartyNoteError::Key(KeyError::UsedTwice(..))
    ));
}

#[test]
fn a_card_refuses_what_its_members_cannot_be() {
    let said = |change: &dyn Fn(&mut Card)| match refused(change) {
        PartyNoteError::Card(error) => error,
        other => panic!("{other}"),
    };
    let text = |member, bytes| CardError::Text { member, bytes };
    assert_eq!(said(&|card| card.name.clear()), text("name", 0));
    assert_eq!(said(&|card| card.name = "a\u{7}".into()), text("name", 2));
    assert_eq!(
        said(&|card| card.name = "a".repeat(1025)),
        text("name", 1025)
    );
    assert_eq!(
        said(&|card| card.offices[1].id.clear()),
        text("office id", 0)
    );
    assert_eq!(
        said(&|card| card.offices[1].contact = "\n".into()),
        text("office contact", 1)
    );
    for id in [
        "identity--0123ABCD-0123-4abc-8def-0123456789ab",
        "indicator--0123abcd-0123-4abc-8def-0123456789ab",
        "identity--0123abcd-0123-4abc-8def-0123456789ab-",
        "identity--0123abcd01234abc8def0123456789ab",
    ] {
        let found = refused(|card| card.identity = id.to_owned());
        assert_eq!(found, PartyNoteError::Identity(id.to_owned()));
    }
    for url in [
        "http://a.example",
        "ftp://a.example",
        "https://",
        "https://a.example/",
        "https://a.example/?q",
        "https://a.example#f",
        "https://A.example",
        "https://user@a.example",
        "https://a.example/a b",
        "https://a.example/é",
        "http://127.0.0.1.example",
    ] {
        let found = said(&|card| card.url = url.to_owned());
        assert_eq!(found, CardError::Url(url.to_owned()));
    }
    assert_eq!(said(&|card| card.tls.clear()), CardError::TlsCount(0));
    let nine: fn(&mut Card) = |card| card.tls = vec![Hash::of(b""); 9];
    assert_eq!(said(&nine), CardError::TlsCount(9));
    assert_eq!(
        said(&|card| card.offices[1].id = "duty".to_owned()),
        CardError::OfficeTwice("duty".to_owned())
    );
    assert_eq!(
        said(&|card| card.offices = (0..65).map(|i| office(&i.to_string())).collect()),
        CardError::OfficeCount(65)
    );
    assert_eq!(
        said(&|card| card.offices[0].languages = vec!["de".to_owned(); 17]),
        CardError::LanguageCount {
            office: "duty".to_owned(),
            count: 17
        }
    );
    for tag in ["", "de_DE", "de-", "abcdefghi"] {
        let found = said(&|card| card.offices[0].languages = vec![tag.to_owned()]);
        assert_eq!(found, CardError::Language(tag.to_owned()));
    }
    let large = refused(|card| {
        card.offices = (0..30)
            .map(|i| Office {
                hours: "x".repeat(1000),
                ..office(&i.to_string())
            })
            .collect();
    });
    assert!(matches!(large, PartyNoteError::TooLarge { bytes, .. } if bytes > 32 * 1024));
}

#[test]
fn a_node_on_a_loopback_may_have_no_tls() {
    for url in ["http://127.0.0.1:8080", "http://localhost/a"] {
        let card = Card {
            url: url.to_owned(),
            ..card()
        };
        card.sign(&party()).unwrap();
    }
}

fn text_of_card() -> String {
    card().sign(&party()).unwrap().note().text().to_owned()
}

#[test]
fn the_text_of_a_party_note_has_one_spelling() {
    let read = |text: String| VerifiedCard::verify(party().sign(text).unwrap()).unwrap_err();
    let text = text_of_card();
    assert_eq!(
        read(text.replace("card/v1", "card/v2")),
        PartyNoteError::Format {
            found: "chancery/card/v2".to_owned(),
            expected: "chancery/card/v1",
        }
    );
    assert_eq!(read(format!("{text}more\n")), PartyNoteError::Lines);
    assert_eq!(read("chancery/card/v1\n".into()), PartyNoteError::Lines);
    assert!(matches!(
        read(text.replace("\"v\":1", "\"v\": 1")),
        PartyNoteError::NotCanonical(json::AdmissionError::NotCanonical { .. })
    ));
    let v2 = text.replace("\"v\":1", "\"v\":2");
    assert_eq!(read(v2), PartyNoteError::Version(2));
    for (from, to, reason) in [
        ("diplomatic", "consular", "consular"),
        ("\"a.example\"", "\"A.example\"", "A.example"),
    ] {
        match read(text.replace(from, to)) {
            PartyNoteError::Members { reason: found, .. } => {
                assert!(found.contains(reason), "{found}");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_fingerprint_is_of_both_keys_and_can_be_typed() {
    let ours = card().sign(&party()).unwrap().fingerprint();
    let swapped = Card {
        party: {
            let [a, b] = party().vkeys();
            [b, a]
        },
        ..card()
    };
    let swapped = swapped.sign(&party()).unwrap();
    assert_eq!(swapped.fingerprint(), ours);
    // The first 125 bits, written out one by one.
    let [ed25519, ml_dsa_44] = party().vkeys();
    let message = format!("chancery/fingerprint/v1\0{ed25519}\n{ml_dsa_44}\n");
    let hash = Hash::of(message.as_bytes());
    let bits: String = hash.as_bytes().iter().map(|b| format!("{b:08b}")).collect();
    let alphabet: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().collect();
    let groups: Vec<String> = (0..5)
        .map(|group| {
            (0..5)
                .map(|at| 5 * (5 * group + at))
                .map(|bit| alphabet[usize::from_str_radix(&bits[bit..bit + 5], 2).unwrap()])
                .collect()
        })
        .collect();
    assert_eq!(ours.to_string(), groups.join("-"));
    let printed = ours.to_string();
    let typed = printed
        .to_lowercase()
        .replace('-', " ")
        .replace('1', "l")
        .replace('0', "o");
    assert_eq!(typed.parse::<Fingerprint>(), Ok(ours));
    for bad in [
        &printed[1..],
        &format!("{printed}0"),
        &format!("U{}", &printed[1..]),
        "",
    ] {
        assert_eq!(bad.parse::<Fingerprint>(), Err(ParseFingerprintError));
    }
}

fn origin(byte: u8) -> Origin {
    Origin::new(&host(), [byte; 8])
}

fn keys(origin: &Origin, byte: u8) -> [Vkey; 2] {
    pair(origin.key_name(), byte).vkeys()
}

fn declaration() -> Declaration {
    Declaration {
        v: 1,
        dialogue: "dialogue-charter--0123abcd-0123-4abc-8def-0123456789ab".to_owned(),
        track: "main".to_owned(),
        party: host(),
        origin: origin(5),
        keys: keys(&origin(5), 5),
        serial: 0,
        issued: UtcTime::from_micros(1_769_860_800_000_000).unwrap(),
        predecessor: None,
    }
}

fn declare(change: impl Fn(&mut Declaration)) -> Result<VerifiedDeclaration, PartyNoteError> {
    let mut declaration = declaration();
    change(&mut declaration);
    declaration.sign(&party())
}

fn predecessor(origin: Origin) -> Option<Predecessor> {
    Some(Predecessor {
        origin,
        size: TreeSize::new(7).unwrap(),
        root: Hash::of(b"root"),
        reason: "restored from a backup".to_owned(),
    })
}

#[test]
fn a_declaration_verifies_from_its_bytes() {
    for before in [None, predecessor(origin(4))] {
        let ours = declare(|it| it.predecessor.clone_from(&before)).unwrap();
        let note = SignedNote::parse(ours.note().as_bytes()).unwrap();
        let theirs = VerifiedDeclaration::verify(note, &verifier()).unwrap();
        assert_eq!(theirs, ours);
        assert_eq!(theirs.log().origin(), &origin(5));
        let named = theirs.note().text().contains("predecessor");
        assert_eq!(named, before.is_some());
    }
}

#[test]
fn a_declaration_is_about_a_log_of_its_party() {
    let other: Host = "b.example".parse().unwrap();
    let foreign = Origin::new(&other, [5; 8]);
    let about = Err(PartyNoteError::OtherParty {
        about: other.clone(),
        by: host(),
    });
    assert_eq!(declare(|it| it.party = other.clone()), about);
    assert_eq!(declare(|it| it.origin = foreign.clone()), about);
    let before = predecessor(foreign.clone());
    assert_eq!(declare(|it| it.predecessor.clone_from(&before)), about);
    assert_eq!(
        declare(|it| it.keys = keys(&origin(6), 5)),
        Err(PartyNoteError::OtherLog {
            found: origin(6).to_string(),
            expected: origin(5).to_string(),
        })
    );
    assert!(matches!(
        declare(|it| it.keys = pair(&host().receipt_key(), 5).vkeys()),
        Err(PartyNoteError::Key(KeyError::Role { .. }))
    ));
    let stranger = PartyVerifier::new(pair(&other.party_key(), 1).vkeys()).unwrap();
    let note = declare(|_| {}).unwrap().note().clone();
    assert!(matches!(
        VerifiedDeclaration::verify(note, &stranger),
        Err(PartyNoteError::Note(NoteError::Missing { .. }))
    ));
}

#[test]
fn a_key_change_follows_with_the_next_serial_and_new_keys() {
    let first = declare(|_| {}).unwrap();
    let change = |edit: &dyn Fn(&mut Declaration)| {
        declare(|it| {
            it.serial = 1;
            it.keys = keys(&origin(5), 6);
            edit(it);
        })
        .unwrap()
        .follows(&first)
    };
    assert_eq!(change(&|_| {}), Ok(()));
    for serial in [0, 2] {
        assert_eq!(
            change(&|it| it.serial = serial),
            Err(KeyChangeError::Serial {
                found: serial,
                older: 0
            })
        );
    }
    let old = keys(&origin(5), 5);
    for (at, kept) in old.iter().enumerate() {
        assert_eq!(
            change(&|it| it.keys[at] = kept.clone()),
            Err(KeyChangeError::KeyKept(kept.clone()))
        );
    }
    assert_eq!(
        change(&|it| it.track = "other".to_owned()),
        Err(KeyChangeError::OtherSubject("track"))
    );
    assert_eq!(
        change(&|it| it.dialogue = "other".to_owned()),
        Err(KeyChangeError::OtherSubject("dialogue"))
    );
    assert_eq!(
        change(&|it| {
            it.origin = origin(6);
            it.keys = keys(&origin(6), 6);
        }),
        Err(KeyChangeError::OtherSubject("origin"))
    );
}

#[test]
fn an_acceptance_verifies_as_its_partys() {
    let acceptance = Acceptance {
        v: 1,
        dialogue: "dialogue-charter--0123abcd-0123-4abc-8def-0123456789ab".to_owned(),
        terms: Hash::of(b"charter"),
        party: host(),
        time: UtcTime::from_micros(1_769_860_800_000_000).unwrap(),
    };
    let ours = acceptance.sign(&party()).unwrap();
    let theirs = VerifiedAcceptance::verify(ours.note().clone(), &verifier()).unwrap();
    assert_eq!(theirs, ours);
    assert_eq!(theirs.acceptance(), &acceptance);
    // Another document of the same party is no acceptance.
    let declared = declare(|_| {}).unwrap();
    assert_eq!(
        VerifiedAcceptance::verify(declared.note().clone(), &verifier()),
        Err(PartyNoteError::Format {
            expected: "chancery/acceptance/v1",
            found: "chancery/log/v1".to_owned(),
        })
    );
    let other = Acceptance {
        party: "b.example".parse().unwrap(),
        ..acceptance
    };
    assert!(matches!(
        other.sign(&party()),
        Err(PartyNoteError::OtherParty { .. })
    ));
}
