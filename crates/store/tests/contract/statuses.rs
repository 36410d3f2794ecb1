//! Statuses: stored, settled early and late, kept as long as the limits say.

use store::StoreError;
use store::statuses::{
    NewStatus, STATUS_DETAILS_BYTES_MAX, Settlement, StatusLimits, StoredStatus,
};

use crate::world::World;

const NO_LIMITS: StatusLimits = StatusLimits {
    settled_before: i64::MIN,
    crowded_before: i64::MIN,
    count_max: 0,
};

fn status(id: u8, pendings: u64) -> NewStatus {
    NewStatus {
        id: [id; 16],
        owner: "ana".to_owned(),
        collection: [9; 16],
        requested: 5,
        successes: 2,
        failures: 1,
        pendings,
        details: format!("details {id}").into(),
    }
}

fn settlement(position: u64, success: bool) -> Settlement {
    Settlement {
        position,
        success,
        message: (!success).then(|| format!("why {position}")),
    }
}

async fn found(world: &World, id: u8) -> Option<StoredStatus> {
    world.store.find_status([id; 16]).await.unwrap()
}

fn counts(stored: &StoredStatus) -> (u64, u64, u64) {
    let status = &stored.status;
    (status.successes, status.failures, status.pendings)
}

#[tokio::test]
async fn what_is_stored_is_found_also_by_a_new_process() {
    let world = World::new().await;
    let both = vec![status(1, 0), status(2, 3)];
    world.store.add_statuses(both.clone(), 7).await.unwrap();
    let told = vec![status(4, 0), status(5, 0)];
    world
        .store
        .add_told_statuses(told.clone(), 8)
        .await
        .unwrap();
    let world = world.reopen();
    for status in [both, told].concat() {
        let settled = Vec::new();
        let stored = found(&world, status.id[0]).await;
        assert_eq!(stored, Some(StoredStatus { status, settled }));
    }
    assert_eq!(found(&world, 3).await, None);
}

#[tokio::test]
async fn an_id_is_taken_once_and_then_nothing_is_stored() {
    let world = World::new().await;
    world
        .store
        .add_statuses(vec![status(1, 0)], 7)
        .await
        .unwrap();
    let again = vec![status(2, 0), status(1, 5)];
    let refused = world.store.add_statuses(again, 8).await.unwrap_err();
    assert!(matches!(refused, StoreError::StatusExists { id } if id == [1; 16]));
    assert_eq!(
        refused.to_string(),
        "status 01010101010101010101010101010101 exists"
    );
    assert_eq!(found(&world, 2).await, None);
    assert_eq!(counts(&found(&world, 1).await.unwrap()), (2, 1, 0));
}

#[tokio::test]
async fn settling_counts_each_object_once() {
    let world = World::new().await;
    world
        .store
        .add_statuses(vec![status(1, 3)], 7)
        .await
        .unwrap();
    let first = vec![settlement(5, true), settlement(3, false)];
    let settle = |settlements| world.store.settle_status([1; 16], settlements, 9);
    assert_eq!(settle(first.clone()).await.unwrap(), 2);
    assert_eq!(counts(&found(&world, 1).await.unwrap()), (3, 2, 1));
    // What was told first stands.
    assert_eq!(settle(vec![settlement(5, false)]).await.unwrap(), 0);
    assert_eq!(settle(vec![settlement(4, true)]).await.unwrap(), 1);
    let stored = found(&world, 1).await.unwrap();
    assert_eq!(counts(&stored), (4, 2, 0));
    let settled = vec![
        settlement(3, false),
        settlement(4, true),
        settlement(5, true),
    ];
    assert_eq!(stored.settled, settled);
}

