//! Every write of the sequencer and of the receipt path fails once before and once after it is durable (RECORD §9).
//! Then the node goes on, or is started anew, and in the end both sides hold the same, receipted, with nothing lost,
//! nothing twice, and every hash and signature in order.
//!
//! Two nodes: alpha passes, beta fetches and countersigns. The clock stands still.

use std::time::Duration;

use store::{Faults, ReadLimits, Wanted, When};
use testkit::{HostileSource, World, samples};

const TRACK: &str = "cyber";

/// What happens to the node after the write has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// It goes on in the same process.
    GoesOn,
    /// It is stopped, and started anew.
    Restarts,
}

const EVERY_WAY: [(When, Then); 4] = [
    (When::Before, Then::GoesOn),
    (When::After, Then::GoesOn),
    (When::Before, Then::Restarts),
    (When::After, Then::Restarts),
];

async fn world() -> World {
    let world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    world
}

fn all_came(faults: &Faults) {
    assert_eq!(faults.pending(), 0, "the failure asked for never came");
}

/// Alpha passes while its write fails; what it was told was uncertain it passes again.
async fn passing(operation: &str) {
    for (when, then) in EVERY_WAY {
        let mut world = world().await;
        world.party(0).faults().fail(operation, 1, when);
        let refused = world
            .party(0)
            .try_pass(TRACK, samples::indicators("one", 0..300))
            .await
            .expect_err("a failed write is not confirmed");
        assert_eq!(refused.error.code, "uncertain", "{when:?}, {then:?}");
        all_came(world.party(0).faults());
        if then == Then::Restarts {
            world.party_mut(0).restart().await;
        }
        let again = world
            .party(0)
            .try_pass(TRACK, samples::indicators("one", 0..300))
            .await
            .expect("the second time it is certain");
        let (passed, held) = match (operation, when) {
            // Nothing was appended, so all of it is now.
            ("append", When::Before) => (300, 0),
            // It was in the log, signed or not.
            _ => (0, 300),
        };
        assert_eq!(
            (again.passed, again.already_held, again.refused),
            (passed, held, 0),
            "{when:?}, {then:?}"
        );
        world.settle(TRACK).await;
        world.audit().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sequencers_append() {
    passing("append").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sequencers_sign_state() {
    passing("advance").await;
}

/// The sign-state fails again and again, and nobody passes anything more: what is durable is signed all the same, as soon
/// as it can be.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_durable_does_not_wait_for_the_next_batch() {
    let world = world().await;
    let alpha = world.party(0);
    for nth in 1..=3 {
        alpha.faults().fail("advance", nth, When::Before);
    }
    let items = samples::indicators("one", 0..3);
    let refused = alpha.try_pass(TRACK, items).await.unwrap_err();
    assert_eq!(refused.error.code, "uncertain");
    let mut published = alpha
        .node()
        .writer(alpha.log(TRACK, alpha).id)
        .unwrap()
        .published();
    let soon = tokio::time::timeout(
        Duration::from_secs(30),
        published.wait_for(|each| each.as_ref().is_some_and(|each| each.size == 5)),
    );
    assert!(soon.await.is_ok(), "5 entries are signed");
    all_came(alpha.faults());
    world.settle(TRACK).await;
    world.audit().await;
}

/// What was taken out of the view is passed again: it is listed as a new arrival, without a new entry, whether or not
/// the write that does so fails before.
#[tokio::test(flavor = "multi_thread")]
async fn the_sequencers_relist() {
    for when in [None, Some(When::Before), Some(When::After)] {
        let world = world().await;
        let alpha = world.party(0);
        let items = || samples::indicators("one", 0..3);
        let passed = alpha.pass(TRACK, items()).await;
        let (store, track) = (alpha.node().store(), alpha.log(TRACK, alpha).track.id);
        let listed = async || {
            let page = store.list(track, Wanted::default(), 0, 99).await.unwrap();
            let arrivals = page.rows.iter().map(|row| row.arrival);
            arrivals.collect::<Vec<_>>()
        };
        let before = listed().await;
        let gone = store.unlist(track, Wanted::default(), 1).await.unwrap();
        assert_eq!((gone, listed().await), (before.len() as u64, vec![]));

        if let Some(when) = when {
            alpha.faults().fail("relist", 1, when);
            let refused = alpha.try_pass(TRACK, items()).await.unwrap_err();
            assert_eq!(refused.error.code, "uncertain", "{when:?}");
            all_came(alpha.faults());
        }
        let again = alpha.try_pass(TRACK, items()).await.unwrap();
        assert_eq!((again.passed, again.already_held), (0, 3), "{when:?}");
        assert_eq!(again.size, passed.size, "no entry was added");
        let last = before.last().copied().unwrap();
        assert_eq!(listed().await, [last + 1, last + 2, last + 3], "{when:?}");
        world.settle(TRACK).await;
        world.audit().await;
    }
}

/// Beta fetches and countersigns while its `nth` write of that name fails.
async fn receiving(operation: &str, nth: u64) {
    for (when, then) in EVERY_WAY {
        let mut world = world().await;
        let passed = world
            .party(0)
            .pass(TRACK, samples::indicators("one", 0..300))
            .await;
        world.party(1).faults().fail(operation, nth, when);
        // Whatever this round says, nothing that does not hold is left behind by it.
        let _ = world.party(1).round().await;
        all_came(world.party(1).faults());
        if then == Then::Restarts {
            world.party_mut(1).restart().await;
        }
        world.settle(TRACK).await;
        world.audit().await;
        // The receipt is an entry of beta's own log, once, so that it arrives by any route.
        let alphas = world.party(1).log(TRACK, world.party(0));
        let begins = format!("{}\n{}\n", alphas.origin, passed.size);
        assert_eq!(own_acts(&world, &begins).await, 1, "{when:?}, {then:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checkpoint_that_is_fetched() {
    receiving("put_checkpoint", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runs_that_are_fetched() {
    receiving("append", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipts_sign_state() {
    receiving("advance", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipts_checkpoint() {
    receiving("put_checkpoint", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipts_lines() {
    receiving("add_cosignature", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipts_entry() {
    receiving("append", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sign_state_of_the_receipts_entry() {
    receiving("advance", 2).await;
}

/// Alpha takes the receipt while its own write fails.
#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_that_is_taken() {
    for operation in ["put_checkpoint", "add_cosignature"] {
        for (when, then) in EVERY_WAY {
            let mut world = world().await;
            world
                .party(0)
                .pass(TRACK, samples::indicators("one", 0..3))
                .await;
            world.party(0).faults().fail(operation, 1, when);
            let _ = world.party(1).round().await;
            all_came(world.party(0).faults());
            if then == Then::Restarts {
                world.party_mut(0).restart().await;
            }
            world.settle(TRACK).await;
            world.audit().await;
        }
    }
}

/// Without a package, beta excepts its items in its own log before the receipt; the entries of the exceptions fail
/// (`append`, then the `advance` that covers them), and the receipt after them.
#[tokio::test(flavor = "multi_thread")]
async fn the_entries_of_exceptions() {
    for (operation, nth) in [("append", 2), ("advance", 1), ("advance", 2)] {
        for (when, then) in EVERY_WAY {
            let mut world = world().await;
            world
                .party(0)
                .pass(TRACK, samples::indicators("one", 0..3))
                .await;
            world.party(1).faults().fail(operation, nth, when);
            one_round_without_packages(&world).await;
            all_came(world.party(1).faults());
            if then == Then::Restarts {
                world.party_mut(1).restart().await;
            }
            one_round_without_packages(&world).await;
            let case = format!("{operation} {nth}, {when:?}, {then:?}");
            assert_eq!(own_acts(&world, EXCEPTION).await, 3, "{case}");
            world.settle(TRACK).await;
            world.audit().await;
            assert_eq!(own_acts(&world, RESOLVED).await, 3, "{case}");
        }
    }
}

/// The package comes after all; what beta does about it fails.
#[tokio::test(flavor = "multi_thread")]
async fn the_resolution_of_exceptions() {
    for (operation, nth) in [("resolve", 1), ("append", 1), ("advance", 1)] {
        for (when, then) in EVERY_WAY {
            let mut world = world().await;
            world
                .party(0)
                .pass(TRACK, samples::indicators("one", 0..3))
                .await;
            one_round_without_packages(&world).await;
            world.party(1).faults().fail(operation, nth, when);
            let _ = world.party(1).round().await;
            all_came(world.party(1).faults());
            if then == Then::Restarts {
                world.party_mut(1).restart().await;
            }
            world.settle(TRACK).await;
            world.audit().await;
            let case = format!("{operation} {nth}, {when:?}, {then:?}");
            assert_eq!(own_acts(&world, RESOLVED).await, 3, "{case}");
        }
    }
}

const EXCEPTION: &str = r#"{"control":"exception""#;
const RESOLVED: &str = r#"{"control":"resolved""#;

async fn one_round_without_packages(world: &World) {
    let beta = world.party(1);
    let log = beta.log(TRACK, world.party(0));
    let source = HostileSource::new(world.party(0).node(), beta.node(), |resource, answer| {
        answer.filter(|_| !matches!(resource, node::resource::Resource::Package(..)))
    });
    let _ = node::sync::engine::one_log(beta.node(), &log, &source, None).await;
}

/// Acts on beta's own log whose content begins so.
async fn own_acts(world: &World, begins: &str) -> usize {
    let log = world.party(1).log(TRACK, world.party(1));
    let store = world.party(1).node().store();
    let acts = store.acts_of_log(log.id, 0, ReadLimits::default()).await;
    let acts = acts.expect("the acts can be read");
    let contents = acts.iter().filter_map(|it| it.item.opening.content());
    contents
        .filter(|content| content.starts_with(begins.as_bytes()))
        .count()
}
