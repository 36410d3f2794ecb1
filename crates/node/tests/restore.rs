//! A node that was restored never resumes a log (RECORD R5): it closes it and opens a successor, the other side sees why
//! and follows, and what it had lost of the old log comes back from those who hold it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use node::{keys, setup};
use record::{control::Control, head::Head};
use store::ReadLimits;
use testkit::{World, samples};

const TRACK: &str = "cyber";

/// Alpha has passed 10 items, was copied, and has passed 300 more; beta holds all of them.
async fn world() -> World {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("before", 0..10))
        .await;
    world.settle(TRACK).await;
    world.party_mut(0).stop().await;
    world.party(0).snapshot(&world.path("snapshot"));
    world.party_mut(0).start().await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("after", 0..300))
        .await;
    world.settle(TRACK).await;
    world.party_mut(0).stop().await;
    world
}

/// What must hold in the end, however alpha was restored.
async fn assert_succeeded(world: &World, reason: &str) {
    let report = world
        .party(0)
        .pass(TRACK, samples::indicators("restored", 0..5))
        .await;
    world.clock().advance(10);
    world.settle(TRACK).await;
    world.audit().await;

    let (alpha, beta) = (world.party(0), world.party(1));
    let track = alpha.node().directory().track(TRACK).unwrap();
    let chain = alpha.node().directory().chain(&track, alpha.node().me());
    let [old, new] = chain.as_slice() else {
        panic!("{chain:?}");
    };
    assert_eq!(report.log, new.origin.as_str());
    assert!(
        old.closed.as_ref().unwrap().contains(reason),
        "{:?}",
        old.closed
    );
    assert_eq!(new.predecessor.as_ref(), Some(&old.origin));
    // Entry 0 is the charter, entry 1 the declaration that names the predecessor.
    let items = alpha
        .node()
        .store()
        .items(new.id, 0..2, ReadLimits::default())
        .await
        .unwrap();
    let content = |index: usize| items[index].item.opening.content().unwrap();
    assert_eq!(*content(0), alpha.node().directory().dialogues()[0].bytes);
    let Ok(Control::Declaration { note }) = Control::parse(content(1)) else {
        panic!("{:?}", content(1));
    };
    assert!(note.contains(old.origin.as_str()), "{note}");
    // All that alpha had passed, before and after the copy, is on both sides.
    let of_old = |world: &World, index: usize| {
        let node = world.party(index).node().clone();
        let hash = old.hash;
        async move {
            let id = node.directory().log(&hash).unwrap().id;
            node.store().log(id).await.unwrap().unwrap().size
        }
    };
    let (here, there) = (of_old(world, 0).await, of_old(world, 1).await);
    assert_eq!(here, there);
    assert!(here > 310, "{here}");
    // The other side sees why.
    let alarms = beta.node().store().alarms(0, 10).await.unwrap();
    let why = alarms
        .iter()
        .find(|it| it.alarm.kind == "restored")
        .unwrap();
    assert!(why.alarm.detail.contains(reason), "{}", why.alarm.detail);
    let fork = alarms.iter().any(|it| it.alarm.kind == "fork");
    assert!(!fork, "an honest party is not accused: {alarms:?}");
    let declared = beta
        .node()
        .directory()
        .log(&old.hash)
        .unwrap()
        .closed
        .clone();
    assert!(declared.unwrap().contains(reason));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_without_sign_state() {
    let mut world = world().await;
    world.party(0).roll_back(&world.path("snapshot"));
    let sign_state = world.party(0).home().sign_state();
    std::fs::remove_dir_all(&sign_state).unwrap();
    std::fs::create_dir(&sign_state).unwrap();
    world.party_mut(0).start().await;
    assert_eq!(world.party(0).alarms().await, ["restored"]);
    assert_succeeded(&world, "what was signed last is not known").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_without_the_keys_of_its_logs() {
    let mut world = world().await;
    world.party(0).roll_back(&world.path("snapshot"));
    let home = world.party(0).home().clone();
    for stem in home.key_stems().unwrap() {
        if stem.starts_with("log.") {
            std::fs::remove_file(home.keys().join(format!("{stem}.key"))).unwrap();
        }
    }
    world.party_mut(0).start().await;
    assert_succeeded(&world, "the keys of this log are not here").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_data_beside_the_sign_state_of_today() {
    let mut world = world().await;
    let home = world.party(0).home().clone();
    let snapshot = world.path("snapshot");
    for file in ["record.sqlite", "record.sqlite-wal", "record.sqlite-shm"] {
        let _ = std::fs::remove_file(home.dir().join(file));
        if snapshot.join(file).exists() {
            std::fs::copy(snapshot.join(file), home.dir().join(file)).unwrap();
        }
    }
    world.party_mut(0).start().await;
    assert_succeeded(&world, "more was signed than is here").await;
}

/// Nothing in the directory tells that it is old; the other side does, before anything is signed.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_machine_rolled_back() {
    let mut world = world().await;
    world.party(0).roll_back(&world.path("snapshot"));
    world.party_mut(0).start().await;
    assert_eq!(world.party(0).alarms().await, [""; 0]);
    assert_succeeded(&world, "beta.example holds it up to").await;
}

/// The receiver is restored: it fetches again what it had receipted, and the sender's log goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_restored_without_sign_state() {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    world.party_mut(1).stop().await;
    world.party(1).snapshot(&world.path("snapshot"));
    world.party_mut(1).start().await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..300))
        .await;
    world.settle(TRACK).await;
    world.party_mut(1).stop().await;
    world.party(1).roll_back(&world.path("snapshot"));
    let sign_state = world.party(1).home().sign_state();
    std::fs::remove_dir_all(&sign_state).unwrap();
    std::fs::create_dir(&sign_state).unwrap();
    world.party_mut(1).start().await;
    world.clock().advance(10);
    world.settle(TRACK).await;
    world.audit().await;
    let track = world.party(0).node().directory().track(TRACK).unwrap();
    let chain = |index: usize| {
        let directory = world.party(0).node().directory();
        directory
            .chain(&track, world.party(index).node().me())
            .len()
    };
    assert_eq!(
        (chain(0), chain(1)),
        (1, 2),
        "alpha's log goes on, beta's has a successor"
    );
    assert_eq!(world.party(0).alarms().await, ["restored"]);
}

/// What `seen` of a head says ties the successor to what its party knew of the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_successor_goes_on_seeing_the_others() {
    let mut world = world().await;
    world.party(0).roll_back(&world.path("snapshot"));
    let sign_state = world.party(0).home().sign_state();
    std::fs::remove_dir_all(&sign_state).unwrap();
    std::fs::create_dir(&sign_state).unwrap();
    world.party_mut(0).start().await;
    let report = world
        .party(0)
        .pass(TRACK, samples::indicators("new", 0..1))
        .await;
    let alpha = world.party(0).node();
    let log = alpha.directory().log_of(&report.log).unwrap().clone();
    let items = alpha
        .store()
        .items(log.id, 2..3, ReadLimits::default())
        .await
        .unwrap();
    let head = Head::parse(items[0].item.opening.head().unwrap()).unwrap();
    let betas = world.party(0).log(TRACK, world.party(1));
    assert!(head.seen().contains_key(&betas.origin), "{:?}", head.seen());
    assert!(keys::has_log(alpha.home(), &log.origin));
    assert_eq!(setup::party_view(alpha.card()).host, "alpha.example");
}