#[tokio::test]
async fn what_is_settled_before_the_status_is_stored_counts() {
    let world = World::new().await;
    let early = vec![settlement(0, true), settlement(1, false)];
    let told = world.store.settle_status([1; 16], early.clone(), 6).await;
    assert_eq!(told.unwrap(), 2);
    assert_eq!(found(&world, 1).await, None);
    world
        .store
        .add_statuses(vec![status(1, 2)], 7)
        .await
        .unwrap();
    let stored = found(&world, 1).await.unwrap();
    assert_eq!(counts(&stored), (3, 2, 0));
    assert_eq!(stored.settled, early);
    // Complete since it was stored.
    let limits = StatusLimits {
        settled_before: 7,
        ..NO_LIMITS
    };
    assert_eq!(world.store.prune_statuses(limits).await.unwrap(), 0);
    let limits = StatusLimits {
        settled_before: 8,
        ..NO_LIMITS
    };
    assert_eq!(world.store.prune_statuses(limits).await.unwrap(), 1);
}

#[tokio::test]
async fn more_settlements_than_were_pending_change_nothing() {
    let world = World::new().await;
    world
        .store
        .add_statuses(vec![status(1, 1)], 7)
        .await
        .unwrap();
    let two = vec![settlement(0, true), settlement(1, true)];
    let refused = world.store.settle_status([1; 16], two, 9).await;
    assert!(refused.is_err(), "a count cannot fall below zero");
    let stored = found(&world, 1).await.unwrap();
    assert_eq!((counts(&stored), stored.settled), ((2, 1, 1), Vec::new()));
}

#[tokio::test]
async fn the_old_go_and_what_is_pending_stays() {
    let world = World::new().await;
    let store = &world.store;
    store
        .add_statuses(vec![status(1, 0), status(2, 1)], 10)
        .await
        .unwrap();
    store.add_statuses(vec![status(3, 0)], 20).await.unwrap();
    let limits = StatusLimits {
        settled_before: 20,
        ..NO_LIMITS
    };
    assert_eq!(store.prune_statuses(limits).await.unwrap(), 1);
    assert_eq!(found(&world, 1).await, None);
    assert!(found(&world, 2).await.is_some() && found(&world, 3).await.is_some());
    // Settled at 30, it goes with its settlements at 31.
    store
        .settle_status([2; 16], vec![settlement(0, true)], 30)
        .await
        .unwrap();
    let limits = StatusLimits {
        settled_before: 31,
        ..NO_LIMITS
    };
    assert_eq!(store.prune_statuses(limits).await.unwrap(), 2);
    store.add_statuses(vec![status(2, 1)], 40).await.unwrap();
    assert_eq!(found(&world, 2).await.unwrap().settled, []);
}

#[tokio::test]
async fn the_oldest_go_when_there_are_too_many() {
    let world = World::new().await;
    let store = &world.store;
    for id in 1..=5 {
        store
            .add_statuses(vec![status(id, 0)], i64::from(id) * 10)
            .await
            .unwrap();
    }
    // Three are one too few to go to two: those of 40 and 50 are too young.
    let limits = |crowded_before, count_max| StatusLimits {
        crowded_before,
        count_max,
        ..NO_LIMITS
    };
    assert_eq!(store.prune_statuses(limits(30, 5)).await.unwrap(), 0);
    assert_eq!(store.prune_statuses(limits(60, 4)).await.unwrap(), 1);
    assert_eq!(found(&world, 1).await, None);
    assert_eq!(store.prune_statuses(limits(40, 1)).await.unwrap(), 2);
    assert!(found(&world, 4).await.is_some() && found(&world, 5).await.is_some());
}

#[tokio::test]
async fn limits_are_told() {
    let world = World::new().await;
    let details = vec![0; usize::try_from(STATUS_DETAILS_BYTES_MAX).unwrap() + 1].into();
    let long = NewStatus {
        details,
        ..status(1, 0)
    };
    let refused = world.store.add_statuses(vec![long], 1).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "bytes of details is 67108865, the limit is 67108864"
    );
    let owner = "x".repeat(65_537);
    let long = NewStatus {
        owner,
        ..status(1, 0)
    };
    let refused = world.store.add_statuses(vec![long], 1).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "bytes of an owner is 65537, the limit is 65536"
    );
    let message = Some("x".repeat(65_537));
    let long = Settlement {
        message,
        ..settlement(0, true)
    };
    let refused = world
        .store
        .settle_status([1; 16], vec![long], 1)
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "bytes of a message is 65537, the limit is 65536"
    );
}
