//! Users, tokens, grants and collections as operators make and change them, and the trail of it.

use http::Method;
use node::collections::collection_id;
use serde_json::{Value, json};

use crate::{
    people::{PASSWORD, Web, collection, grant, owner, staffed, token, trail, user},
    world::{Desk, Pair, TestClock, refusal},
};

async fn refused(desk: &Desk, method: Method, path: &str, body: Value) -> String {
    let (status, bytes) = desk.send(method, path, body.to_string().into()).await;
    refusal(status, &bytes)
}

#[tokio::test]
async fn what_makes_no_user_is_refused_in_words() {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    user(&desk, "al", "operator").await;
    let mut told = Vec::new();
    for new in [
        json!({ "name": "al", "role": "reader" }),
        json!({ "name": "Al", "role": "reader" }),
        json!({ "name": "anonymous", "role": "reader" }),
        json!({ "name": "bo", "role": "admin" }),
        json!({ "name": "bo", "role": "reader", "password": "short" }),
        json!({ "name": "bo", "role": "reader", "password": "" }),
        json!({ "name": "bo", "role": "reader", "certificates": ["abc"] }),
        json!({ "name": "bo", "role": "reader", "groups": [] }),
        json!({ "name": "bo" }),
    ] {
        told.push(refused(&desk, Method::POST, "/users", new).await);
    }
    for (method, path, body) in [
        (Method::PATCH, "/users/bo", json!({ "role": "reader" })),
        (Method::PATCH, "/users/al", json!({})),
        (Method::PATCH, "/users/al", json!({ "role": "reader" })),
        (Method::PATCH, "/users/al", json!({ "disabled": true })),
        (
            Method::PATCH,
            "/users/al",
            json!({ "remove_certificates": ["00".repeat(32)] }),
        ),
        (Method::DELETE, "/users/al", Value::Null),
        (Method::DELETE, "/users/bo", Value::Null),
        (Method::DELETE, "/tokens/7", Value::Null),
        (Method::DELETE, "/tokens/seven", Value::Null),
        (
            Method::POST,
            "/tokens",
            json!({ "user": "bo", "name": "Tool" }),
        ),
        (
            Method::POST,
            "/tokens",
            json!({ "user": "al", "name": " " }),
        ),
        (
            Method::POST,
            "/tokens",
            json!({ "user": "al", "name": "Tool", "expires": "soon" }),
        ),
        (
            Method::POST,
            "/tokens",
            json!({ "user": "al", "name": "Tool", "expires": "2020-01-01T00:00:00Z" }),
        ),
        (
            Method::POST,
            "/tokens",
            json!({ "user": "al", "name": "Tool", "collections": [] }),
        ),
        (
            Method::POST,
            "/tokens",
            json!({ "user": "al", "name": "Tool", "collections": ["no"] }),
        ),
    ] {
        told.push(refused(&desk, method, path, body).await);
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
        409 exists: there is a user `al` already; choose another name
        422 invalid: `Al` is no name for a user, which is lower-case letters, digits, `.`, `_`, `-` and `@`, and begins with a letter or digit
        422 invalid: `anonymous` is no name for a user: the trail means something else by it
        422 invalid: `admin` is no role; the roles are reader, analyst, drafter, officer and operator
        422 invalid: a password has at least 12 characters, this one has 5; several words make a good one
        422 invalid: a password has at least 12 characters, this one has 0; several words make a good one
        422 invalid: `abc` is no certificate: give the SHA-256 of its public key in 64 hexadecimal digits
        422 invalid: the request cannot be read: unknown field `groups`, expected one of `name`, `role`, `password`, `certificates` at line 1 column 9
        422 invalid: the request cannot be read: missing field `role` at line 1 column 13
        404 not_found: there is no user `bo`; `chancery user list` shows them
        422 invalid: nothing was said that changes `al`
        409 last_operator: `al` is the last operator who may log in; make another one first, or say --last-operator if only whoever may open the node's directory shall administer it
        409 last_operator: `al` is the last operator who may log in; make another one first, or say --last-operator if only whoever may open the node's directory shall administer it
        404 not_found: no certificate 0000000000000000000000000000000000000000000000000000000000000000 stands for `al`
        409 last_operator: `al` is the last operator who may log in; make another one first, or say --last-operator if only whoever may open the node's directory shall administer it
        404 not_found: there is no user `bo`; `chancery user list` shows them
        404 not_found: there is no token 7; `chancery token list` shows them
        404 not_found: `seven` is no number of a token; `chancery token list` shows them
        404 not_found: there is no user `bo`; `chancery user list` shows them
        422 invalid: a token has a name that says what it is for, 128 bytes at most
        422 invalid: `soon` is no time: write an instant such as 2026-03-01T17:00:00+03:00 or 2026-03-01T14:00:00Z, or a time from now such as 90s, 30m, 72h or 10d
        422 invalid: `2020-01-01T00:00:00Z` is in the past: here it is 2026-03-01T09:00:00Z
        422 invalid: a token for no collection is of no use; name one, or none to have it for all
        404 not_found: there is no collection `no` here; the collections are: none yet
        "#);
    assert_eq!(desk.get("/users").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_last_operator_is_not_removed_by_accident() {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    user(&desk, "al", "operator").await;
    user(&desk, "bo", "operator").await;
    owner(
        &desk,
        Method::PATCH,
        "/users/bo",
        json!({ "disabled": true }),
    )
    .await;
    let al = Web::user("al");
    for (method, body) in [
        (Method::PATCH, json!({ "disabled": true })),
        (Method::PATCH, json!({ "role": "officer" })),
        (Method::DELETE, Value::Null),
    ] {
        let answer = al.send(&desk, method, "/users/al", &body).await;
        assert!(
            answer
                .refusal()
                .starts_with("409 last_operator: `al` is the last"),
            "{}",
            answer.refusal()
        );
    }
    owner(
        &desk,
        Method::DELETE,
        "/users/al?last_operator=true",
        Value::Null,
    )
    .await;
    assert_eq!(al.get(&desk, "/users").await.status, 401);
}

#[tokio::test]
async fn a_collection_is_made_set_and_shown() {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    let made = collection(
        &desk,
        json!({ "name": "iocs", "title": "Indicators", "description": "Ours", "judgement": "refuse",
            "house_rules": [{ "type": "indicator", "requires": ["confidence"] }], "clearance": 2 }),
    )
    .await;
    let id = made["id"].as_str().unwrap().to_owned();
    let dialogue = desk.get("/dialogues").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(id, collection_id(&dialogue, "iocs").to_string());
    let expected = json!({
        "id": id, "root": "local", "alias": "iocs", "title": "Indicators", "description": "Ours",
        "dialogue": "iocs", "track": "iocs", "private": true, "public": false, "judgement": "refuse",
        "house_rules": [{ "type": "indicator", "requires": ["confidence"], "severity": "must" }],
        "clearance": 2, "can_read": true, "can_write": true,
    });
    assert_eq!(made, expected);
    for name in [&*id, &id.to_uppercase(), "iocs", "local%2Fiocs"] {
        assert_eq!(
            desk.get(&format!("/collections/{name}")).await,
            expected,
            "{name}"
        );
    }
    let set = async |asked: Value| owner(&desk, Method::PATCH, "/collections/iocs", asked).await;
    let set = set(
        json!({ "root": "ours", "alias": "Indicators_1", "title": null, "description": null,
        "public": true, "judgement": "warn", "house_rules": [], "clearance": 0 }),
    )
    .await;
    assert_eq!(
        set,
        json!({
            "id": id, "root": "ours", "alias": "Indicators_1", "title": "Indicators", "description": null,
            "dialogue": "iocs", "track": "iocs", "private": true, "public": true, "judgement": "warn",
            "house_rules": [], "clearance": 0, "can_read": true, "can_write": true,
        })
    );
    // The same after a restart.
    let Desk { node, home, .. } = desk;
    let settings = node.settings().clone();
    node.stop().await;
    let node = node::Node::open(home, settings).await.unwrap();
    let collections = node.collections();
    let found = collections.find("ours", "Indicators_1").unwrap();
    assert_eq!(found.id.to_string(), id);
    assert!(found.public && collections.find("local", &id).is_none());
    assert_eq!(collections.default_root().unwrap().name.as_str(), "ours");
}

#[tokio::test]
async fn a_dialogue_has_a_root_and_its_tracks_are_set_too() {
    let pair = Pair::new().await;
    let desk = &pair.alpha;
    collection(desk, json!({ "name": "cyber" })).await;
    let cyber = owner(
        desk,
        Method::GET,
        "/collections/alpha-beta%2Fcyber",
        Value::Null,
    )
    .await;
    assert_eq!(
        (&cyber["private"], &cyber["title"]),
        (&json!(false), &json!("cyber"))
    );
    // The other party's node has the same id for it.
    let theirs = pair.beta.get("/collections/cyber").await;
    assert_eq!(theirs["id"], cyber["id"]);
    let ambiguous = refused(desk, Method::GET, "/collections/cyber", Value::Null).await;
    insta::assert_snapshot!(ambiguous, @"404 not_found: several collections are called `cyber`; name one as ROOT/NAME: alpha-beta/cyber, alpha-beta/security, local/cyber");
    // In one root, the older track keeps the name; an alias that is set goes before both.
    let path = format!("/collections/{}", cyber["id"].as_str().unwrap());
    let moved = owner(
        desk,
        Method::PATCH,
        &path,
        json!({ "root": "local", "clearance": 1 }),
    )
    .await;
    assert_eq!(
        (&moved["alias"], &moved["clearance"]),
        (&json!("cyber"), &json!(1))
    );
    let all = desk.get("/collections").await;
    let aliases: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|each| &each["alias"])
        .collect();
    assert_eq!(
        aliases
            .iter()
            .filter(|alias| ***alias == json!("cyber"))
            .count(),
        1,
        "{all}"
    );
    let taken = json!({ "alias": "cyber" });
    let other = all
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["alias"].is_null())
        .unwrap();
    let path = format!("/collections/{}", other["id"].as_str().unwrap());
    insta::assert_snapshot!(refused(desk, Method::PATCH, &path, taken).await, @"409 alias_taken: the alias `cyber` is that of `cyber` in the API root `local`");
    let roots = desk.get("/roots").await;
    assert_eq!(
        roots,
        json!([
            { "name": "alpha-beta", "title": "Alpha-Beta", "description": null, "collections": 1 },
            { "name": "local", "title": "Collections of this party", "description": null, "collections": 2 },
        ])
    );
    let set = json!({ "title": "Alpha CERT", "description": "What we publish" });
    owner(desk, Method::PATCH, "/roots/local", set).await;
    assert_eq!(desk.get("/roots").await[1]["title"], "Alpha CERT");
    insta::assert_snapshot!(refused(desk, Method::PATCH, "/roots/none", json!({})).await, @"404 not_found: there is no API root `none` with a collection in it");
}

#[tokio::test]
async fn settings_that_make_no_sense_make_no_track() {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    let mut told = Vec::new();
    for settings in [
        json!({ "root": "Not A Root" }),
        json!({ "alias": "a/b" }),
        json!({ "alias": "91a7b528-80eb-42ed-a74d-c6fbd5a26116" }),
        json!({ "title": "" }),
        json!({ "title": "x".repeat(257) }),
        json!({ "description": "x".repeat(4097) }),
        json!({ "judgement": "reject" }),
        json!({ "house_rules": [{ "requires": [] }] }),
        json!({ "clearance": 9 }),
        json!({ "name": "No Track" }),
    ] {
        let mut new = json!({ "name": "iocs" });
        new.as_object_mut()
            .unwrap()
            .extend(settings.as_object().unwrap().clone());
        told.push(refused(&desk, Method::POST, "/collections", new).await);
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
        422 invalid: `Not A Root` is no name for an API root, which is lower-case letters, digits and single hyphens
        422 invalid: `a/b` is no alias, which is letters, digits, hyphens, underscores and dots
        422 invalid: `91a7b528-80eb-42ed-a74d-c6fbd5a26116` is no alias: it would be taken for the id of a collection
        422 invalid: a title has 1 to 256 bytes, this one has 0
        422 invalid: a title has 1 to 256 bytes, this one has 257
        422 invalid: a description has 1 to 4096 bytes, this one has 4097
        422 invalid: `reject` is no judgement: write accept, warn, refuse (what breaks a MUST) or refuse-should (a SHOULD too)
        422 invalid: house rule 1 asks for 0 properties; it may ask for 1 to 64
        422 invalid: 9 officers cannot clear one object, the limit is 8
        422 invalid: `No Track` is no name for a track, which is lower-case letters, digits and single hyphens: name has 'N' at byte 0, allowed are lower-case letters, digits and -
        "#);
    assert_eq!(desk.get("/tracks").await, json!([]));
    let lines = trail(&desk).await.join("\n");
    assert!(!lines.contains(": done"), "{lines}");
}

#[tokio::test]
async fn grants_are_for_one_collection_a_root_or_all() {
    let desk = staffed(&TestClock::new()).await;
    user(&desk, "al", "analyst").await;
    let rights = async || -> Vec<(bool, bool)> {
        let shown = desk.node.collections();
        let shown: Vec<_> = shown.all().map(|each| each.path()).collect();
        let seen = Web::user("al").get(&desk, "/collections").await.json();
        let of = |path: &String| {
            let seen = seen.as_array().unwrap().iter();
            let mut seen = seen.filter(|each| path.ends_with(each["alias"].as_str().unwrap()));
            let seen = seen.next();
            seen.map_or((false, false), |each| {
                (each["can_read"] == true, each["can_write"] == true)
            })
        };
        shown.iter().map(of).collect()
    };
    let none = (false, false);
    assert_eq!(rights().await, [none, none]);
    grant(&desk, "al", "local/granted", "r").await;
    assert_eq!(rights().await, [(true, false), none]);
    grant(&desk, "al", "local/*", "w").await;
    assert_eq!(rights().await, [(true, true), (false, true)]);
    grant(&desk, "al", "*", "r").await;
    assert_eq!(rights().await, [(true, true), (true, true)]);
    let shown = desk.get("/users/al").await;
    let scopes: Vec<_> = shown["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|each| &each["scope"])
        .collect();
    assert_eq!(scopes, ["*", "local/granted", "local/*"]);
    for scope in ["*", "local/*", "granted"] {
        let path = format!("/grants?user=al&scope={scope}");
        owner(&desk, Method::DELETE, &path, Value::Null).await;
        let again = refused(&desk, Method::DELETE, &path, Value::Null).await;
        assert_eq!(again, "404 not_found: nothing was granted to `al` there");
    }
    assert_eq!(rights().await, [none, none]);
    let mut told = Vec::new();
    for (user, scope, read, write) in [
        ("the-reader", "granted", true, true),
        ("nobody", "granted", true, false),
        ("al", "granted", false, false),
        ("al", "nothing", true, false),
        ("al", "nothing/*", true, false),
        ("al", "No Root/*", true, false),
    ] {
        let asked = json!({ "user": user, "scope": scope, "read": read, "write": write });
        told.push(refused(&desk, Method::POST, "/grants", asked).await);
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
        409 role: `the-reader` is a reader, and a reader writes nowhere; make them an analyst first (`chancery user set the-reader --role analyst`)
        404 not_found: there is no user `nobody`; `chancery user list` shows them
        422 invalid: say what is granted: to read (--read), to write (--write), or both
        404 not_found: there is no collection `nothing` here; the collections are: local/granted, local/other
        404 not_found: there is no API root `nothing` with a collection in it
        422 invalid: `No Root` is no name for an API root, which is lower-case letters, digits and single hyphens
        "#);
}

#[tokio::test]
async fn every_administrative_act_is_in_the_trail() {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    user(&desk, "op", "operator").await;
    let op = Web::user("op");
    let done = async |method: Method, path: &str, body: Value| {
        let answer = op.send(&desk, method, path, &body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.refusal());
    };
    done(
        Method::POST,
        "/users",
        json!({ "name": "al", "role": "reader", "password": PASSWORD }),
    )
    .await;
    done(
        Method::PATCH,
        "/users/al",
        json!({ "role": "analyst", "password": "another horse battery" }),
    )
    .await;
    done(Method::POST, "/collections", json!({ "name": "iocs" })).await;
    done(
        Method::PATCH,
        "/collections/iocs",
        json!({ "public": true, "title": "T" }),
    )
    .await;
    done(Method::PATCH, "/roots/local", json!({ "title": "T" })).await;
    done(
        Method::POST,
        "/grants",
        json!({ "user": "al", "scope": "iocs", "read": true, "write": true }),
    )
    .await;
    done(
        Method::POST,
        "/tokens",
        json!({ "user": "al", "name": "Tool" }),
    )
    .await;
    done(Method::DELETE, "/grants?user=al&scope=iocs", Value::Null).await;
    done(Method::DELETE, "/tokens/1", Value::Null).await;
    done(Method::DELETE, "/users/al", Value::Null).await;
    let (secret, _) = token(&desk, json!({ "user": "op", "name": "Robot" })).await;
    let robot = Web::bearer(&secret);
    let by_token = robot
        .post(&desk, "/users", json!({ "name": "bo", "role": "reader" }))
        .await;
    assert!(by_token.status.is_success());
    let lines: Vec<_> = trail(&desk).await;
    let lines: Vec<_> = lines
        .iter()
        .filter(|line| !line.contains(" login "))
        .collect();
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
        directory () user.create op: operator: done x1
        op (192.0.2.1) user.create al: reader: done x1
        op (192.0.2.1) user.change al: another password, reader to analyst: done x1
        op (192.0.2.1) collection.create iocs: done x1
        op (192.0.2.1) collection.set local/iocs: title, public: done x1
        op (192.0.2.1) root.set local: done x1
        op (192.0.2.1) grant al: read and write local/iocs: done x1
        op (192.0.2.1) token.create 1 Tool, of al: done x1
        op (192.0.2.1) revoke al: local/iocs: done x1
        op (192.0.2.1) token.revoke 1: done x1
        op (192.0.2.1) user.delete al: done x1
        directory () token.create 2 Robot, of op: done x1
        op (192.0.2.1 token 2) user.create bo: reader: done x1
        "#);
    // Page by page, the same.
    let (mut pages, mut before) = (Vec::new(), String::new());
    loop {
        let page = desk.get(&format!("/audit?limit=4{before}")).await;
        pages.extend(page["lines"].as_array().unwrap().clone());
        match page["before"].as_u64() {
            Some(id) => before = format!("&before={id}"),
            None => break,
        }
    }
    assert_eq!(json!(pages), desk.get("/audit?limit=1000").await["lines"]);
}
