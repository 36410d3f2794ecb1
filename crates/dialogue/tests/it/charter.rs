//! A charter gathers acceptances in any order, and is in force only when nothing is missing.

use std::collections::BTreeMap;

use dialogue::{
    AcceptError, Acceptance, Access, Ceiling, Charter, CharterInForce, NotInForce, NoteFormat,
    Rule, TrackTerms,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{
    SaidSo, acceptance, accepted, card, host, identity, note, origin, party, proposed, track,
};

const NAMES: [&str; 3] = ["a", "b", "c"];

fn bytes(charter: &Charter) -> String {
    serde_json_canonicalizer::to_string(charter).unwrap()
}

/// The charter of a and b with the value at the pointer replaced, then read and checked.
fn check_in_force(change: impl FnOnce(&mut Value)) -> Result<CharterInForce, NotInForce> {
    let mut value = serde_json::to_value(accepted(&["a", "b"], &["cyber", "security"])).unwrap();
    change(&mut value);
    CharterInForce::check(Charter::read(value).unwrap(), &SaidSo)
}

fn refused(change: impl FnOnce(&mut Value)) -> String {
    check_in_force(change).unwrap_err().to_string()
}

/// Replaces one member in the JSON line of the note at the pointer; the signature stays.
fn change_note(pointer: &str, member: &str, put: Value) -> impl FnOnce(&mut Value) {
    move |charter| {
        let place = charter.pointer_mut(pointer).unwrap();
        let text = place.as_str().unwrap().to_owned();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut json: Value = serde_json::from_str(&lines[1]).unwrap();
        json[member] = put;
        lines[1] = json.to_string();
        *place = lines.join("\n").into();
    }
}

proptest! {
    #[test]
    fn every_order_of_acceptance_ends_in_the_same_bytes(
        order in Just(NAMES.to_vec()).prop_shuffle(),
        again in 0_usize..3,
    ) {
        let charter = proposed(&NAMES, &["cyber"]);
        let accept = |charter: Charter, name: &&str| {
            charter.accept(acceptance(&charter, name)).unwrap()
        };
        let one = order.iter().chain([&order[again]]).fold(charter.clone(), accept);
        prop_assert_eq!(bytes(&one), bytes(&accepted(&NAMES, &["cyber"])));
        prop_assert_eq!(one.terms(), charter.terms());
        // Gathered in two places and merged, either way.
        let (first, rest) = order.split_at(1);
        let first = first.iter().fold(charter.clone(), accept);
        let rest = rest.iter().fold(charter, accept);
        prop_assert_eq!(bytes(&first.merge(&rest).unwrap()), bytes(&one));
        prop_assert_eq!(bytes(&rest.merge(&first).unwrap()), bytes(&one));
    }
}

#[test]
fn of_two_acceptances_by_one_party_the_same_one_stands() {
    let charter = proposed(&["a", "b"], &["cyber"]);
    let first = acceptance(&charter, "a");
    let second = Acceptance::new(party("a"), "another note", BTreeMap::new());
    let one = charter
        .accept(first.clone())
        .unwrap()
        .accept(second.clone())
        .unwrap();
    let other = charter.accept(second).unwrap().accept(first).unwrap();
    assert_eq!(bytes(&one), bytes(&other));
    assert_eq!(one.acceptances().len(), 1);
}

#[test]
fn a_stranger_cannot_accept_and_other_terms_do_not_merge() {
    let charter = proposed(&["a", "b"], &["cyber"]);
    let stranger = Acceptance::new(party("c"), "note", BTreeMap::new());
    let err = charter.accept(stranger).unwrap_err();
    let AcceptError::Refused(refused) = err else {
        panic!("{err}")
    };
    assert_eq!(refused.rule(), &Rule::UnknownParty(party("c")));
    let other = proposed(&["a", "b"], &["security"]);
    assert_eq!(charter.merge(&other).unwrap_err(), AcceptError::OtherTerms);
}

#[test]
fn terms_leave_out_the_acceptances_and_nothing_else() {
    let mut value = serde_json::to_value(accepted(&["a", "b"], &["cyber"])).unwrap();
    value["x_unknown"] = json!("kept");
    let terms = Charter::read(value.clone()).unwrap().terms();
    value
        .as_object_mut()
        .unwrap()
        .remove("acceptances")
        .unwrap();
    assert_eq!(terms, value);
}

#[test]
fn a_draft_puts_its_parties_in_order() {
    let charter = proposed(&["b", "c", "a"], &["cyber"]);
    let hosts: Vec<_> = charter
        .parties()
        .iter()
        .map(|party| party.host.clone())
        .collect();
    assert_eq!(hosts, ["a", "b", "c"].map(party));
    assert_eq!(charter.tracks()[0].parties(), hosts);
}

#[test]
fn in_force_when_all_accepted_and_declared() {
    let charter = check_in_force(|_| {}).unwrap();
    for name in ["a", "b"] {
        for lane in ["cyber", "security"] {
            let log = charter.log(&track(lane), &party(name));
            assert_eq!(log, Some(&origin(name, lane, 0)));
        }
        let card = charter.card(&party(name)).unwrap();
        assert_eq!(card.identity().as_str(), identity(name));
        assert_eq!(
            card.office(&"cert".parse().unwrap()).unwrap().name(),
            "Response team"
        );
    }
    assert_eq!(charter.log(&track("cyber"), &party("c")), None);
}

#[test]
fn a_party_with_private_tracks_needs_nobody_else() {
    let charter = CharterInForce::check(accepted(&["a"], &["cyber"]), &SaidSo).unwrap();
    assert_eq!(
        charter.log(&track("cyber"), &party("a")),
        Some(&origin("a", "cyber", 0))
    );
}

#[test]
fn not_in_force_while_a_party_has_not_accepted() {
    let proposed = proposed(&["a", "b"], &["cyber"]);
    let half = proposed.accept(acceptance(&proposed, "a")).unwrap();
    let err = CharterInForce::check(half, &SaidSo).unwrap_err();
    assert!(matches!(err, NotInForce::NotAccepted(p) if p == party("b")));
}

#[test]
fn a_note_that_is_not_signed_by_its_party_is_not_believed() {
    for (pointer, format) in [
        ("/parties/1/card", NoteFormat::Card),
        ("/acceptances/1/note", NoteFormat::Acceptance),
        ("/acceptances/1/logs/0", NoteFormat::Declaration),
    ] {
        let forge = |charter: &mut Value| {
            let place = charter.pointer_mut(pointer).unwrap();
            *place = place
                .as_str()
                .unwrap()
                .replace("\n\nb.example", "\n\na.example")
                .into();
        };
        match check_in_force(forge) {
            Err(NotInForce::Note {
                party: p,
                format: f,
                ..
            }) => {
                assert_eq!((p, f), (party("b"), format));
            }
            other => panic!("{pointer}: {other:?}"),
        }
    }
}

#[test]
fn a_note_of_another_format_is_not_believed() {
    let acceptance_as_log = |charter: &mut Value| {
        charter["acceptances"][0]["logs"][0] = charter["acceptances"][0]["note"].clone();
    };
    let err = check_in_force(acceptance_as_log).unwrap_err();
    assert!(
        matches!(
            err,
            NotInForce::Note {
                format: NoteFormat::Declaration,
                ..
            }
        ),
        "{err}"
    );
}

#[test]
fn what_a_signed_note_says_is_checked() {
    let accept = "/acceptances/1/note";
    let log = "/acceptances/1/logs/0";
    let other = "dialogue-charter--00000000-0000-4000-8000-000000000009";
    for (pointer, format) in [(accept, "Acceptance"), (log, "Declaration")] {
        assert_eq!(
            refused(change_note(pointer, "dialogue", json!(other))),
            format!("the {format} note of b.example is about {other}")
        );
        assert_eq!(
            refused(change_note(pointer, "party", json!("a.example"))),
            format!("the {format} note of b.example speaks for a.example")
        );
        assert_eq!(
            refused(change_note(pointer, "v", json!(2))),
            format!("the {format} note of b.example cannot be read: v is 2, allowed are 1 to 1")
        );
    }
    let err = check_in_force(change_note(accept, "terms", json!("x"))).unwrap_err();
    assert!(matches!(err, NotInForce::OtherTerms { found, .. } if &*found == "x"));
    let err = check_in_force(change_note(log, "serial", json!(1))).unwrap_err();
    assert!(matches!(err, NotInForce::NotFirst { .. }), "{err}");
    let err = check_in_force(change_note(log, "predecessor", json!({}))).unwrap_err();
    assert!(matches!(err, NotInForce::NotFirst { .. }), "{err}");
    let foreign = json!(origin("a", "cyber", 0));
    let err = check_in_force(change_note(log, "origin", foreign)).unwrap_err();
    assert!(matches!(err, NotInForce::ForeignOrigin { .. }), "{err}");
    let twice = json!(origin("b", "security", 0));
    let err = check_in_force(change_note(log, "origin", twice)).unwrap_err();
    assert!(matches!(err, NotInForce::OriginTwice { .. }), "{err}");
}

#[test]
fn changed_terms_are_not_what_was_accepted() {
    let err = check_in_force(|charter| charter["name"] = json!("Another")).unwrap_err();
    assert!(matches!(err, NotInForce::OtherTerms { party: p, .. } if p == party("a")));
}

#[test]
fn each_party_declares_one_log_for_each_track_in_their_order() {
    let cases: [fn(&mut Vec<Value>); 3] = [
        |logs| logs.reverse(),
        |logs| logs.truncate(1),
        |logs| logs.clear(),
    ];
    for change in cases {
        let err = check_in_force(|charter| {
            change(charter["acceptances"][1]["logs"].as_array_mut().unwrap());
        });
        match err.unwrap_err() {
            NotInForce::Tracks {
                party: p,
                expected,
                found,
            } => {
                assert_eq!(
                    (p, expected),
                    (party("b"), vec![track("cyber"), track("security")])
                );
                assert!(found.len() < 2 || found[0] > found[1]);
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_card_is_of_its_party_and_an_identity_of_one_party() {
    let put = |name: &'static str, by: &'static str| {
        move |charter: &mut Value| {
            let text = card(name).replace(&format!("\n\n{}", host(name)), &format!("\n\n{by}"));
            charter["parties"][1]["card"] = text.into();
        }
    };
    assert_eq!(
        refused(put("a", "b.example")),
        "the card of b.example is a card of a.example"
    );
    let same = change_note("/parties/1/card", "identity", json!(identity("a")));
    assert_eq!(
        refused(same),
        "a.example and b.example have the same identity"
    );
    let unreadable = change_note("/parties/1/card", "offices", json!([{}]));
    let err = check_in_force(unreadable).unwrap_err();
    match err {
        NotInForce::Unreadable {
            party: p,
            format,
            source,
        } => {
            assert_eq!((p, format), (party("b"), NoteFormat::Card));
            assert_eq!(source.path(), "offices[0].languages");
        }
        other => panic!("{other}"),
    }
    let stranger = |charter: &mut Value| charter["created_by_ref"] = json!(identity("z"));
    assert!(matches!(
        check_in_force(stranger),
        Err(NotInForce::Author(_))
    ));
}

#[test]
fn a_card_is_refused_by_rule() {
    let json = |text: &str| serde_json::from_str::<Value>(text.lines().nth(1).unwrap()).unwrap();
    let check = |pointer: &str, put: Value, path: &str| {
        let mut value = json(&card("a"));
        *value.pointer_mut(pointer).unwrap() = put;
        assert_eq!(dialogue::Card::read(&value).unwrap_err().path(), path);
    };
    check("/v", json!(2), "v");
    check("/host", json!("A"), "host");
    check("/name", json!(""), "name");
    check("/identity", json!("x"), "identity");
    check("/offices/0/kind", json!("secret"), "offices[0].kind");
    check(
        "/offices/0/hours",
        json!("x".repeat(1_025)),
        "offices[0].hours",
    );
    check(
        "/offices/0/languages/0",
        json!(1),
        "offices[0].languages[0]",
    );
    let office = json(&card("a"))["offices"][0].clone();
    let mut value = json(&card("a"));
    value["offices"] = json!([office, office]);
    let refused = dialogue::Card::read(&value).unwrap_err();
    assert_eq!(refused.rule(), &Rule::OfficeTwice("cert".parse().unwrap()));
    let not_it = note(NoteFormat::Card, &json!({}), "a");
    assert_eq!(
        dialogue::Card::read(&json(&not_it)).unwrap_err().path(),
        "v"
    );
}

#[test]
fn what_a_track_does_not_ask_for_is_not_said() {
    let value = serde_json::to_value(proposed(&["a"], &["cyber"])).unwrap();
    let terms = value["tracks"][0].as_object().unwrap();
    let names: Vec<&str> = terms.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "access",
            "acknowledge_secs",
            "heartbeat_secs",
            "name",
            "parties",
            "title",
            "window_days",
            "window_items"
        ],
        "the bytes of a charter from before there was a ceiling"
    );
    let charter = Charter::read(value.clone()).unwrap();
    let track = &charter.tracks()[0];
    assert_eq!((track.marking_ceiling(), track.clearance()), (None, 0));
    assert_eq!(
        bytes(&charter),
        serde_json_canonicalizer::to_string(&value).unwrap()
    );
}

#[test]
fn a_track_says_its_ceiling_and_its_officers() {
    let terms = TrackTerms::new(track("cyber"), "Cyber", Access::Closed, [party("a")])
        .ceiling(Some(Ceiling::AmberStrict))
        .cleared_by(2);
    let mut value = serde_json::to_value(proposed(&["a"], &["cyber"])).unwrap();
    value["tracks"][0]["marking_ceiling"] = json!("amber+strict");
    value["tracks"][0]["clearance"] = json!(2);
    let charter = Charter::read(value).unwrap();
    let read = &charter.tracks()[0];
    assert_eq!(
        (read.marking_ceiling(), read.clearance()),
        (terms.marking_ceiling(), terms.clearance())
    );
    // Asking for nobody can be said too, and is kept as it was said.
    let mut said = serde_json::to_value(&charter).unwrap();
    said["tracks"][0]["clearance"] = json!(0);
    let charter = Charter::read(said.clone()).unwrap();
    assert_eq!(charter.tracks()[0].clearance(), 0);
    assert_eq!(serde_json::to_value(&charter).unwrap(), said);
}

#[test]
fn a_ceiling_or_clearance_that_does_not_exist_is_refused() {
    let refused = |name: &str, wrong: Value| {
        let mut value = serde_json::to_value(proposed(&["a"], &["cyber"])).unwrap();
        value["tracks"][0][name] = wrong;
        Charter::read(value).unwrap_err().to_string()
    };
    let told = [
        refused("marking_ceiling", json!("AMBER")),
        refused("marking_ceiling", json!("white")),
        refused("marking_ceiling", json!(null)),
        refused("clearance", json!(3)),
        refused("clearance", json!(-1)),
        refused("clearance", json!("2")),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
        tracks[0].marking_ceiling is "AMBER", the words are ["clear", "green", "amber", "amber+strict", "red"]
        tracks[0].marking_ceiling is "white", the words are ["clear", "green", "amber", "amber+strict", "red"]
        tracks[0].marking_ceiling is null, a text is expected
        tracks[0].clearance is 3, allowed are 0 to 2
        tracks[0].clearance is a number, a whole number is expected
        tracks[0].clearance is a text, a whole number is expected
        "#);
    assert_eq!(
        "AMBER".parse::<Ceiling>().unwrap_err().to_string(),
        "`AMBER` is no marking ceiling: it is one of clear, green, amber, amber+strict, red"
    );
    assert!(Ceiling::Clear < Ceiling::Green && Ceiling::AmberStrict < Ceiling::Red);
}
