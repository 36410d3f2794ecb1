use super::*;

/// Random UUIDs that a test can foresee.
fn counted() -> impl FnMut() -> Uuid {
    let mut count = 0_u128;
    move || {
        count += 1;
        uuid::Builder::from_random_bytes(count.to_be_bytes()).into_uuid()
    }
}

fn up(text: &str) -> Upgraded {
    upgrade(text.as_bytes(), UpgradeOptions::default(), counted()).expect(text)
}

fn object(type_name: &str, rest: &str) -> String {
    format!(
        r#"{{"type":"{type_name}","id":"{type_name}--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2016-08-22T14:09:00.123Z","modified":"2016-08-22T14:09:00.123Z"{rest}}}"#
    )
}

#[test]
fn labels_that_say_a_type_move() {
    let malware = up(&object(
        "malware",
        r#","name":"x","labels":["malware","trojan","mine"]"#,
    ))
    .object;
    assert!(
        malware.contains(r#""malware_types":["trojan"]"#),
        "{malware}"
    );
    assert!(malware.contains(r#""labels":["mine"]"#), "{malware}");
    assert!(malware.contains(r#""is_family":true"#), "{malware}");
    let report = up(&object("report", r#","labels":["threat-report"]"#)).object;
    assert!(
        report.contains(r#""report_types":["threat-report"]"#),
        "{report}"
    );
    assert!(!report.contains("labels"), "{report}");
    let identity = up(&object("identity", r#","labels":["trojan"]"#)).object;
    assert!(identity.contains(r#""labels":["trojan"]"#), "{identity}");
    let options = UpgradeOptions {
        malware_is_family: false,
    };
    let text = object("malware", "");
    let instance = upgrade(text.as_bytes(), options, counted()).unwrap().object;
    assert!(instance.contains(r#""is_family":false"#), "{instance}");
}

#[test]
fn patterns_get_timestamps_and_names() {
    let same = "[file:name = 'START \\'2016-01-01T00:00:00Z\\'' AND file:size = 1]";
    assert_eq!(upgrade_pattern(same).as_deref(), Ok(same));
    let new = "[process:created_time = t'2016-01-01T00:00:00Z' AND process:image_ref.name = 'x']";
    let old = "[process:created = t'2016-01-01T00:00:00Z' AND process:binary_ref.name = 'x']";
    assert_eq!(upgrade_pattern(old).as_deref(), Ok(new));
    assert_eq!(upgrade_pattern(new).as_deref(), Ok(new));
    assert!(matches!(
        upgrade_pattern("[file:name ="),
        Err(UpgradeError::Pattern(_))
    ));
    let indicator = up(&object("indicator", r#","pattern":"[file:size = 1]""#)).object;
    assert!(
        indicator.contains(r#""pattern_type":"stix""#),
        "{indicator}"
    );
}

#[test]
fn observables_come_out_with_identifiers() {
    let container = r#","objects":{
        "0":{"type":"ipv4-addr","value":"198.51.100.3"},
        "1":{"type":"network-traffic","src_ref":"0","protocols":["tcp"]},
        "2":{"type":"process","pid":1,"binary_ref":"3","created":"2016-01-01T00:00:00Z"},
        "3":{"type":"file","name":"x","contains_refs":["4"]},
        "4":{"type":"file","name":"y","contains_refs":["3"]}},
        "object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"],
        "granular_markings":[{"marking_ref":"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed","selectors":["objects.3.name"]}]"#;
    let upgraded = up(&object("observed-data", container));
    assert_eq!(
        upgraded.keys[0].1.as_str(),
        "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
    );
    assert_eq!(upgraded.keys.len(), 5);
    let [address, traffic, process, file, _] = &upgraded.observables[..] else {
        panic!()
    };
    let green = "34098fce";
    let red = "5e57c739";
    assert!(traffic.contains(r#""src_ref":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4""#));
    assert!(
        process.contains(r#""created_time":"2016-01-01T00:00:00Z""#),
        "{process}"
    );
    assert!(process.contains(r#""image_ref":"file--"#), "{process}");
    assert_eq!(
        upgraded.keys[2].1.uuid().get_version_num(),
        4,
        "nothing to derive it from"
    );
    assert!(
        address.contains(green) && !address.contains(red),
        "{address}"
    );
    assert!(
        file.contains(green) && file.contains(red),
        "never marked less: {file}"
    );
    assert!(upgraded.object.contains(red), "{}", upgraded.object);
    assert!(
        !upgraded.object.contains("objects\""),
        "{}",
        upgraded.object
    );
}

#[test]
fn markings_that_pointed_at_what_moved_mark_the_whole() {
    let rest = r#","labels":["trojan"],"name":"x","granular_markings":[
        {"marking_ref":"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed","selectors":["labels","name"]}]"#;
    let malware = up(&object("malware", rest)).object;
    assert!(
        malware.contains(r#""object_marking_refs":["marking-definition--5e57c739"#),
        "{malware}"
    );
    assert!(malware.contains(r#""selectors":["name"]"#), "{malware}");
}

#[test]
fn refuses_what_is_not_of_2_0() {
    let refused = |text: &str| {
        upgrade(text.as_bytes(), UpgradeOptions::default(), counted()).expect_err(text)
    };
    assert!(matches!(refused("{"), UpgradeError::Syntax(_)));
    assert_eq!(refused("[]"), UpgradeError::NotAnObject);
    assert_eq!(refused("{}"), UpgradeError::NotAnObject);
    assert_eq!(
        refused(&object("identity", r#","spec_version":"2.1""#)),
        UpgradeError::Newer
    );
    let untyped = refused(&object(
        "observed-data",
        r#","objects":{"0":{"value":"x"}}"#,
    ));
    assert!(
        matches!(untyped, UpgradeError::Observable { source: None, .. }),
        "{untyped}"
    );
    let nameless = refused(&object(
        "observed-data",
        r#","objects":{"0":{"type":"A b"}}"#,
    ));
    assert!(
        matches!(
            nameless,
            UpgradeError::Observable {
                source: Some(_),
                ..
            }
        ),
        "{nameless}"
    );
}

#[test]
fn a_circle_of_identifiers_is_broken_at_random() {
    let circle = r#","objects":{
        "0":{"type":"file","name":"x","extensions":{"archive-ext":{"contains_refs":["1"]}}},
        "1":{"type":"file","name":"y","extensions":{"archive-ext":{"contains_refs":["0"]}}}}"#;
    let upgraded = up(&object("observed-data", circle));
    let versions: Vec<_> = upgraded
        .keys
        .iter()
        .map(|(_, id)| id.uuid().get_version_num())
        .collect();
    assert_eq!(versions, [4, 5]);
    let (first, second) = (&upgraded.keys[0].1, &upgraded.keys[1].1);
    assert!(upgraded.observables[0].contains(second.as_str()));
    assert!(upgraded.observables[1].contains(first.as_str()));
}

#[test]
fn a_long_chain_of_identifiers_does_not_exhaust_the_stack() {
    let link = |at: usize| {
        let next = at + 1;
        format!(
            r#""{at}":{{"type":"file","name":"{at}","extensions":{{"archive-ext":{{"contains_refs":["{next}"]}}}}}}"#
        )
    };
    let chain: Vec<String> = (0..20_000).map(link).collect();
    let container = format!(
        r#","objects":{{{},"20000":{{"type":"file","name":"x"}}}}"#,
        chain.join(",")
    );
    let upgraded = up(&object("observed-data", &container));
    assert_eq!(upgraded.observables.len(), 20_001);
}
