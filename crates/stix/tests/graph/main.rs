//! Walking along relationships, references and sightings, against python `stix2` where it can
//! (`related_to` of a store, recorded by `pattern-oracle/similarity_oracle.py`) and by hand.

#![expect(
    clippy::unwrap_used,
    reason = "the tests' own functions may fail like the tests"
)]

use serde_json::{Value, json};
use stix::graph::{Direction, EdgeKind, Edges, Graph, REFERENCE_DEPTH_MAX, Walk, WalkError};

const GRAPH: &str = include_str!("../pattern-oracle/graph.json");

fn ids(graph: &Graph<'_>, start: &str, walk: &Walk<'_>) -> Vec<String> {
    let mut ids: Vec<_> = graph
        .walk(start, walk)
        .unwrap()
        .iter()
        .map(|reached| reached.id.to_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn python_stix2_finds_the_same_related_objects() {
    let recorded: Value = serde_json::from_str(GRAPH).unwrap();
    let graph = Graph::new(recorded["objects"].as_array().unwrap());
    let along = Walk {
        references: Edges::None,
        sightings: false,
        ..Walk::default()
    };
    let walks = [
        ("related", along),
        (
            "targets",
            Walk {
                direction: Direction::Outgoing,
                ..along
            },
        ),
        (
            "sources",
            Walk {
                direction: Direction::Incoming,
                ..along
            },
        ),
        (
            "uses",
            Walk {
                relationships: Edges::Named(&["uses"]),
                ..along
            },
        ),
    ];
    let mut found = 0;
    for (name, walk) in walks {
        for (id, expected) in recorded[name].as_object().unwrap() {
            let mut expected: Vec<String> = serde_json::from_value(expected.clone()).unwrap();
            // A relationship of an object with itself does not make it related to another.
            expected.retain(|other| other != id);
            assert_eq!(ids(&graph, id, &walk), expected, "{name} {id}");
            found += expected.len();
        }
    }
    assert!(found > 20, "{found}");
}

fn world() -> Vec<Value> {
    vec![
        json!({"type": "malware", "id": "malware--1", "created_by_ref": "identity--1",
               "object_marking_refs": ["marking-definition--1"]}),
        json!({"type": "tool", "id": "tool--1"}),
        json!({"type": "campaign", "id": "campaign--1"}),
        json!({"type": "identity", "id": "identity--1"}),
        json!({"type": "relationship", "id": "relationship--1", "relationship_type": "uses",
               "source_ref": "campaign--1", "target_ref": "malware--1", "created_by_ref": "identity--2",
               "start_time": "2020-01-01T00:00:00Z", "stop_time": "2020-02-01T00:00:00Z"}),
        json!({"type": "relationship", "id": "relationship--2", "relationship_type": "drops",
               "source_ref": "malware--1", "target_ref": "tool--1"}),
        json!({"type": "sighting", "id": "sighting--1", "sighting_of_ref": "malware--1",
               "where_sighted_refs": ["location--1"], "first_seen": "2020-01-05T00:00:00Z",
               "last_seen": "2020-01-06T00:00:00Z"}),
        json!({"type": "email-message", "id": "email-message--1",
               "body_multipart": [{"body_raw_ref": "file--1"}]}),
        json!({"type": "observed-data", "id": "observed-data--1",
               "objects": {"0": {"type": "file", "parent_directory_ref": "1"}}}),
    ]
}

#[test]
fn edges_are_relationships_references_and_sightings() {
    let world = world();
    let graph = Graph::new(&world);
    let from = |id: &str| {
        let mut list: Vec<_> = graph
            .edges_from(id)
            .map(|edge| (edge.kind(), edge.target()))
            .collect();
        list.sort();
        list
    };
    assert_eq!(
        from("malware--1"),
        [
            (EdgeKind::Relationship("drops"), "tool--1"),
            (EdgeKind::Reference("created_by_ref"), "identity--1"),
            (
                EdgeKind::Reference("object_marking_refs"),
                "marking-definition--1"
            ),
        ]
    );
    assert_eq!(
        from("relationship--1"),
        [(EdgeKind::Reference("created_by_ref"), "identity--2")]
    );
    assert_eq!(from("location--1"), [(EdgeKind::Sighting, "malware--1")]);
    assert_eq!(
        from("email-message--1"),
        [(EdgeKind::Reference("body_raw_ref"), "file--1")]
    );
    assert_eq!(
        from("observed-data--1"),
        [],
        "local keys are no identifiers"
    );
    assert_eq!(graph.edges_to("malware--1").count(), 3);
    assert_eq!(
        graph.edges_to("identity--2").next().unwrap().object()["id"],
        "relationship--1"
    );
}

#[test]
fn walks_are_filtered() {
    let world = world();
    let graph = Graph::new(&world);
    let all = Walk {
        depth_max: 9,
        ..Walk::default()
    };
    let outgoing = Walk {
        direction: Direction::Outgoing,
        references: Edges::None,
        ..all
    };
    assert_eq!(
        ids(&graph, "campaign--1", &outgoing),
        ["malware--1", "tool--1"]
    );
    assert_eq!(
        ids(
            &graph,
            "campaign--1",
            &Walk {
                depth_max: 1,
                ..outgoing
            }
        ),
        ["malware--1"]
    );
    assert_eq!(
        ids(
            &graph,
            "campaign--1",
            &Walk {
                depth_max: 0,
                ..outgoing
            }
        ),
        [""; 0]
    );
    let created = Walk {
        references: Edges::Named(&["created_by_ref"]),
        ..all
    };
    assert!(ids(&graph, "tool--1", &created).contains(&"identity--1".to_owned()));
    assert!(!ids(&graph, "tool--1", &created).contains(&"marking-definition--1".to_owned()));
    let tools = Walk {
        object_types: Some(&["tool", "malware"]),
        ..all
    };
    assert_eq!(
        ids(&graph, "campaign--1", &tools),
        ["malware--1", "tool--1"]
    );
    let visible = |object: &Value| object["id"] != "relationship--2";
    let hidden = Walk {
        visible: Some(&visible),
        ..outgoing
    };
    assert_eq!(
        ids(&graph, "campaign--1", &hidden),
        ["malware--1"],
        "a hidden relationship"
    );
    let visible = |object: &Value| object["type"] != "malware";
    let hidden = Walk {
        visible: Some(&visible),
        ..outgoing
    };
    assert_eq!(
        ids(&graph, "campaign--1", &hidden),
        [""; 0],
        "nothing behind a hidden object"
    );
}

#[test]
fn edges_are_in_force_at_a_time() {
    let world = world();
    let graph = Graph::new(&world);
    let reached = |at: &str, start: &str| {
        let at = at.parse().unwrap();
        let walk = Walk {
            at: Some(&at),
            references: Edges::None,
            direction: Direction::Outgoing,
            ..Walk::default()
        };
        !ids(&graph, start, &walk).is_empty()
    };
    assert!(!reached("2019-12-31T23:59:59.999Z", "campaign--1"));
    assert!(reached("2020-01-01T00:00:00Z", "campaign--1"));
    assert!(
        !reached("2020-02-01T00:00:00Z", "campaign--1"),
        "§5.1: stop_time is out"
    );
    assert!(
        reached("2030-01-01T00:00:00Z", "malware--1"),
        "no times: always"
    );
    assert!(
        reached("2020-01-06T00:00:00Z", "location--1"),
        "§5.2: last_seen is in"
    );
    assert!(!reached("2020-01-06T00:00:00.1Z", "location--1"));
}

#[test]
fn what_is_reached_says_how() {
    let world = world();
    let graph = Graph::new(&world);
    let walk = Walk {
        depth_max: 2,
        references: Edges::None,
        sightings: false,
        ..Walk::default()
    };
    let reached = graph.walk("tool--1", &walk).unwrap();
    let list: Vec<_> = reached
        .iter()
        .map(|one| (one.id, one.depth, one.edge.kind()))
        .collect();
    assert_eq!(
        list,
        [
            ("malware--1", 1, EdgeKind::Relationship("drops")),
            ("campaign--1", 2, EdgeKind::Relationship("uses")),
        ]
    );
    assert_eq!(reached[0].object.unwrap()["type"], "malware");
    let dangling = graph.walk("malware--1", &Walk::default()).unwrap();
    assert!(
        dangling
            .iter()
            .any(|one| one.id == "location--1" && one.object.is_none())
    );
}

#[test]
fn the_latest_version_counts() {
    let version = |modified: &str, by: &str| json!({"type": "tool", "id": "tool--1", "modified": modified, "created_by_ref": by});
    let world = [
        version("2020-01-01T00:00:00.10Z", "identity--new"),
        version("2020-01-01T00:00:00.1Z", "identity--same"),
        version("2020-01-01T00:00:00.0999Z", "identity--old"),
    ];
    let graph = Graph::new(&world);
    let targets: Vec<_> = graph
        .edges()
        .iter()
        .map(stix::graph::Edge::target)
        .collect();
    assert_eq!(targets, ["identity--new"]);
}

#[test]
fn bounds_are_named() {
    let hub = "identity--hub";
    let world: Vec<_> = (0..100)
        .map(|n| json!({"type": "tool", "id": format!("tool--{n}"), "created_by_ref": hub}))
        .collect();
    let graph = Graph::new(&world);
    let refused = |walk: Walk<'_>| graph.walk(hub, &walk).unwrap_err();
    assert_eq!(
        refused(Walk {
            objects_max: 99,
            ..Walk::default()
        }),
        WalkError::Objects { limit: 99 }
    );
    assert_eq!(
        refused(Walk {
            edges_max: 99,
            ..Walk::default()
        }),
        WalkError::Edges { limit: 99 }
    );
    assert_eq!(
        graph
            .walk(
                hub,
                &Walk {
                    objects_max: 100,
                    ..Walk::default()
                }
            )
            .unwrap()
            .len(),
        100
    );
    let mut deep = json!({"a_ref": "tool--1"});
    for _ in 0..=REFERENCE_DEPTH_MAX {
        deep = json!({"nested": deep});
    }
    deep["id"] = json!("tool--2");
    deep["type"] = json!("tool");
    let world = [deep];
    assert_eq!(Graph::new(&world).edges(), [], "too deep to be found");
}
