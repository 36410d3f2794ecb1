//! Single cases that the model does not have.

use super::*;

async fn arrivals(world: &World, track: TrackId, wanted: Wanted) -> Vec<u64> {
    let page = world.store.list(track, wanted, 0, 99).await.unwrap();
    page.rows.iter().map(|row| row.arrival).collect()
}

fn of_spec(spec: u8, object: NewObject) -> NewObject {
    NewObject { spec, ..object }
}

#[tokio::test]
async fn an_object_is_shown_in_its_highest_spec_unless_an_older_version_is_named() {
    let world = World::new().await;
    let batch = Append {
        objects: vec![
            of_spec(21, object(0, "tool--1", "2020-01-01T00:00:00Z")),
            of_spec(20, object(0, "tool--1", "2021-01-01T00:00:00Z")),
        ],
        ..append(world.log, 0, vec![item(0, 2)])
    };
    world.store.append(batch).await.unwrap();
    let track = world.info(world.log).await.track_id;
    assert_eq!(arrivals(&world, track, Wanted::default()).await, [1]);
    let exact = |orders: &[&str]| Wanted {
        versions: VersionsWanted {
            last: false,
            exact: orders.iter().map(|order| (*order).to_owned()).collect(),
            ..VersionsWanted::default()
        },
        ..Wanted::default()
    };
    assert_eq!(
        arrivals(&world, track, exact(&["2021-01-01T00:00:00"])).await,
        [2]
    );
    let both = exact(&["2021-01-01T00:00:00", "2020-01-01T00:00:00"]);
    assert_eq!(arrivals(&world, track, both).await, [1]);
    let specs = Wanted {
        specs: vec![20, 21],
        ..Wanted::default()
    };
    assert_eq!(arrivals(&world, track, specs).await, [1, 2]);
    // Who polls is not given the other spec of what was shown before.
    let polled = Wanted {
        added_after: Some(1_000),
        ..Wanted::default()
    };
    assert_eq!(arrivals(&world, track, polled).await, []);
}

#[tokio::test]
async fn what_is_excepted_is_listed_once_it_is_resolved() {
    let world = World::new().await;
    world
        .store
        .append(append(world.log, 0, vec![excepted(0)]))
        .await
        .unwrap();
    let track = world.info(world.log).await.track_id;
    assert_eq!(arrivals(&world, track, Wanted::default()).await, []);
    let resolve = Resolve {
        log: world.log,
        seq: 0,
        opening: item(0, 2).opening,
        content_c: None,
        objects: vec![object(0, "tool--1", "v")],
        at: 2_000,
    };
    world.store.resolve(resolve).await.unwrap();
    let page = world
        .store
        .list(track, Wanted::default(), 0, 9)
        .await
        .unwrap();
    let added: Vec<_> = page
        .rows
        .iter()
        .map(|row| (row.arrival, row.added))
        .collect();
    assert_eq!((added, page.more), (vec![(1, 2_000)], false));
}

#[tokio::test]
async fn contents_stop_at_their_bytes_but_one_always_comes() {
    let world = World::new().await;
    let count = 5;
    let items = (0..count).map(|seq| item_of(seq, 2, vec![b'x'; 100].into()));
    let batch = Append {
        objects: (0..count)
            .map(|n| object(n, &format!("tool--{n}"), "v"))
            .collect(),
        ..append(world.log, 0, items.collect())
    };
    world.store.append(batch).await.unwrap();
    let track = world.info(world.log).await.track_id;
    for (bytes, rows, more) in [
        (0, 1, true),
        (199, 1, true),
        (200, 2, true),
        (499, 4, true),
        (500, 5, false),
    ] {
        let page = world
            .store
            .list_contents(track, Wanted::default(), 0, 9, bytes)
            .await
            .unwrap();
        assert_eq!((page.rows.len(), page.more), (rows, more), "{bytes}");
        let joined = world
            .store
            .list_joined(track, Wanted::default(), 0, 9, bytes)
            .await
            .unwrap();
        assert_eq!((joined.rows, joined.more), (rows, more), "{bytes}");
    }
    let none = world
        .store
        .list(track, Wanted::default(), 0, 0)
        .await
        .unwrap();
    assert_eq!((none.rows.len(), none.more), (0, true));
    let end = world
        .store
        .list(track, Wanted::default(), u64::MAX, 9)
        .await
        .unwrap();
    assert_eq!((end.rows.len(), end.more), (0, false));
}

#[tokio::test]
async fn thousands_are_listed_and_taken_out_in_one_call() {
    let world = World::new().await;
    let count = 10_000;
    let batch = Append {
        // Nearly all are superseded, so that a stretch of rows has few that are last.
        objects: (0..count)
            .map(|n| {
                let id = if n % 10 == 0 { n } else { 1 };
                object(n, &format!("tool--{id}"), &format!("{n:05}"))
            })
            .collect(),
        ..append(world.log, 0, (0..count).map(|n| item(n, 2)).collect())
    };
    world.store.append(batch).await.unwrap();
    let track = world.info(world.log).await.track_id;
    let all = Wanted {
        versions: VersionsWanted {
            all: true,
            ..VersionsWanted::default()
        },
        ..Wanted::default()
    };
    for (wanted, rows) in [(Wanted::default(), 1_001), (all.clone(), 10_000)] {
        let page = world
            .store
            .list_contents(track, wanted, 0, 20_000, 1 << 30)
            .await
            .unwrap();
        assert_eq!((page.rows.len(), page.more), (rows, false));
        for (row, content) in page.rows {
            assert_eq!(content, format!("content {}", row.position.seq()));
        }
    }
    assert_eq!(world.store.unlist(track, all, 5_000).await.unwrap(), count);
    assert_eq!(arrivals(&world, track, Wanted::default()).await, []);
}

#[tokio::test]
async fn what_cannot_be_listed_is_refused_with_the_reason() {
    let world = World::new().await;
    let with = |object| Append {
        objects: vec![object],
        ..append(world.log, 0, vec![item(0, 2)])
    };
    let refused = world
        .store
        .append(with(of_spec(22, object(0, "tool--1", "v"))))
        .await;
    let refused = refused.unwrap_err().to_string();
    assert_eq!(
        refused,
        "object tool--1 is said to be of specification version 22, which there is not"
    );
    let order = NewObject {
        order: "w".to_owned(),
        ..object(0, "tool--1", "v")
    };
    let refused = world
        .store
        .append(with(order))
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        refused,
        "version \"v\" of tool--1 does not begin with its order \"w\""
    );

    let track = world.info(world.log).await.track_id;
    let wanted = Wanted {
        ids: vec!["tool--1".to_owned(); WANTED_MAX + 1],
        ..Wanted::default()
    };
    let refused = world.store.list(track, wanted, 0, 1).await;
    assert!(matches!(
        refused,
        Err(StoreError::TooLarge {
            what: "ids wanted",
            ..
        })
    ));
    assert_eq!(world.store.check().await.unwrap(), []);
}
