use super::*;

const INDICATOR: &str = r#"{"created":"2016-04-29T14:09:00.000Z","created_by_ref":"identity--f431f809-377b-45e0-aa1c-6a4751cae5ff","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","modified":"2016-04-29T14:09:00.123456Z","object_marking_refs":["marking-definition--089a6ecb-cc15-43cc-9494-767639779123"],"spec_version":"2.1","type":"indicator"}"#;

fn taken(text: &str) -> Object {
    Object::from_canonical(text.into()).expect(text)
}

fn refused(text: &str) -> ViewError {
    match Object::from_canonical(text.into()).expect_err(text) {
        ObjectError::View(err) => err,
        other => panic!("{text}: {other}"),
    }
}

#[test]
fn views_the_common_properties_and_keeps_the_bytes() {
    let object = taken(INDICATOR);
    assert_eq!(object.bytes(), INDICATOR.as_bytes());
    assert_eq!(object.type_name(), "indicator");
    assert_eq!(object.spec_version(), SpecVersion::V21);
    assert_eq!(
        object.version().unwrap().as_str(),
        "2016-04-29T14:09:00.123456Z"
    );
    assert_eq!(object.created_by_ref().unwrap().type_name(), "identity");
    assert_eq!(object.object_marking_refs().len(), 1);
    assert!(!object.revoked());
}

#[test]
fn tells_the_versions_of_the_specification_apart() {
    let with = |properties: &str, kind: &str| {
        let id = format!("{kind}--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
        taken(&format!(r#"{{"id":"{id}","type":"{kind}"{properties}}}"#)).spec_version()
    };
    let created = r#","created":"2016-04-29T14:09:00.000Z""#;
    assert_eq!(with(created, "indicator"), SpecVersion::V20);
    assert_eq!(with(created, "marking-definition"), SpecVersion::V20);
    assert_eq!(with("", "ipv4-addr"), SpecVersion::V21);
    assert_eq!(
        with(created, "ipv4-addr"),
        SpecVersion::V21,
        "2.0 has no observables of its own"
    );
    assert_eq!(
        with(r#","spec_version":"2.0""#, "indicator"),
        SpecVersion::V20
    );
    let object = taken(r#"{"id":"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","type":"url"}"#);
    assert_eq!(object.version(), None);
}

#[test]
fn refuses_what_has_no_identity() {
    assert_eq!(refused("[]"), ViewError::NotAnObject("a list"));
    assert_eq!(refused("{}"), ViewError::Missing("type"));
    assert_eq!(refused(r#"{"type":"indicator"}"#), ViewError::Missing("id"));
    assert!(matches!(
        refused(r#"{"type":1}"#),
        ViewError::JsonType { name: "type", .. }
    ));
    assert!(matches!(refused(r#"{"type":"A"}"#), ViewError::TypeName(name) if name == "A"));
    assert_eq!(refused(r#"{"type":"bundle"}"#), ViewError::Bundle);
    let prefix = INDICATOR.replace(r#""type":"indicator""#, r#""type":"report""#);
    assert!(matches!(refused(&prefix), ViewError::Prefix { .. }));
    let unknown = INDICATOR.replace(r#""2.1""#, r#""2.2""#);
    assert_eq!(refused(&unknown), ViewError::SpecVersion("2.2".to_owned()));
}

#[test]
fn refuses_common_properties_of_the_wrong_form() {
    let insert = |member: &str| INDICATOR.replacen('{', &format!("{{{member},"), 1);
    let revoked = refused(&insert(r#""revoked":"true""#));
    let expected = ViewError::JsonType {
        name: "revoked",
        found: "a string",
        wanted: "a boolean",
    };
    assert_eq!(revoked, expected);
    for (from, to, name) in [
        ("identity--f", "identity-f", "created_by_ref"),
        ("definition--0", "definition-0", "object_marking_refs"),
        ("indicator--8", "indicator-8", "id"),
    ] {
        let err = refused(&INDICATOR.replace(from, to));
        assert!(
            matches!(&err, ViewError::Id { name: found, .. } if *found == name),
            "{err}"
        );
    }
    for (from, to, name) in [
        ("00.000Z", "00.000", "created"),
        (".123456Z", ".Z", "modified"),
    ] {
        let err = refused(&INDICATOR.replace(from, to));
        assert!(
            matches!(&err, ViewError::Timestamp { name: found, .. } if *found == name),
            "{err}"
        );
    }
}

#[test]
fn admission_comes_before_the_view() {
    let twice = Object::admit(br#"{"type":"url","type":"url"}"#).expect_err("a duplicate");
    assert!(matches!(twice, ObjectError::Admission(_)), "{twice}");
    let spaced = INDICATOR.replace(',', " , ");
    assert_eq!(
        Object::admit(spaced.as_bytes()).unwrap().bytes(),
        INDICATOR.as_bytes()
    );
}

#[test]
fn is_read_out_of_a_larger_text() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Envelope {
        more: bool,
        objects: Vec<Object>,
    }
    let text = r#"{"more":false,"objects":[{"type":"x-any","x_float":1.50,"id":"x-any--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}]}"#;
    let envelope: Envelope = serde_json::from_str(text).unwrap();
    assert_eq!(envelope.objects[0].to_json()["x_float"], 1.5);
    assert_eq!(
        envelope.objects[0],
        envelope.objects[0].as_str().parse().unwrap()
    );
    let canonical = r#"{"more":false,"objects":[{"id":"x-any--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","type":"x-any","x_float":1.5}]}"#;
    assert_eq!(serde_json::to_string(&envelope).unwrap(), canonical);
    let twice = text.replace("x_float", "type");
    let error = serde_json::from_str::<Envelope>(&twice).err().unwrap();
    assert!(error.to_string().contains("type"), "{error}");
}
