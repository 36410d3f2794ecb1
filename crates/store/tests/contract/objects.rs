//! Which versions a track holds, and in what order they came.

use store::{Append, BATCH_MAX, StoreError, VersionKey};

use crate::world::{World, append, hash, item, object};

fn key(id: &str, version: &str) -> VersionKey {
    VersionKey {
        stix_id: id.to_owned(),
        order: version.to_owned(),
    }
}

#[tokio::test]
async fn a_version_is_found_in_every_log_of_its_track_and_no_other() {
    let world = World::new().await;
    let theirs = world.log_of("b.example", "cyber", false).await;
    let elsewhere = world.log_of("b.example", "security", false).await;
    for (log, seq) in [(theirs, 0), (world.log, 0), (elsewhere, 0)] {
        let objects = vec![object(seq, "tool--1", "v1"), object(seq, "tool--1", "v2")];
        let batch = Append {
            objects,
            ..append(log, 0, vec![item(seq, 2)])
        };
        world.store.append(batch).await.unwrap();
    }
    let track = world.info(world.log).await.track_id;
    let keys = vec![
        key("tool--2", "v1"),
        key("tool--1", "v1"),
        key("tool--1", "v3"),
    ];
    let found = world.store.lookup_objects(track, keys).await.unwrap();
    assert_eq!((found.len(), found[0].len(), found[2].len()), (3, 0, 0));
    let logs: Vec<_> = found[1].iter().map(|held| held.position.log()).collect();
    assert_eq!(logs, [theirs, world.log], "in order of arrival");
    assert!(found[1].iter().all(|held| held.content_hash == hash(0)));
}

#[tokio::test]
async fn thousands_of_keys_are_looked_up_in_one_call() {
    let world = World::new().await;
    let count = 5_000;
    let batch = Append {
        objects: (0..count)
            .map(|n| object(n, &format!("tool--{n}"), "v"))
            .collect(),
        ..append(world.log, 0, (0..count).map(|n| item(n, 2)).collect())
    };
    world.store.append(batch).await.unwrap();
    let track = world.info(world.log).await.track_id;
    let keys = (0..2 * count)
        .map(|n| key(&format!("tool--{n}"), "v"))
        .collect();
    let found = world.store.lookup_objects(track, keys).await.unwrap();
    for (n, held) in (0..2 * count).zip(&found) {
        let seqs: Vec<_> = held.iter().map(|held| held.position.seq()).collect();
        assert_eq!(seqs, if n < count { vec![n] } else { vec![] });
    }
    let refused = world
        .store
        .lookup_objects(track, vec![key("x", "y"); BATCH_MAX + 1])
        .await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
}

#[tokio::test]
async fn arrivals_count_on_and_added_strictly_increases_whatever_the_clock_does() {
    let world = World::new().await;
    let theirs = world.log_of("b.example", "cyber", false).await;
    let batch = |log, size, at, ids: &[&str]| Append {
        objects: ids.iter().map(|id| object(size, id, "v")).collect(),
        at,
        ..append(log, size, vec![item(size, 2)])
    };
    world
        .store
        .append(batch(world.log, 0, 500, &["tool--1", "tool--2"]))
        .await
        .unwrap();
    world
        .store
        .append(batch(theirs, 0, 400, &["tool--3"]))
        .await
        .unwrap();
    let world = world.reopen();
    world
        .store
        .append(batch(world.log, 1, 900, &["tool--4"]))
        .await
        .unwrap();
    let track = world.info(world.log).await.track_id;
    let all = world.store.objects(track, 0, 9).await.unwrap();
    let seen: Vec<_> = all
        .iter()
        .map(|found| (found.arrival, found.added, found.key.stix_id.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (1, 500, "tool--1"),
            (2, 501, "tool--2"),
            (3, 502, "tool--3"),
            (4, 900, "tool--4")
        ]
    );
    let mut paged = Vec::new();
    while let Some(found) = world
        .store
        .objects(track, paged.len() as u64, 1)
        .await
        .unwrap()
        .pop()
    {
        paged.push(found);
    }
    assert_eq!(paged, all);
    assert_eq!(world.store.objects(track, u64::MAX, 9).await.unwrap(), []);
}
