//! Users, tokens, grants, settings, and the trail.

use store::{
    StoreError, TEXT_BYTES_MAX,
    accounts::{
        AUDIT_BATCH_MAX, AUDIT_FIELD_BYTES_MAX, AUDIT_LINES_MAX, AccountsHeld, CollectionSet,
        DEAD_TOKEN_KEPT_MICROS, Grant, NewAudit, NewToken, RootSet, Scope, TOKEN_COLLECTIONS_MAX,
        USER_PINS_MAX, User,
    },
};

use crate::world::{World, hash};

fn user(name: &str, role: &str) -> User {
    User {
        name: name.to_owned(),
        role: role.to_owned(),
        password: Some(format!("hash of {name}'s")),
        disabled: None,
        pins: Vec::new(),
        created: 7,
    }
}

fn token(of: &str, n: u64) -> NewToken {
    NewToken {
        hash: hash(n),
        user: of.to_owned(),
        name: format!("token {n}"),
        read_only: false,
        collections: None,
        created: 10,
        expires: None,
    }
}

fn grant(of: &str, scope: Scope) -> Grant {
    Grant {
        user: of.to_owned(),
        scope,
        read: true,
        write: false,
        granted: 9,
    }
}

fn line(what: &str) -> NewAudit {
    NewAudit {
        at: 1,
        who: "root".to_owned(),
        origin: "192.0.2.1".to_owned(),
        what: what.to_owned(),
        target: "it".to_owned(),
        outcome: "done".to_owned(),
        times: 1,
    }
}

/// What the trail says was done, oldest first.
async fn done(world: &World) -> Vec<String> {
    let lines = world.store.trail(None, 1_000).await.unwrap();
    let mut what: Vec<String> = lines.into_iter().map(|line| line.line.what).collect();
    what.reverse();
    what
}

async fn with_users(users: &[(&str, &str)]) -> World {
    let world = World::new().await;
    for (name, role) in users {
        let new = user(name, role);
        world.store.create_user(new, line("create")).await.unwrap();
    }
    world
}

#[tokio::test]
async fn a_user_is_created_once_changed_and_deleted() {
    let world = with_users(&[("bo", "analyst"), ("al", "reader")]).await;
    let again = world.store.create_user(user("bo", "reader"), line("again"));
    assert!(matches!(again.await, Err(StoreError::UserExists { name }) if name == "bo"));
    let changed = User {
        role: "officer".to_owned(),
        password: None,
        disabled: Some(8),
        pins: vec![hash(1), hash(2)],
        ..user("bo", "analyst")
    };
    let other_created = User {
        created: 99,
        ..changed.clone()
    };
    world
        .store
        .set_user(other_created, false, line("set"))
        .await
        .unwrap();
    let world = world.reopen();
    let held = world.store.accounts().await.unwrap();
    assert_eq!(held.users, [user("al", "reader"), changed]);
    world
        .store
        .delete_user("bo", false, line("delete"))
        .await
        .unwrap();
    let held = world.store.accounts().await.unwrap();
    assert_eq!(held.users, [user("al", "reader")]);
    let unknown = [
        world
            .store
            .set_user(user("bo", "reader"), true, line("no"))
            .await,
        world.store.delete_user("bo", true, line("no")).await,
        world
            .store
            .create_token(token("bo", 1), line("no"))
            .await
            .map(|_| ()),
        world.store.grant(grant("bo", Scope::All), line("no")).await,
    ];
    for refused in unknown {
        assert!(
            matches!(&refused, Err(StoreError::NoSuchUser { name }) if name == "bo"),
            "{refused:?}"
        );
    }
    assert_eq!(done(&world).await, ["create", "create", "set", "delete"]);
}

