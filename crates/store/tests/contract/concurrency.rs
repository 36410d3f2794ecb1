//! Writers against each other, readers beside a writer, callers that stop waiting.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::StoreError;

use crate::world::{World, append, item};

#[tokio::test]
async fn of_two_writers_one_gets_a_conflict_every_time() {
    let world = World::new().await;
    for size in 0..20 {
        let (one, two) = tokio::join!(
            world
                .store
                .append(append(world.log, size, vec![item(size, 2)])),
            world
                .store
                .append(append(world.log, size, vec![item(size, 3)])),
        );
        let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
        assert_eq!(won.unwrap(), size + 1);
        assert!(matches!(lost, Err(StoreError::Conflict { found, .. }) if found == size + 1));
    }
    assert_eq!(world.store.check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_sees_all_of_a_batch_or_nothing() {
    let world = World::new().await;
    let enough = Arc::new(AtomicBool::new(false));
    let (store, log, stop) = (world.store.clone(), world.log, Arc::clone(&enough));
    let writer = tokio::spawn(async move {
        let mut size = 0;
        while !stop.load(Ordering::Relaxed) {
            let items = (size..size + 7).map(|seq| item(seq, 2)).collect();
            size = store.append(append(log, size, items)).await.unwrap();
        }
    });
    let mut sizes = BTreeSet::new();
    while sizes.len() < 20 {
        let read = world.store.entries(log, 0..u64::MAX).await.unwrap();
        assert_eq!(read.len() % 7, 0);
        sizes.insert(read.len());
    }
    enough.store(true, Ordering::Relaxed);
    writer.await.unwrap();
}

#[tokio::test]
async fn dropping_the_future_does_not_stop_a_write_that_has_begun() {
    let world = World::new().await;
    tokio::select! {
        biased;
        _ = world.store.append(append(world.log, 0, vec![item(0, 2)])) => {}
        () = std::future::ready(()) => {}
    }
    // Writes take their turn: when this one is done, the first is.
    world.store.set_meta("turn", "mine").await.unwrap();
    assert_eq!(world.info(world.log).await.size, 1);
}
