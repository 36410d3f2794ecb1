//! A log that is forked, cut, replayed or altered, and everything else that is not what was signed: each refused for
//! its own reason, with nothing stored that does not hold; for forks, evidence that an outsider accepts.
//!
//! Beta fetches alpha's log from a source that answers as alpha's node does, but for one alteration.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod checkpoints;
mod forks;
mod packages;
mod tree;

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use node::{
    Node,
    directory::LogEntry,
    keys,
    resource::Resource,
    source::SourceError,
    sync::{engine, pull, pull::PullError},
    trees,
};
use record::{
    checkpoint::{Checkpoint, CheckpointError},
    cosignature::SigningTime,
    fork::ForkEvidence,
    hash::{Hash, TreeSize},
    note::{NoteError, SignedNote},
    policy::Policy,
};
use testkit::{HostileSource, World, samples};

const TRACK: &str = "cyber";
/// Entries that alpha has passed beyond what beta holds, over the end of a run of 256.
const NEW: usize = 300;

/// Alpha has passed 300 items that beta has not fetched.
async fn world() -> World {
    let world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    world.clock().advance(60);
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..NEW))
        .await;
    world
}

fn alphas_log(world: &World) -> Arc<LogEntry> {
    world.party(1).log(TRACK, world.party(0))
}

/// Beta fetches alpha's log, with alpha's answers altered; then beta's record is read again.
async fn pulled(
    world: &World,
    alter: impl Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync + 'static,
) -> Result<pull::Pulled, PullError> {
    let source = HostileSource::new(world.party(0).node(), world.party(1).node(), alter);
    pulled_from(world, &source).await
}

async fn pulled_from(world: &World, source: &HostileSource) -> Result<pull::Pulled, PullError> {
    let beta = world.party(1).node();
    let result = pull::pull(beta, &alphas_log(world), source).await;
    let faults = beta.store().check().await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    result
}

/// Flips one bit in the middle.
fn flipped(bytes: &Bytes) -> Bytes {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes.into()
}

async fn held(world: &World) -> u64 {
    let log = alphas_log(world);
    let held = world.party(1).node().store().log(log.id).await;
    held.unwrap().unwrap().size
}

/// A checkpoint of alpha's log as its own keys would sign it.
fn signed(world: &World, size: u64, root: Hash, seconds_after: u64) -> SignedNote {
    let log = alphas_log(world);
    let signer = keys::read_log(world.party(0).home(), &log.origin).unwrap();
    let size = TreeSize::new(size).unwrap();
    let checkpoint = Checkpoint::new(log.origin.key_name().clone(), size, root).unwrap();
    let time = SigningTime::new(1_767_225_600 + seconds_after, 0).unwrap();
    signer.sign(&checkpoint, time).unwrap()
}

async fn alphas_root(world: &World, size: u64) -> Hash {
    let log = world.party(0).log(TRACK, world.party(0));
    let store = world.party(0).node().store();
    trees::root_at(&**store, log.id, size).await.unwrap()
}

/// Answers every request for a checkpoint with this note.
fn with_checkpoint(
    note: &[u8],
) -> impl Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync + 'static {
    let note = Bytes::copy_from_slice(note);
    move |resource, answer| match resource {
        Resource::Checkpoint(_) => Some(note.clone()),
        _ => answer,
    }
}

async fn refused_checkpoint(world: &World, note: &[u8]) -> PullError {
    let before = held(world).await;
    let refused = pulled(world, with_checkpoint(note)).await.unwrap_err();
    assert_eq!(held(world).await, before);
    refused
}

/// The evidence that beta keeps holds for somebody who has nothing but alpha's keys.
async fn assert_evidence(world: &World) {
    let log = alphas_log(world);
    let mut policy = String::new();
    for key in log.verifier.keys() {
        policy.push_str(&format!("log {key}\n"));
    }
    policy.push_str("quorum none\n");
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let alarms = world.party(1).node().store().alarms(0, 10).await.unwrap();
    let forks: Vec<_> = alarms.iter().filter(|it| it.alarm.kind == "fork").collect();
    assert_eq!(forks.len(), 1, "{alarms:?}");
    let evidence = ForkEvidence::parse(&forks[0].alarm.evidence).unwrap();
    let proved = evidence.verify(&policy).unwrap();
    assert_eq!(proved.log().as_str(), log.origin.as_str());
    // From now on nothing is taken from that log, and nothing of it is receipted.
    let again = pulled(world, |_, answer| answer).await;
    assert!(matches!(again, Err(PullError::Disputed)), "{again:?}");
}

// Answers that are not what was signed.

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_source_is_believed() {
    let world = world().await;
    let pulled = pulled(&world, |_, answer| answer).await.unwrap();
    assert_eq!((pulled.before, pulled.after), (2, 302));
    assert!(pulled.exceptions.is_empty());
}

async fn receipted_size(node: &Node, log: &LogEntry) -> u64 {
    let signed = node
        .sign_state()
        .load(store::SignedKind::Receipt, log.origin.as_str())
        .await;
    signed.unwrap().map_or(0, |signed| signed.size)
}

// Items that cannot be held: an exception each, a receipt all the same, and resolved when the truth comes.

async fn controls(world: &World, words: &str) -> usize {
    let log = world.party(1).log(TRACK, world.party(1));
    let store = world.party(1).node().store();
    let acts = store
        .acts_of_log(log.id, 0, store::ReadLimits::default())
        .await;
    let acts = acts.unwrap();
    let contents = acts.iter().filter_map(|it| it.item.opening.content());
    contents
        .filter(|content| String::from_utf8_lossy(content).contains(words))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_is_what_is_needed() {
    // A source that counts: nothing is asked for twice, so an attack cannot make a node fetch for ever.
    let world = world().await;
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let counting = asked.clone();
    pulled(&world, move |resource, answer| {
        counting.lock().unwrap().push(resource.path());
        answer
    })
    .await
    .unwrap();
    let mut asked = asked.lock().unwrap().clone();
    let all = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), all, "{asked:?}");
}
