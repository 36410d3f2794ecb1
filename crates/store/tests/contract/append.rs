//! The append: one step, durable, in order; and resolving what was excepted.

use bytes::Bytes;
use store::{Append, Checkpoint, ItemState, LogId, NewTile, Opening, Resolve, StoreError, TileAt};

use crate::world::{World, append, checkpoint, entry, excepted, hash, item, object};

fn tile(level: u8, index: u64, hashes: usize, fill: u8) -> NewTile {
    NewTile {
        at: TileAt { level, index },
        hashes: Bytes::from(vec![fill; hashes * 32]),
    }
}

async fn refuse(world: &World, append: Append) -> StoreError {
    let before = world.info(world.log).await;
    let refused = world.store.append(append).await.unwrap_err();
    assert_eq!(world.info(world.log).await, before, "nothing half-done");
    assert_eq!(world.store.check().await.unwrap(), [], "nothing half-done");
    refused
}

#[tokio::test]
async fn everything_in_a_batch_is_there_after_reopening() {
    let world = World::new().await;
    let track = world.info(world.log).await.track_id;
    let size = world
        .store
        .append(Append {
            tiles: vec![tile(0, 0, 2, 7)],
            objects: vec![object(1, "tool--1", "v1")],
            checkpoint: Some(checkpoint(2, 9, 100)),
            ..append(world.log, 0, vec![item(0, 1), item(1, 2)])
        })
        .await
        .unwrap();
    assert_eq!(size, 2);
    let world = world.reopen();
    assert_eq!(world.info(world.log).await.size, 2);
    assert_eq!(
        world.store.entries(world.log, 0..9).await.unwrap(),
        [entry(0), entry(1)]
    );
    let tiles = world
        .store
        .tiles(world.log, vec![TileAt { level: 0, index: 0 }])
        .await
        .unwrap();
    assert_eq!(tiles, [Some(Bytes::from(vec![7; 64]))]);
    assert_eq!(world.store.objects(track, 0, 9).await.unwrap().len(), 1);
    let newest = world
        .store
        .newest_checkpoint(world.log)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(newest.checkpoint, checkpoint(2, 9, 100));
    assert_eq!(world.store.check().await.unwrap(), []);
}

