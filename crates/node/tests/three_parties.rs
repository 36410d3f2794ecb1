//! Three parties in one track: everybody holds everybody's log, one relays for another, and who shows two histories to
//! two receivers is found out when they compare.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::{sync::Arc, time::Duration};

use node::{
    directory::LogEntry,
    resource::Resource,
    source::Source as _,
    sync::{engine, pull},
};
use record::{
    fork::ForkEvidence,
    hash::Hash,
    policy::Policy,
    tile::{BundleId, TileId},
};
use testkit::{HostileSource, Party, World, samples};

const TRACK: &str = "cyber";
const ALPHA: usize = 0;
const BETA: usize = 1;
const GAMMA: usize = 2;

async fn world() -> World {
    let world = World::of(&["alpha", "beta", "gamma"], TRACK).await;
    world.settle(TRACK).await;
    world
}

async fn held(party: &Party, log: &LogEntry) -> u64 {
    let id = party.node().directory().log(&log.hash).unwrap().id;
    party.node().store().log(id).await.unwrap().unwrap().size
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_holds_and_receipts_everything() {
    let world = world().await;
    for (index, name) in ["of alpha", "of beta", "of gamma"].into_iter().enumerate() {
        let items = samples::indicators(name, 0..100);
        world.party(index).pass(TRACK, items).await;
    }
    world.settle(TRACK).await;
    world.audit().await;
    let agreed = testkit::agreement(world.parties(), TRACK).await;
    assert_eq!(agreed.sizes.len(), 3);
    assert!(agreed.sizes.values().all(|size| *size > 100), "{agreed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_comes_by_a_relay_while_its_owner_is_cut_off() {
    let world = world().await;
    world
        .party(ALPHA)
        .pass(TRACK, samples::indicators("one", 0..300))
        .await;
    let log = world.party(ALPHA).log(TRACK, world.party(ALPHA));
    world.party(BETA).round_with(world.party(ALPHA)).await;
    world.party(ALPHA).line().cut();
    world.clock().advance(10);
    // The first round finds the line cut, the second asks the relay.
    world.party(GAMMA).round().await;
    let lines = world.party(GAMMA).round().await.logs;
    let relayed = lines.iter().any(|line| {
        line.origin == log.origin.as_str() && line.source == "beta.example" && line.error.is_none()
    });
    assert!(relayed, "{lines:?}");
    let size = held(world.party(ALPHA), &log).await;
    assert_eq!(held(world.party(GAMMA), &log).await, size);
    assert_eq!(world.party(GAMMA).alarms().await, [""; 0]);

    world.party(ALPHA).line().mend();
    world.clock().advance(10);
    world.settle(TRACK).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_alters_is_refused_and_the_owner_is_not_blamed() {
    let world = world().await;
    world
        .party(ALPHA)
        .pass(TRACK, samples::indicators("one", 0..300))
        .await;
    world.party(BETA).round_with(world.party(ALPHA)).await;
    let gamma = world.party(GAMMA);
    let log = gamma.log(TRACK, world.party(ALPHA));
    let relay = HostileSource::new(
        world.party(BETA).node(),
        gamma.node(),
        |resource, answer| match resource {
            Resource::Entries(..) => answer.map(|bytes| {
                let mut bytes = bytes.to_vec();
                *bytes.last_mut().unwrap() ^= 1;
                bytes.into()
            }),
            _ => answer,
        },
    );
    let refused = pull::pull(gamma.node(), &log, &relay).await.unwrap_err();
    assert!(
        matches!(&refused, pull::PullError::Altered { source_name, .. } if source_name == "beta.example"),
        "{refused}"
    );
    world.settle(TRACK).await;
}

/// Alpha's machine was copied. The original shows one history to beta, the copy another to gamma.
async fn two_histories(for_beta: usize, for_gamma: usize) -> (World, Arc<LogEntry>) {
    let mut world = world().await;
    let twin_home = world.path("twin");
    world.party(BETA).line().cut();
    world.party(GAMMA).line().cut();
    world.party_mut(ALPHA).stop().await;
    let mut twin = world.party(ALPHA).cloned(&twin_home).await;
    world.party_mut(ALPHA).start().await;
    twin.start().await;
    world
        .party(ALPHA)
        .pass(TRACK, samples::indicators("one", 0..for_beta))
        .await;
    twin.pass(TRACK, samples::indicators("two", 0..for_gamma))
        .await;

    world.party(BETA).round_with(world.party(ALPHA)).await;
    let gamma = world.party(GAMMA);
    let log = gamma.log(TRACK, world.party(ALPHA));
    let source = HostileSource::new(twin.node(), gamma.node(), |_, answer| answer);
    let line = engine::one_log(gamma.node(), &log, &source, None).await;
    assert!(line.receipted, "{line:?}");
    world.party(BETA).line().mend();
    world.party(GAMMA).line().mend();
    (world, log)
}

async fn assert_found(party: &Party, log: &LogEntry) {
    let alarms = party.node().store().alarms(0, 10).await.unwrap();
    let fork = alarms.iter().find(|it| it.alarm.kind == "fork");
    let fork = fork.unwrap_or_else(|| panic!("no fork among {alarms:?}"));
    let keys = log.verifier.keys();
    let policy = format!("log {}\nlog {}\nquorum none\n", keys[0], keys[1]);
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let proved = ForkEvidence::parse(&fork.alarm.evidence)
        .unwrap()
        .verify(&policy);
    assert_eq!(proved.unwrap().log().as_str(), log.origin.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_histories_of_one_size_are_found_when_receivers_compare() {
    let (world, log) = two_histories(100, 100).await;
    world.party(BETA).round_with(world.party(GAMMA)).await;
    assert_found(world.party(BETA), &log).await;
    world.party(GAMMA).round_with(world.party(BETA)).await;
    assert_found(world.party(GAMMA), &log).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_histories_of_two_sizes_are_found_when_receivers_compare() {
    let (world, log) = two_histories(300, 100).await;
    world.party(BETA).round_with(world.party(GAMMA)).await;
    assert_found(world.party(BETA), &log).await;
}

/// As `chancery serve` runs them: what is passed is told, fetched and receipted without anybody asking for a round. The
/// nodes poll once an hour only, so it is the hints that do it.
#[tokio::test(flavor = "multi_thread")]
async fn hints_bring_what_was_passed() {
    let mut world = world().await;
    for index in [ALPHA, BETA, GAMMA] {
        world.party_mut(index).stop().await;
        world.party_mut(index).serve().await;
    }
    for round in 0..3 {
        let items = samples::indicators(&format!("round {round}"), 0..100);
        world.party(ALPHA).pass(TRACK, items).await;
        let log = world.party(ALPHA).log(TRACK, world.party(ALPHA));
        let size = held(world.party(ALPHA), &log).await;
        let receipted = async || {
            let cosigned = world
                .party(ALPHA)
                .node()
                .store()
                .newest_cosigned(log.id)
                .await;
            let cosigned = cosigned.unwrap();
            cosigned.iter().filter(|each| each.size >= size).count()
        };
        let all = tokio::time::timeout(Duration::from_secs(30), async {
            while receipted().await < 2 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        assert!(all.await.is_ok(), "both have receipted {size} entries");
    }
    world.audit().await;
}

/// Gamma is in another dialogue with alpha, so its TLS key is known; alpha's dialogue with beta does not exist for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_party_outside_a_track_is_told_nothing_of_it() {
    let mut world = World::without_dialogue(&["alpha", "beta", "gamma"]).await;
    for index in [ALPHA, BETA, GAMMA] {
        world.party_mut(index).start().await;
    }
    world
        .found("with beta", &[ALPHA, BETA], &[TRACK.into()])
        .await;
    world
        .found("with gamma", &[ALPHA, GAMMA], &["other".into()])
        .await;
    let alpha = world.party(ALPHA);
    alpha.pass(TRACK, samples::indicators("one", 0..300)).await;
    world.party(BETA).round().await;

    let (theirs, own) = (alpha.log(TRACK, alpha), alpha.log("other", alpha));
    let gamma = world.party(GAMMA).node();
    let client = gamma.client(alpha.node().me()).unwrap().unwrap();
    let ask = async |resource: Resource| client.fetch(&resource).await.unwrap();
    assert!(ask(Resource::Checkpoint(own.hash)).await.is_some());
    assert!(
        ask(Resource::Declarations(own.track.dialogue.clone()))
            .await
            .is_some()
    );
    for resource in [
        Resource::Checkpoint(theirs.hash),
        Resource::Tile(theirs.hash, TileId::new(0, 0, 256).unwrap()),
        Resource::Entries(theirs.hash, BundleId::new(0, 256).unwrap()),
        Resource::Package(theirs.hash, BundleId::new(0, 256).unwrap()),
        Resource::Content(theirs.hash, Hash::new([0; 32])),
        Resource::Seen(theirs.hash),
        Resource::Declarations(theirs.track.dialogue.clone()),
    ] {
        let path = resource.path();
        assert!(ask(resource).await.is_none(), "{path}");
    }
    // Nor is a receipt of its taken there.
    let beta_seen = Resource::Seen(theirs.hash);
    let receipt = world
        .party(BETA)
        .node()
        .resource(alpha.node().me(), &beta_seen)
        .await;
    let receipt = receipt.unwrap().unwrap();
    let outcome = client.post("/add-checkpoint", receipt).await.unwrap_err();
    assert!(
        outcome.to_string().contains("refused") || outcome.to_string().contains("no such"),
        "{outcome}"
    );
}