#[tokio::test]
async fn the_last_operator_stays_unless_it_is_meant() {
    let world = with_users(&[("op", "operator"), ("off", "operator"), ("al", "reader")]).await;
    let disabled = |name| User {
        disabled: Some(1),
        ..user(name, "operator")
    };
    let set = async |user, too| world.store.set_user(user, too, line("set")).await;
    set(disabled("off"), false).await.unwrap();
    for refused in [
        set(disabled("op"), false).await,
        set(user("op", "officer"), false).await,
        world.store.delete_user("op", false, line("delete")).await,
    ] {
        assert!(
            matches!(&refused, Err(StoreError::LastOperator { name }) if name == "op"),
            "{refused:?}"
        );
    }
    let held = world.store.accounts().await.unwrap();
    assert!(
        held.users.contains(&user("op", "operator")),
        "nothing changed"
    );
    // What takes nothing away is no matter.
    set(user("al", "analyst"), false).await.unwrap();
    set(disabled("op"), true).await.unwrap();
    // There is none now, so none can be the last.
    world
        .store
        .delete_user("op", false, line("delete"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_certificate_stands_for_one_user() {
    let world = with_users(&[("al", "reader"), ("bo", "reader")]).await;
    let with = |name, pins: &[u64]| User {
        pins: pins.iter().map(|pin| hash(*pin)).collect(),
        ..user(name, "reader")
    };
    let set = async |user| world.store.set_user(user, false, line("set")).await;
    set(with("al", &[1, 2, 2])).await.unwrap();
    let refused = set(with("bo", &[3, 2])).await;
    assert!(matches!(refused, Err(StoreError::PinTaken { user }) if user == "al"));
    let refused = world.store.create_user(with("new", &[1]), line("no")).await;
    assert!(matches!(refused, Err(StoreError::PinTaken { user }) if user == "al"));
    let many: Vec<u64> = (10..=10 + USER_PINS_MAX).collect();
    assert!(matches!(
        set(with("bo", &many)).await,
        Err(StoreError::TooLarge { .. })
    ));
    let pins = async || {
        let users = world.store.accounts().await.unwrap().users;
        users.into_iter().map(|user| user.pins).collect::<Vec<_>>()
    };
    assert_eq!(pins().await, [vec![hash(1), hash(2)], vec![]]);
    set(with("al", &[2])).await.unwrap();
    set(with("bo", &[1])).await.unwrap();
    assert_eq!(pins().await, [vec![hash(2)], vec![hash(1)]]);
}

#[tokio::test]
async fn a_token_is_kept_used_and_revoked() {
    let world = with_users(&[("al", "analyst")]).await;
    let scoped = NewToken {
        read_only: true,
        collections: Some(vec!["a".to_owned(), "b".to_owned()]),
        expires: Some(50),
        ..token("al", 2)
    };
    let first = world
        .store
        .create_token(token("al", 1), line("token"))
        .await
        .unwrap();
    let second = world
        .store
        .create_token(scoped.clone(), line("token"))
        .await
        .unwrap();
    assert!(first < second);
    let newest = &world.store.trail(None, 1).await.unwrap()[0];
    assert_eq!(newest.line.target, format!("{second} it"));
    world
        .store
        .touch_tokens(vec![(first, 20), (first, 15), (second, 20), (99, 20)])
        .await
        .unwrap();
    world
        .store
        .revoke_token(second, 30, line("revoke"))
        .await
        .unwrap();
    world
        .store
        .revoke_token(second, 40, line("revoke"))
        .await
        .unwrap();
    let unknown = world.store.revoke_token(99, 40, line("no")).await;
    assert!(matches!(unknown, Err(StoreError::NoSuchToken { id: 99 })));
    let world = world.reopen();
    let tokens = world.store.accounts().await.unwrap().tokens;
    assert_eq!(tokens[0].token, token("al", 1));
    assert_eq!((tokens[0].last_used, tokens[0].revoked), (Some(20), None));
    assert_eq!(tokens[1].token, scoped);
    assert_eq!(
        (tokens[1].last_used, tokens[1].revoked),
        (Some(20), Some(30))
    );
}

#[tokio::test]
async fn a_token_for_no_collection_is_not_one_for_all() {
    let world = with_users(&[("al", "analyst")]).await;
    let none = NewToken {
        collections: Some(Vec::new()),
        ..token("al", 1)
    };
    world
        .store
        .create_token(none.clone(), line("token"))
        .await
        .unwrap();
    let held = world.store.accounts().await.unwrap();
    assert_eq!(held.tokens[0].token, none);
    let many = NewToken {
        collections: Some((0..=TOKEN_COLLECTIONS_MAX).map(|n| n.to_string()).collect()),
        ..token("al", 2)
    };
    let refused = world.store.create_token(many, line("no")).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
}

#[tokio::test]
async fn dead_tokens_are_forgotten_in_the_end_and_their_numbers_never_used_again() {
    let world = with_users(&[("al", "analyst")]).await;
    let expired = NewToken {
        expires: Some(11),
        ..token("al", 1)
    };
    let create = async |token| {
        world
            .store
            .create_token(token, line("token"))
            .await
            .unwrap()
    };
    let mut ids = vec![create(expired).await, create(token("al", 2)).await];
    world
        .store
        .revoke_token(ids[1], 12, line("revoke"))
        .await
        .unwrap();
    let held = async || -> Vec<u64> {
        let tokens = world.store.accounts().await.unwrap().tokens;
        tokens.into_iter().map(|token| token.id).collect()
    };
    for (n, later, left) in [(3, 11, 3), (4, 12, 3), (5, 13, 3)] {
        let new = NewToken {
            created: later + DEAD_TOKEN_KEPT_MICROS,
            ..token("al", n)
        };
        ids.push(create(new).await);
        assert_eq!(held().await.len(), left, "at {later}");
    }
    assert_eq!(held().await, ids[2..]);
    world
        .store
        .revoke_token(ids[4], 0, line("revoke"))
        .await
        .unwrap();
    let new = NewToken {
        created: 1 + DEAD_TOKEN_KEPT_MICROS,
        ..token("al", 6)
    };
    assert!(create(new).await > ids[4], "though {} is gone", ids[4]);
}

#[tokio::test]
async fn a_grant_takes_the_place_of_the_one_before() {
    let world = with_users(&[("al", "analyst")]).await;
    let (all, root, one) = (
        Scope::All,
        Scope::Root("local".to_owned()),
        Scope::Collection("id".to_owned()),
    );
    for scope in [&root, &one, &all] {
        let grant = grant("al", scope.clone());
        world.store.grant(grant, line("grant")).await.unwrap();
    }
    let both = Grant {
        write: true,
        granted: 10,
        ..grant("al", root.clone())
    };
    world
        .store
        .grant(both.clone(), line("grant"))
        .await
        .unwrap();
    let grants = async || world.store.accounts().await.unwrap().grants;
    assert_eq!(
        grants().await,
        [grant("al", all.clone()), grant("al", one), both]
    );
    world
        .store
        .revoke("al", all.clone(), line("revoke"))
        .await
        .unwrap();
    let again = world.store.revoke("al", all, line("no")).await;
    assert!(matches!(again, Err(StoreError::NoSuchGrant { user }) if user == "al"));
    assert_eq!(grants().await.len(), 2);
    assert_eq!(done(&world).await.len(), 1 + 4 + 1);
}

#[tokio::test]
async fn tokens_grants_and_certificates_go_with_their_user() {
    let world = with_users(&[("al", "analyst")]).await;
    let scoped = NewToken {
        collections: Some(vec!["a".to_owned()]),
        ..token("al", 1)
    };
    world
        .store
        .create_token(scoped, line("token"))
        .await
        .unwrap();
    world
        .store
        .grant(grant("al", Scope::All), line("grant"))
        .await
        .unwrap();
    let pinned = User {
        pins: vec![hash(1)],
        ..user("al", "analyst")
    };
    world
        .store
        .set_user(pinned, false, line("set"))
        .await
        .unwrap();
    world
        .store
        .delete_user("al", false, line("delete"))
        .await
        .unwrap();
    assert_eq!(
        world.store.accounts().await.unwrap(),
        AccountsHeld::default()
    );
    // Somebody else of that name has nothing of it.
    world
        .store
        .create_user(user("al", "reader"), line("create"))
        .await
        .unwrap();
    let held = world.store.accounts().await.unwrap();
    assert_eq!(held.users, [user("al", "reader")]);
    assert_eq!((held.tokens.len(), held.grants.len()), (0, 0));
}

#[tokio::test]
async fn settings_are_set_whole() {
    let world = World::new().await;
    let set = CollectionSet {
        collection: "id".to_owned(),
        root: Some("local".to_owned()),
        alias: Some("alias".to_owned()),
        title: Some("Title".to_owned()),
        description: Some("What it is for".to_owned()),
        public: true,
        judgement: "refuse".to_owned(),
        house_rules: "[]".to_owned(),
        clearance: 2,
    };
    let bare = CollectionSet {
        collection: "id".to_owned(),
        judgement: "warn".to_owned(),
        house_rules: "[]".to_owned(),
        ..CollectionSet::default()
    };
    let root = RootSet {
        root: "local".to_owned(),
        title: Some("Ours".to_owned()),
        description: None,
    };
    world
        .store
        .set_collection(set.clone(), line("set"))
        .await
        .unwrap();
    world
        .store
        .set_root(root.clone(), line("root"))
        .await
        .unwrap();
    assert_eq!(
        world.store.settings().await.unwrap(),
        (vec![set], vec![root])
    );
    world
        .store
        .set_collection(bare.clone(), line("set"))
        .await
        .unwrap();
    let (collections, _) = world.reopen().store.settings().await.unwrap();
    assert_eq!(collections, std::slice::from_ref(&bare));
    let world = World::new().await;
    let long = CollectionSet {
        description: Some("x".repeat(usize::try_from(TEXT_BYTES_MAX).unwrap() + 1)),
        ..bare
    };
    let refused = world.store.set_collection(long, line("no")).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    assert_eq!(done(&world).await, [""; 0]);
}

#[tokio::test]
async fn a_change_without_its_line_does_not_happen() {
    let world = World::new().await;
    let longest = usize::try_from(AUDIT_FIELD_BYTES_MAX).unwrap();
    let long = NewAudit {
        target: "x".repeat(longest + 1),
        ..line("create")
    };
    let refused = world.store.create_user(user("al", "reader"), long).await;
    assert!(
        matches!(refused, Err(StoreError::TooLarge { limit, .. }) if limit == AUDIT_FIELD_BYTES_MAX)
    );
    assert_eq!(
        world.store.accounts().await.unwrap(),
        AccountsHeld::default()
    );
    let fits = NewAudit {
        target: "x".repeat(longest),
        ..line("create")
    };
    world
        .store
        .create_user(user("al", "reader"), fits)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_trail_is_read_backwards_page_by_page() {
    let world = World::new().await;
    let lines: Vec<NewAudit> = (0..7)
        .map(|n| NewAudit {
            at: 100 - n,
            times: n.cast_unsigned() + 1,
            ..line(&n.to_string())
        })
        .collect();
    world.store.note(lines.clone()).await.unwrap();
    let (mut read, mut before) = (Vec::new(), None);
    loop {
        let page = world.store.trail(before, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        read.extend(page.into_iter().map(|audit| audit.line));
    }
    read.reverse();
    assert_eq!(
        read, lines,
        "in order of arrival, whatever their clocks say"
    );
    let refused = world.store.note(vec![line("x"); AUDIT_BATCH_MAX + 1]).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
}

#[tokio::test]
async fn the_trail_loses_its_oldest_lines_and_nothing_else() {
    let world = World::new().await;
    world
        .store
        .note(vec![line("first"), line("second")])
        .await
        .unwrap();
    let sql = rusqlite::Connection::open(&world.path).unwrap();
    for (refused, why) in [
        (
            "UPDATE trail SET who = 'nobody'",
            "the trail is not changed",
        ),
        (
            "DELETE FROM trail WHERE id = 2",
            "the trail loses its oldest lines only",
        ),
    ] {
        let error = sql.execute_batch(refused).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    // As after very many lines.
    let newest = AUDIT_LINES_MAX;
    sql.execute_batch(&format!(
        "UPDATE sqlite_sequence SET seq = {newest} WHERE name = 'trail'"
    ))
    .unwrap();
    world.store.note(vec![line("third")]).await.unwrap();
    assert_eq!(done(&world).await, ["second", "third"]);
    world.store.note(vec![line("fourth")]).await.unwrap();
    assert_eq!(done(&world).await, ["third", "fourth"]);
}