#[tokio::test]
async fn another_size_is_a_conflict_that_tells_both() {
    let world = World::with_items(3).await;
    for expected in [0, 2, 4] {
        let refused = refuse(&world, append(world.log, expected, vec![item(3, 2)])).await;
        let StoreError::Conflict {
            log,
            expected: told,
            found,
        } = refused
        else {
            panic!("{refused}")
        };
        assert_eq!((log, told, found), (world.log, expected, 3));
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_a_batch_leaves_nothing_of_it() {
    let world = World::with_items(1).await;
    let track = world.info(world.log).await.track_id;
    world
        .store
        .put_checkpoint(world.log, checkpoint(1, 1, 50))
        .await
        .unwrap();
    let good = || Append {
        objects: vec![object(1, "tool--1", "v1")],
        tiles: vec![tile(0, 0, 2, 7)],
        ..append(world.log, 1, vec![item(1, 2)])
    };

    let unknown = LogId::new(77).unwrap();
    let refused = refuse(
        &world,
        Append {
            log: unknown,
            ..good()
        },
    )
    .await;
    assert!(matches!(refused, StoreError::NoSuchLog { log } if log == unknown));

    for seq in [0, 2] {
        let objects = vec![object(1, "tool--1", "v1"), object(seq, "tool--2", "v1")];
        let refused = refuse(&world, Append { objects, ..good() }).await;
        assert!(matches!(refused, StoreError::ObjectOutside { seq: told, .. } if told == seq));
    }

    for bad in [
        tile(0, 0, 0, 7),
        tile(0, 0, 257, 7),
        tile(5, 0, 1, 7),
        tile(0, 1 << 32, 1, 7),
    ] {
        let refused = refuse(
            &world,
            Append {
                tiles: vec![bad],
                ..good()
            },
        )
        .await;
        assert!(matches!(refused, StoreError::NoTile { .. }), "{refused}");
    }
    let ragged = NewTile {
        hashes: Bytes::from(vec![7; 33]),
        ..tile(0, 0, 1, 7)
    };
    let refused = refuse(
        &world,
        Append {
            tiles: vec![ragged],
            ..good()
        },
    )
    .await;
    assert!(matches!(refused, StoreError::NoTile { bytes: 33, .. }));

    let fork = Some(checkpoint(1, 2, 60));
    let refused = refuse(
        &world,
        Append {
            checkpoint: fork,
            ..good()
        },
    )
    .await;
    assert!(matches!(
        refused,
        StoreError::CheckpointDiffers { size: 1, .. }
    ));

    let beyond = Some(Checkpoint {
        size: 1 << 40,
        ..checkpoint(1, 1, 1)
    });
    let refused = refuse(
        &world,
        Append {
            checkpoint: beyond,
            ..good()
        },
    )
    .await;
    assert!(matches!(
        refused,
        StoreError::TooLarge {
            what: "log size",
            ..
        }
    ));

    assert_eq!(world.store.objects(track, 0, 9).await.unwrap(), []);
    world.store.append(good()).await.unwrap();
}

#[tokio::test]
async fn more_items_than_the_limit_are_refused() {
    let world = World::new().await;
    let items = vec![item(0, 2); store::RANGE_ITEMS_MAX + 1];
    let refused = refuse(&world, append(world.log, 0, items)).await;
    assert!(matches!(
        refused,
        StoreError::TooLarge {
            limit: 65_536,
            value: 65_537,
            ..
        }
    ));
}

#[tokio::test]
async fn a_closed_log_of_ours_takes_nothing_another_partys_does() {
    let world = World::new().await;
    world.store.close_log(world.log, "restored").await.unwrap();
    let refused = refuse(&world, append(world.log, 0, vec![item(0, 2)])).await;
    assert!(matches!(refused, StoreError::LogClosed { log } if log == world.log));
    let theirs = world.log_of("b.example", "cyber", false).await;
    world.store.close_log(theirs, "restored").await.unwrap();
    assert_eq!(
        world
            .store
            .append(append(theirs, 0, vec![item(0, 2)]))
            .await
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn a_partial_tile_only_grows() {
    let world = World::new().await;
    let at = TileAt { level: 1, index: 3 };
    let write = |tile| Append {
        tiles: vec![tile],
        ..append(world.log, 0, Vec::new())
    };
    let held = async || {
        world
            .store
            .tiles(world.log, vec![at])
            .await
            .unwrap()
            .remove(0)
            .unwrap()
    };
    world.store.append(write(tile(1, 3, 2, 7))).await.unwrap();
    world.store.append(write(tile(1, 3, 5, 7))).await.unwrap();
    assert_eq!(held().await.len(), 5 * 32);
    world.store.append(write(tile(1, 3, 2, 7))).await.unwrap();
    assert_eq!(held().await.len(), 5 * 32, "a narrower one changes nothing");
    for other in [tile(1, 3, 6, 8), tile(1, 3, 5, 8), tile(1, 3, 1, 8)] {
        let refused = refuse(&world, write(other)).await;
        assert!(matches!(
            refused,
            StoreError::TileDiffers {
                level: 1,
                index: 3,
                ..
            }
        ));
    }
    assert_eq!(held().await, vec![7; 5 * 32]);
    let absent = [TileAt { level: 1, index: 4 }, TileAt { level: 9, index: 0 }];
    let read = world.store.tiles(world.log, absent.to_vec()).await.unwrap();
    assert_eq!(read, [None, None]);
}

#[tokio::test]
async fn an_excepted_item_is_resolved_once_and_counted_right() {
    let world = World::new().await;
    let track = world.info(world.log).await.track_id;
    let items = vec![item(0, 2), excepted(1), item(2, 3)];
    world
        .store
        .append(append(world.log, 0, items))
        .await
        .unwrap();
    let at = |from| world.store.excepted(world.log, from, 9);
    assert_eq!(
        at(0)
            .await
            .unwrap()
            .iter()
            .map(|found| found.seq())
            .collect::<Vec<_>>(),
        [1]
    );
    assert_eq!(at(2).await.unwrap(), []);
    assert_eq!(
        world.store.counts().await.unwrap().excepted,
        [(world.log, 1)]
    );

    let Opening::Content { class, .. } = item(1, 3).opening else {
        unreachable!()
    };
    let resolve = |seq, objects| Resolve {
        log: world.log,
        seq,
        opening: item(1, class).opening,
        content_c: Some(hash(55)),
        objects,
        at: 2_000,
    };
    let refused = world
        .store
        .resolve(resolve(1, vec![object(2, "tool--1", "v")]))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::ObjectOutside { seq: 2, .. }));
    assert_eq!(at(0).await.unwrap().len(), 1, "nothing half-done");
    world
        .store
        .resolve(resolve(1, vec![object(1, "tool--1", "v")]))
        .await
        .unwrap();

    let stored = world
        .store
        .item(store::Position::new(world.log, 1).unwrap())
        .await
        .unwrap();
    let stored = stored.unwrap().item;
    assert_eq!((stored.state, stored.entry), (ItemState::Whole, entry(1)));
    assert_eq!(stored.opening, item(1, class).opening);
    assert_eq!(
        world.store.content(world.log, hash(55)).await.unwrap(),
        Some("content 1".into())
    );
    assert_eq!(world.store.objects(track, 0, 9).await.unwrap().len(), 1);
    let counts = world.store.counts().await.unwrap();
    assert_eq!(
        counts.items,
        [(world.log, Some(2), 1), (world.log, Some(3), 2)]
    );
    assert_eq!(counts.excepted, []);

    for seq in [0, 1] {
        let refused = world
            .store
            .resolve(resolve(seq, Vec::new()))
            .await
            .unwrap_err();
        assert!(matches!(refused, StoreError::ItemIsWhole { seq: told, .. } if told == seq));
    }
    let refused = world
        .store
        .resolve(resolve(3, Vec::new()))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::NoSuchItem { seq: 3, .. }));
    assert_eq!(world.store.check().await.unwrap(), []);
}
