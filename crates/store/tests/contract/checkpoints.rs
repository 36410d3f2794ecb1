//! Checkpoints and cosignatures.

use store::{Cosignature, CosignatureKind, CosignatureLine, LogId, NewestCosigned, StoreError};

use crate::world::{World, checkpoint};

fn line(algorithm: u8, time: u64) -> CosignatureLine {
    CosignatureLine {
        algorithm,
        key_id: u32::MAX - u32::from(algorithm),
        time,
        line: format!("— line {algorithm} {time}"),
    }
}

fn cosignature(kind: CosignatureKind, name: &str, time: u64) -> Cosignature {
    Cosignature {
        kind,
        name: name.to_owned(),
        lines: vec![line(4, time), line(6, time)],
    }
}

#[tokio::test]
async fn the_newest_is_the_largest_whatever_the_order() {
    let world = World::new().await;
    let other = world.log_of("b.example", "cyber", false).await;
    assert_eq!(
        world.store.newest_checkpoint(world.log).await.unwrap(),
        None
    );
    for size in [4, 9, 0, 7] {
        world
            .store
            .put_checkpoint(world.log, checkpoint(size, size, 1))
            .await
            .unwrap();
    }
    world
        .store
        .put_checkpoint(other, checkpoint(2, 2, 1))
        .await
        .unwrap();
    let newest = world
        .store
        .newest_checkpoint(world.log)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(newest.checkpoint, checkpoint(9, 9, 1));
    assert_eq!(world.store.checkpoint_at(world.log, 5).await.unwrap(), None);
    assert_eq!(
        world
            .store
            .checkpoint_at(world.log, u64::MAX)
            .await
            .unwrap(),
        None
    );
    let sizes = async |range, limit| {
        let found = world
            .store
            .checkpoints(world.log, range, limit)
            .await
            .unwrap();
        found
            .iter()
            .map(|stored| stored.checkpoint.size)
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(0..u64::MAX, 9).await, [0, 4, 7, 9]);
    assert_eq!(sizes(4..9, 9).await, [4, 7]);
    assert_eq!(sizes(0..u64::MAX, 2).await, [0, 4]);
}

#[tokio::test]
async fn a_later_signature_of_the_same_root_replaces_and_another_root_is_refused() {
    let world = World::new().await;
    let held = async || {
        world
            .store
            .checkpoint_at(world.log, 3)
            .await
            .unwrap()
            .unwrap()
            .checkpoint
            .time
    };
    world
        .store
        .put_checkpoint(world.log, checkpoint(3, 1, 50))
        .await
        .unwrap();
    world
        .store
        .put_checkpoint(world.log, checkpoint(3, 1, 40))
        .await
        .unwrap();
    assert_eq!(held().await, 50);
    let lines = cosignature(CosignatureKind::Receipt, "b.example/chancery/receipt", 1);
    world
        .store
        .add_cosignature(world.log, 3, lines.clone())
        .await
        .unwrap();
    world
        .store
        .put_checkpoint(world.log, checkpoint(3, 1, 60))
        .await
        .unwrap();
    assert_eq!(held().await, 60);
    let stored = world
        .store
        .checkpoint_at(world.log, 3)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.cosignatures, [lines], "they stay");

    let refused = world
        .store
        .put_checkpoint(world.log, checkpoint(3, 2, 70))
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        StoreError::CheckpointDiffers { size: 3, .. }
    ));
    let unknown = LogId::new(9).unwrap();
    let refused = world
        .store
        .put_checkpoint(unknown, checkpoint(3, 2, 70))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::NoSuchLog { .. }));
    let refused = world
        .store
        .put_checkpoint(world.log, checkpoint(4, 1, u64::MAX))
        .await;
    assert!(matches!(
        refused,
        Err(StoreError::TooLarge {
            what: "checkpoint time",
            ..
        })
    ));
}

#[tokio::test]
async fn cosignatures_come_with_their_checkpoint_by_kind_and_name() {
    let world = World::new().await;
    world
        .store
        .put_checkpoint(world.log, checkpoint(3, 1, 50))
        .await
        .unwrap();
    let witness = cosignature(CosignatureKind::Witness, "a", 7);
    let late = cosignature(CosignatureKind::Receipt, "c", 7);
    let early = cosignature(CosignatureKind::Receipt, "b", 7);
    for lines in [&witness, &late, &early] {
        world
            .store
            .add_cosignature(world.log, 3, lines.clone())
            .await
            .unwrap();
    }
    let world = world.reopen();
    let stored = world
        .store
        .newest_checkpoint(world.log)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.cosignatures, [early, late, witness]);
}

#[tokio::test]
async fn lines_of_a_key_are_replaced_by_later_ones_only() {
    let world = World::new().await;
    world
        .store
        .put_checkpoint(world.log, checkpoint(3, 1, 50))
        .await
        .unwrap();
    for time in [5, 9, 8] {
        let lines = cosignature(CosignatureKind::Receipt, "b", time);
        world
            .store
            .add_cosignature(world.log, 3, lines)
            .await
            .unwrap();
    }
    let stored = world
        .store
        .newest_checkpoint(world.log)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        stored.cosignatures,
        [cosignature(CosignatureKind::Receipt, "b", 9)]
    );
}

#[tokio::test]
async fn how_far_each_cosigner_went_is_kept_apart() {
    let world = World::new().await;
    for size in [3, 5, 8] {
        world
            .store
            .put_checkpoint(world.log, checkpoint(size, size, 50))
            .await
            .unwrap();
    }
    let put = async |kind, name, size, time| {
        let lines = cosignature(kind, name, time);
        world
            .store
            .add_cosignature(world.log, size, lines)
            .await
            .unwrap();
    };
    put(CosignatureKind::Receipt, "b", 5, 7).await;
    put(CosignatureKind::Receipt, "b", 3, 9).await;
    put(CosignatureKind::Receipt, "c", 3, 6).await;
    put(CosignatureKind::Witness, "b", 8, 4).await;
    put(CosignatureKind::Witness, "b", 8, 5).await;
    let newest = |kind, name: &str, size, time| NewestCosigned {
        kind,
        name: name.to_owned(),
        size,
        time,
    };
    assert_eq!(
        world.store.newest_cosigned(world.log).await.unwrap(),
        [
            newest(CosignatureKind::Receipt, "b", 5, 7),
            newest(CosignatureKind::Receipt, "c", 3, 6),
            newest(CosignatureKind::Witness, "b", 8, 5),
        ]
    );
}

#[tokio::test]
async fn no_cosignature_without_its_checkpoint() {
    let world = World::new().await;
    let lines = cosignature(CosignatureKind::Receipt, "b", 7);
    let refused = world
        .store
        .add_cosignature(world.log, 3, lines)
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        StoreError::NoSuchCheckpoint { size: 3, .. }
    ));
    assert_eq!(world.store.newest_cosigned(world.log).await.unwrap(), []);
}
