//! Acts: what is written reads back whole; what is wrong is refused where it is wrong.

mod refused;

use dialogue::{
    Act, Answer, AskAnswer, Class, Content, IdError, Inquiry, ItemRef, NameError, Outcome, Rule,
    Stamp, Step, StepDraft, StepKind, Texts, TimeError, Urgency,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{answer_draft, inquiry_draft, moment, origin, pending, proposed, stamp, uuid};

fn item() -> ItemRef {
    let id = format!("dialogue-inquiry--{}", uuid(0xac, 7))
        .parse()
        .unwrap();
    ItemRef {
        log: origin("a", "cyber", 0),
        seq: 3,
        id,
    }
}

fn inquiry() -> Value {
    let mut draft = inquiry_draft("b");
    draft.urgency = Some(Urgency::Priority);
    draft.object_refs = vec![format!("ipv4-addr--{}", uuid(1, 1)).parse().unwrap()];
    draft.in_reply_to = Some(item());
    serde_json::to_value(draft.write(&stamp("a", 1)).unwrap()).unwrap()
}

fn answer(outcome: Outcome) -> Value {
    let mut draft = answer_draft(&item(), outcome);
    if outcome == Outcome::Answered {
        let text = |text| Texts::one("en", text).unwrap();
        draft.answers = vec![
            AskAnswer {
                number: 1,
                answer: text("Since May."),
            },
            AskAnswer {
                number: 2,
                answer: text("We do."),
            },
        ];
    }
    serde_json::to_value(draft.write(&stamp("b", 2)).unwrap()).unwrap()
}

fn step(kind: StepKind) -> Value {
    let person = (kind == StepKind::Opened).then(|| "Duty officer".to_owned());
    let (office, at) = ("cert".parse().unwrap(), moment(2));
    let draft = StepDraft {
        kind,
        of: item(),
        office,
        person,
        at,
    };
    serde_json::to_value(draft.write(&stamp("b", 3)).unwrap()).unwrap()
}

fn charter() -> Value {
    serde_json::to_value(proposed(&["a", "b"], &["cyber", "security"])).unwrap()
}

/// Puts `value` at the JSON pointer, or takes away what is there, and expects a refusal.
#[track_caller]
fn check(mut act: Value, pointer: &str, value: Option<Value>, path: &str, expected: &Rule) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match (act.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Some(value)) => {
            members.insert(name.to_owned(), value);
        }
        (Value::Object(members), None) => {
            assert!(members.remove(name).is_some(), "{pointer} is not there");
        }
        (Value::Array(list), Some(value)) => list[name.parse::<usize>().unwrap()] = value,
        (other, _) => panic!("{pointer}: {other} has no members"),
    }
    let refused = Act::parse(&serde_json_canonicalizer::to_vec(&act).unwrap()).unwrap_err();
    assert_eq!((refused.path(), refused.rule()), (path, expected));
}

fn word(found: &str, known: &'static [&'static str]) -> Rule {
    Rule::Word {
        found: found.into(),
        known,
    }
}

fn json_type(expected: &'static str, found: &'static str) -> Rule {
    Rule::JsonType { expected, found }
}

fn needed(with: &'static str) -> Rule {
    Rule::NeededWith { with }
}

#[test]
fn each_act_has_its_class() {
    let class = |value| Act::read(value).unwrap().class().to_byte();
    assert_eq!(class(charter()), 1);
    assert_eq!(class(inquiry()), 3);
    assert_eq!(class(answer(Outcome::Declined)), 4);
    assert_eq!(class(step(StepKind::Opened)), 11);
}

#[test]
fn an_inquiry_as_it_is_written() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&inquiry()).unwrap());
}

#[test]
fn an_answer_as_it_is_written() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&answer(Outcome::Answered)).unwrap());
}

#[test]
fn a_step_as_it_is_written() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&step(StepKind::Opened)).unwrap());
}

#[test]
fn unknown_members_are_kept_at_every_depth() {
    let acts = [
        charter(),
        inquiry(),
        answer(pending(9)),
        step(StepKind::Acknowledged),
    ];
    for mut act in acts {
        act["x_unknown"] = json!([1.5, null, { "deep": true }]);
        act["extensions"]["x-other"] = json!({ "extension_type": "property-extension" });
        for nested in ["due", "of", "in_reply_to", "statements"] {
            if let Some(Value::Object(members)) = act.get_mut(nested) {
                members.insert("x_nested".to_owned(), 1.into());
            }
        }
        let canonical = serde_json_canonicalizer::to_vec(&act).unwrap();
        let read = Act::parse(&canonical).unwrap();
        assert_eq!(serde_json_canonicalizer::to_vec(&read).unwrap(), canonical);
    }
}

#[test]
fn what_is_no_act_is_refused() {
    let refused = |bytes: &[u8]| Act::parse(bytes).unwrap_err();
    assert!(matches!(refused(b"{").rule(), Rule::NotJson(_)));
    assert_eq!(refused(b"[]").rule(), &json_type("an object", "a list"));
    assert_eq!(refused(b"{}").to_string(), "type is missing");
    assert_eq!(
        refused(b"{\"type\":1}").rule(),
        &json_type("a text", "a number")
    );
    let unknown = refused(b"{\"type\":\"indicator\"}");
    assert_eq!(
        (unknown.path(), unknown.rule()),
        ("type", &Rule::UnknownType("indicator".into()))
    );
}

