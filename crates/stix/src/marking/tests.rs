use super::*;
use crate::tree::Arena;

const OBJECT: &[u8] = br#"{"type":"campaign","lang":"fr","name":"n","labels":["a","b"],
 "object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
 "granular_markings":[
  {"marking_ref":"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed","selectors":["labels.[1]"]},
  {"marking_ref":"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487","selectors":["labels","name"]},
  {"lang":"de","selectors":["labels"]},{"lang":"ja","selectors":["labels.[0]"]}]}"#;

fn with_object<T>(run: impl FnOnce(Value<'_>) -> T) -> T {
    let mut arena = Arena::default();
    let tree = arena.parse(OBJECT).unwrap();
    run(tree.root())
}

fn levels(part: Option<&str>) -> Vec<TlpLevel> {
    let part = part.map(|text| text.parse::<Selector>().unwrap());
    with_object(|object| {
        let found = in_force(object, part.as_ref());
        found
            .iter()
            .map(|marking| Tlp::of_id(&marking.marking).unwrap().level())
            .collect()
    })
}

#[test]
fn markings_in_force_on_any_part() {
    use TlpLevel::{Clear, Green, Red};
    assert_eq!(levels(None), [Green]);
    assert_eq!(levels(Some("type")), [Green]);
    assert_eq!(levels(Some("name")), [Green, Clear]);
    assert_eq!(levels(Some("labels.[1]")), [Green, Red, Clear]);
    assert_eq!(levels(Some("labels.[0]")), [Green, Clear]);
    assert_eq!(
        levels(Some("labels")),
        [Green, Clear],
        "a part of it is not the whole of it"
    );
    let all = with_object(anywhere);
    assert_eq!(
        strictest(all.iter().map(|marking| &marking.marking)),
        Some(Red)
    );
    assert_eq!(strictest([]), None);
}

#[test]
fn the_closest_language_counts() {
    let language_of =
        |part: &str| with_object(|object| language(object, &part.parse().unwrap()).to_owned());
    assert_eq!(language_of("name"), "fr");
    assert_eq!(language_of("labels.[1]"), "de");
    assert_eq!(language_of("labels.[0]"), "ja");
}

#[test]
fn every_published_definition_is_its_own_instance() {
    let all = [
        Tlp::White1,
        Tlp::Green1,
        Tlp::Amber1,
        Tlp::Red1,
        Tlp::Clear2,
        Tlp::Green2,
        Tlp::Amber2,
        Tlp::AmberStrict2,
        Tlp::Red2,
    ];
    for tlp in all {
        let mut arena = Arena::default();
        let definition = tlp.definition();
        let tree = arena.parse(definition.as_bytes()).unwrap();
        assert_eq!(Tlp::of_definition(tree.root()), Ok(Some(tlp)));
        assert_eq!(tree.root().to_canonical(), definition);
        assert_eq!(Tlp::of_id(&tlp.id().parse().unwrap()), Some(tlp));
        assert!(tlp.to_version_2().is_version_2());
        assert_eq!(tlp.to_version_2().level(), tlp.level());
    }
}

#[test]
fn an_impostor_is_no_instance() {
    let of = |text: &str| {
        let mut arena = Arena::default();
        let tree = arena.parse(text.as_bytes()).unwrap();
        Tlp::of_definition(tree.root())
    };
    let white = Tlp::White1.definition();
    let clear = Tlp::Clear2.definition();
    assert_eq!(
        of(&clear.replace(Tlp::Clear2.id(), Tlp::White1.id())),
        Err(TlpFault::Instance1)
    );
    assert_eq!(
        of(&white.replace("TLP:WHITE", "TLP:CLEAR")),
        Err(TlpFault::Instance1)
    );
    assert_eq!(
        of(&white.replace("613f2e26", "613f2e27")),
        Err(TlpFault::Instance1)
    );
    assert_eq!(
        of(&white.replace("2017-01-20", "2017-01-21")),
        Err(TlpFault::Instance1)
    );
    assert_eq!(
        of(&clear.replace("94868c89", "94868c88")),
        Err(TlpFault::Instance2)
    );
    assert_eq!(
        of(&clear.replace("\"clear\"", "\"red\"")),
        Err(TlpFault::Instance2)
    );
    // STIX 2.0 printed them without a name, STIX 2.1 with one.
    let nameless = white.replace("\"name\":\"TLP:WHITE\",", "");
    assert_eq!(of(&nameless), Err(TlpFault::Instance1));
    assert_eq!(
        of(&nameless.replace("\"spec_version\":\"2.1\",", "")),
        Ok(Some(Tlp::White1))
    );
    let id = Tlp::White1.id();
    let other = format!(r#"{{"id":"{id}","definition_type":"statement"}}"#);
    assert_eq!(of(&other), Err(TlpFault::Identifier));
    let statement = r#"{"definition_type":"statement","definition":{"statement":"x"}}"#;
    assert_eq!(of(statement), Ok(None));
}

#[test]
fn tlp_1_becomes_tlp_2_on_request_and_once() {
    let id = |tlp: Tlp| tlp.id().parse::<Id>().unwrap();
    let statement: Id = "marking-definition--4a0042fe-8b88-40fe-9600-dfa128ce6fbd"
        .parse()
        .unwrap();
    let refs = [
        id(Tlp::White1),
        statement.clone(),
        id(Tlp::Clear2),
        id(Tlp::Amber1),
    ];
    assert_eq!(
        with_tlp_2(&refs),
        [id(Tlp::Clear2), statement, id(Tlp::Amber2)]
    );
}

/// What is left of an object for a reader who may see everything up to a level.
fn redacted(text: &str, level: TlpLevel) -> Redacted {
    let mut arena = Arena::default();
    let tree = arena.parse(text.as_bytes()).expect(text);
    redact(tree.root(), |id| {
        Tlp::of_id(id).is_some_and(|tlp| tlp.level() <= level)
    })
}

fn marked(rest: &str, red: &str) -> String {
    let (red_id, green) = (Tlp::Red2.id(), Tlp::Green2.id());
    format!(
        r#"{{"type":"x-a","id":"x-a--1"{rest},"granular_markings":[{{"marking_ref":"{red_id}","selectors":[{red}]}},{{"marking_ref":"{green}","selectors":["name","labels"]}}]}}"#
    )
}

#[test]
fn what_is_marked_beyond_a_reader_is_left_out() {
    let text = marked(
        r#","name":"n","description":"secret","labels":["a","b"]"#,
        r#""description""#,
    );
    assert_eq!(redacted(&text, TlpLevel::Red), Redacted::Whole);
    let Redacted::Part(part) = redacted(&text, TlpLevel::Amber) else {
        panic!("{text}")
    };
    let green = Tlp::Green2.id();
    let left = format!(
        r#"{{"granular_markings":[{{"marking_ref":"{green}","selectors":["name","labels"]}}],"id":"x-a--1","labels":["a","b"],"name":"n","type":"x-a"}}"#
    );
    assert_eq!(part, left);
}

#[test]
fn less_than_allowed_is_left_rather_than_more() {
    let item = marked(r#","name":"n","labels":["a","secret"]"#, r#""labels.[1]""#);
    let Redacted::Part(part) = redacted(&item, TlpLevel::Amber) else {
        panic!("{item}")
    };
    assert!(
        !part.contains("secret") && !part.contains("labels"),
        "{part}"
    );
    let inner = marked(
        r#","name":"n","labels":["a"],"refs":[{"url":"secret"}]"#,
        r#""refs.[0].url""#,
    );
    let Redacted::Part(part) = redacted(&inner, TlpLevel::Amber) else {
        panic!("{inner}")
    };
    assert!(
        !part.contains("secret") && !part.contains("refs\":["),
        "an empty object goes: {part}"
    );
    for nothing in [r#""id""#, r#""no.such""#, r#""[0]""#, "1"] {
        let text = marked(r#","name":"n","labels":["a"]"#, nothing);
        assert_eq!(
            redacted(&text, TlpLevel::Amber),
            Redacted::Nothing,
            "{nothing}"
        );
    }
    let whole = format!(
        r#"{{"type":"x-a","id":"x-a--1","object_marking_refs":["{}"]}}"#,
        Tlp::Red1.id()
    );
    assert_eq!(redacted(&whole, TlpLevel::Amber), Redacted::Nothing);
    let unknown = r#"{"type":"x-a","id":"x-a--1","object_marking_refs":["marking-definition--1"]}"#;
    assert_eq!(redacted(unknown, TlpLevel::Red), Redacted::Nothing);
}
