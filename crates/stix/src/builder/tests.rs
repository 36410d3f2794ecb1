use serde_json::json;

use super::*;

const UUID: Uuid = Uuid::from_u128(0x8e2e_2d2b_17d4_4cbf_938f_98ee_46b3_cd3f);

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

fn campaign() -> Builder {
    Builder::new("campaign", UUID, &at("2026-01-20T12:31:12.123Z")).expect("a type")
}

#[test]
fn builds_canonical_objects() {
    let built = campaign().set("name", "x").unwrap().build().unwrap();
    let expected = r#"{"created":"2026-01-20T12:31:12.123Z","id":"campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","modified":"2026-01-20T12:31:12.123Z","name":"x","spec_version":"2.1","type":"campaign"}"#;
    assert_eq!(built.object.bytes(), expected.as_bytes());
    let marking = Builder::new("marking-definition", UUID, &at("2026-01-20T12:31:12.123Z"));
    let marking = marking
        .unwrap()
        .set("definition_type", "statement")
        .unwrap();
    let marking = marking
        .set("definition", json!({"statement": "x"}))
        .unwrap()
        .build();
    assert_eq!(
        marking.unwrap().object.modified(),
        None,
        "markings are not versioned"
    );
}

#[test]
fn derives_the_identifier_of_an_observable() {
    let address = Builder::observable("ipv4-addr", UUID).unwrap();
    let address = address
        .set("value", "198.51.100.3")
        .unwrap()
        .build()
        .unwrap()
        .object;
    assert_eq!(
        address.id().as_str(),
        "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
    );
    let process = Builder::observable("process", UUID)
        .unwrap()
        .set("pid", 1)
        .unwrap();
    assert_eq!(process.build().unwrap().object.id().uuid(), UUID);
}

#[test]
fn refuses_what_breaks_the_standard() {
    let empty = campaign().build().expect_err("no name");
    assert!(
        matches!(&empty, BuildError::Refused(report) if report.errors[0].rule == "stix.3.1.required")
    );
    let wrong = campaign()
        .set("name", 1)
        .unwrap()
        .build()
        .expect_err("a number");
    assert!(
        wrong.to_string().contains("it has to be a string"),
        "{wrong}"
    );
    let unknown = campaign()
        .set("pattern", "x")
        .expect_err("not of a campaign");
    assert!(matches!(unknown, BuildError::Property { .. }), "{unknown}");
    let own = campaign().set("id", "x").expect_err("the builder's");
    assert!(matches!(own, BuildError::Own(_)), "{own}");
    let own = campaign()
        .custom("modified", "x")
        .expect_err("the builder's");
    assert!(matches!(own, BuildError::Own(_)), "{own}");
    let observable = Builder::new("url", UUID, &at("2026-01-20T12:31:12.123Z"));
    assert!(matches!(observable, Err(BuildError::Type(..))));
    assert!(matches!(
        Builder::observable("campaign", UUID),
        Err(BuildError::Type(..))
    ));
    let name = Builder::new("Bad", UUID, &at("2026-01-20T12:31:12.123Z"));
    assert!(matches!(name, Err(BuildError::Id(_))));
}

#[test]
fn revises_until_revoked() {
    let first = campaign().set("name", "x").unwrap().build().unwrap().object;
    let later = at("2026-01-20T12:31:12.124Z");
    let second = Builder::revise(&first, &later)
        .unwrap()
        .set("revoked", true)
        .unwrap();
    let second = second.build().unwrap().object;
    assert_eq!(
        (second.id(), second.created()),
        (first.id(), first.created())
    );
    assert!(second.version() > first.version() && second.revoked());
    let same = Builder::revise(&first, &at("2026-01-20T12:31:12.123000Z"));
    assert!(matches!(same, Err(BuildError::NotLater { .. })));
    let after = Builder::revise(&second, &at("2027-01-20T12:31:12.124Z"));
    assert!(matches!(after, Err(BuildError::Revoked(_))));
}

#[test]
fn one_s_own_properties_and_extensions() {
    let id = "extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e";
    let built = campaign()
        .set("name", "x")
        .unwrap()
        .custom("x_rank", 5)
        .unwrap();
    assert_eq!(
        built.clone().build().unwrap().report.warnings[0].rule,
        "stix.11.1.extension"
    );
    let extended = built
        .without("x_rank")
        .extension(
            id,
            json!({"extension_type": "property-extension", "rank": 5}),
        )
        .build()
        .unwrap();
    assert!(extended.report.warnings.is_empty(), "{:?}", extended.report);
}