#[test]
fn common_properties_are_required_and_read() {
    let acts = [
        charter(),
        inquiry(),
        answer(Outcome::NotOurs),
        step(StepKind::Closed),
    ];
    for act in acts {
        for name in [
            "spec_version",
            "id",
            "created",
            "modified",
            "created_by_ref",
            "extensions",
        ] {
            check(act.clone(), &format!("/{name}"), None, name, &Rule::Missing);
        }
    }
    let check = |pointer: &str, value: Value, path: &str, rule: Rule| {
        check(inquiry(), pointer, Some(value), path, &rule);
    };
    let fixed = Rule::Fixed {
        expected: "2.1",
        found: "2.0".into(),
    };
    check("/spec_version", json!("2.0"), "spec_version", fixed);
    let other = format!("dialogue-answer--{}", uuid(1, 1));
    let id_type = Rule::IdType {
        expected: "dialogue-inquiry",
        found: "dialogue-answer".into(),
    };
    check("/id", json!(other), "id", id_type);
    check(
        "/id",
        json!("x"),
        "id",
        IdError::Separator("x".into()).into(),
    );
    let id_type = Rule::IdType {
        expected: "identity",
        found: "dialogue-answer".into(),
    };
    check("/created_by_ref", json!(other), "created_by_ref", id_type);
    let not_utc = "2026-03-01T00:00:00+00:00";
    check(
        "/created",
        json!(not_utc),
        "created",
        TimeError::Timestamp(not_utc.into()).into(),
    );
    check(
        "/modified",
        json!("2025-01-01T00:00:00Z"),
        "modified",
        Rule::ModifiedBeforeCreated,
    );
    let extension = "extension-definition--57850d7e-0ede-4195-9ca5-a9cad23656d8";
    check(
        "/extensions",
        json!({}),
        &format!("extensions.{extension}"),
        Rule::Missing,
    );
    check(
        &format!("/extensions/{extension}/extension_type"),
        json!("new-sco"),
        &format!("extensions.{extension}.extension_type"),
        Rule::Fixed {
            expected: "new-sdo",
            found: "new-sco".into(),
        },
    );
}

#[test]
fn a_draft_is_refused_as_its_object_would_be() {
    let stamp = stamp("a", 1);
    let mut draft = inquiry_draft("b");
    draft.number = 0;
    assert_eq!(draft.write(&stamp).unwrap_err().path(), "number");
    let mut draft = answer_draft(&item(), Outcome::Declined);
    draft.reason = None;
    assert_eq!(draft.write(&stamp).unwrap_err().rule(), &needed("declined"));
    let author = format!("indicator--{}", uuid(1, 1)).parse().unwrap();
    let not_an_identity = Stamp { author, ..stamp };
    let refused = inquiry_draft("b").write(&not_an_identity).unwrap_err();
    assert_eq!(refused.path(), "created_by_ref");
}

#[test]
fn the_class_decides_what_content_is() {
    let media = "application/stix+json;version=2.1";
    let bytes = serde_json::to_vec(&inquiry()).unwrap();
    let read = |class, media, bytes| Content::read(class, media, bytes);
    assert!(matches!(
        read(Class::Inquiry, media, &bytes[..]),
        Content::Act(_)
    ));
    assert_eq!(
        read(Class::Information, media, &bytes),
        Content::Information
    );
    assert_eq!(read(Class::Sealed, media, &bytes), Content::Withheld);
    assert_eq!(read(Class::Filler, media, &bytes), Content::Filler);
    assert_eq!(
        read(Class::Control, "text/vnd.c2sp.note", b"note"),
        Content::Receipt
    );
    let control = "application/vnd.chancery.control+json";
    assert_eq!(read(Class::Control, control, b"{}"), Content::Control);
    assert!(matches!(
        read(Class::Notice, media, b"{}"),
        Content::Unreadable(_)
    ));
}

/// Values of every JSON type to put in place of what belongs somewhere.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop::collection::vec(inner, 0..3).prop_map(Value::from)
    })
}

/// The pointers to every value inside.
fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(name, v)| pointers(v, &format!("{at}/{name}"), into));
        }
        Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(n, v)| pointers(v, &format!("{at}/{n}"), into));
        }
        _ => {}
    }
}

proptest! {
    /// Whatever stands in place of any value, the act reads as exactly that object or is refused
    /// at a place that leads there: never a panic, never a silent repair.
    #[test]
    fn a_changed_act_is_read_whole_or_refused(
        which in 0_usize..4,
        place in any::<prop::sample::Index>(),
        put in anything(),
    ) {
        let mut act = [charter(), inquiry(), answer(pending(9)), step(StepKind::Opened)][which].clone();
        let mut all = Vec::new();
        pointers(&act, "", &mut all);
        *act.pointer_mut(&all[place.index(all.len())]).unwrap() = put;
        if let Ok(read) = Act::read(act.clone()) {
            prop_assert_eq!(serde_json::to_value(&read).unwrap(), act);
        }
    }
}

#[test]
fn the_types_are_prefixed() {
    for name in [
        Inquiry::TYPE,
        Answer::TYPE,
        Step::TYPE,
        dialogue::Charter::TYPE,
    ] {
        assert!(name.starts_with("dialogue-"));
    }
}
