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
        Err("TLP 1")
    );
    assert_eq!(of(&white.replace("TLP:WHITE", "TLP:CLEAR")), Err("TLP 1"));
    assert_eq!(of(&white.replace("613f2e26", "613f2e27")), Err("TLP 1"));
    assert_eq!(of(&white.replace("2017-01-20", "2017-01-21")), Err("TLP 1"));
    assert_eq!(of(&clear.replace("94868c89", "94868c88")), Err("TLP 2.0"));
    assert_eq!(of(&clear.replace("\"clear\"", "\"red\"")), Err("TLP 2.0"));
    assert_eq!(
        of(&white.replace("\"name\":\"TLP:WHITE\",", "")),
        Ok(Some(Tlp::White1))
    );
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
