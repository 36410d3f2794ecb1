//! A log that is forked, cut, replayed or altered, and everything else that is not what was signed: each refused for
//! its own reason, with nothing stored that does not hold; for forks, evidence that an outsider accepts.
//!
//! Beta fetches alpha's log from a source that answers as alpha's node does, but for one alteration.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use node::{
    Node,
    directory::LogEntry,
    keys,
    resource::Resource,
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

async fn refused_as_altered(
    words: &str,
    alter: impl Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync + 'static,
) {
    let world = world().await;
    let before = held(&world).await;
    let refused = pulled(&world, alter).await;
    assert!(
        matches!(&refused, Err(PullError::Altered { what, .. }) if what.contains(words)),
        "{refused:?}"
    );
    assert_eq!(held(&world).await, before, "nothing of it is stored");
    // The party is not to blame: an honest answer is taken afterwards.
    assert_eq!(pulled(&world, |_, answer| answer).await.unwrap().after, 302);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_altered() {
    refused_as_altered(
        "do not lead to the root",
        |resource, answer| match resource {
            Resource::Tile(_, tile) if tile.level() == 0 => answer.map(|bytes| flipped(&bytes)),
            _ => answer,
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_cut() {
    refused_as_altered(
        "do not lead to the root",
        |resource, answer| match resource {
            Resource::Tile(..) => answer.map(|bytes| bytes.slice(..bytes.len() - 32)),
            _ => answer,
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_missing() {
    refused_as_altered("do not lead to the root", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Tile(..)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_altered() {
    refused_as_altered(
        "are not those of the signed tree",
        |resource, answer| match resource {
            // The last byte of the last commitment; in the middle it might be a length.
            Resource::Entries(..) => answer.map(|bytes| {
                let mut bytes = bytes.to_vec();
                *bytes.last_mut().unwrap() ^= 1;
                bytes.into()
            }),
            _ => answer,
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_are_cut() {
    refused_as_altered("an entry bundle of", |resource, answer| match resource {
        Resource::Entries(..) => answer.map(|bytes| bytes.slice(..bytes.len() - 1)),
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_are_missing() {
    refused_as_altered("are missing", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Entries(..)))
    })
    .await;
}

// Checkpoints that are not signed as they must be.

async fn refused_checkpoint(world: &World, note: &[u8]) -> PullError {
    let before = held(world).await;
    let refused = pulled(world, with_checkpoint(note)).await.unwrap_err();
    assert_eq!(held(world).await, before);
    refused
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_instead_of_a_checkpoint() {
    let world = world().await;
    for garbage in [&b""[..], b"\n", b"no note", &[0xff; 100], &[b'a'; 70_000]] {
        let refused = refused_checkpoint(&world, garbage).await;
        assert!(matches!(refused, PullError::Note(_)), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_without_one_of_its_signatures() {
    let world = world().await;
    let note = signed(&world, 302, alphas_root(&world, 302).await, 60);
    for missing in 0..note.lines().len() {
        let lines = note.lines().iter().enumerate();
        let lines = lines.filter(|(at, _)| *at != missing);
        let lines = lines.map(|(_, line)| line.clone()).collect();
        let one = SignedNote::new(note.text().to_owned(), lines).unwrap();
        let refused = refused_checkpoint(&world, one.as_bytes()).await;
        assert!(
            matches!(
                refused,
                PullError::Checkpoint(CheckpointError::Note(NoteError::Missing { .. }))
            ),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_with_a_forged_signature() {
    let world = world().await;
    let note = signed(&world, 302, alphas_root(&world, 302).await, 60);
    let other = note.as_str().replacen("\n302\n", "\n301\n", 1);
    let refused = refused_checkpoint(&world, other.as_bytes()).await;
    assert!(
        matches!(
            refused,
            PullError::Checkpoint(CheckpointError::Note(NoteError::BadSignature { .. }))
        ),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_by_a_key_that_is_not_known() {
    let world = world().await;
    let log = alphas_log(&world);
    let home = node::home::Home::create(world.path("stranger")).unwrap();
    let random = testkit::SeededRandom::new("stranger");
    let stranger = keys::create_log(&home, world.party(0).node().me(), &random).unwrap();
    let size = TreeSize::new(302).unwrap();
    let checkpoint = Checkpoint::new(
        stranger.origin().key_name().clone(),
        size,
        Hash::new([1; 32]),
    )
    .unwrap();
    let note = stranger
        .sign(&checkpoint, SigningTime::new(1_767_225_660, 0).unwrap())
        .unwrap();
    let refused = refused_checkpoint(&world, note.as_bytes()).await;
    assert!(matches!(refused, PullError::Checkpoint(_)), "{refused:?}");
    // The same lines under the right name are by nobody that is known.
    let renamed = note
        .as_str()
        .replacen(stranger.origin().as_str(), log.origin.as_str(), 1);
    let refused = refused_checkpoint(&world, renamed.as_bytes()).await;
    assert!(
        matches!(refused, PullError::Checkpoint(CheckpointError::Note(_))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_of_another_log() {
    let world = world().await;
    let betas = world.party(1).log(TRACK, world.party(1));
    let (_, note) = world
        .party(1)
        .node()
        .checkpoint_note(&betas)
        .await
        .unwrap()
        .unwrap();
    let refused = refused_checkpoint(&world, note.as_bytes()).await;
    assert!(
        matches!(
            refused,
            PullError::Checkpoint(CheckpointError::OtherLog { .. } | CheckpointError::Note(_))
        ),
        "{refused:?}"
    );
}

// Times and sizes that go back.

#[tokio::test(flavor = "multi_thread")]
async fn an_old_time() {
    let world = world().await;
    let note = signed(&world, 302, alphas_root(&world, 302).await, 0);
    // Signed in the same second as the one held: believed. One second before: not.
    let older = {
        let log = alphas_log(&world);
        let signer = keys::read_log(world.party(0).home(), &log.origin).unwrap();
        let checkpoint = Checkpoint::parse(note.text()).unwrap();
        let time = SigningTime::new(1_767_225_599, 0).unwrap();
        signer.sign(&checkpoint, time).unwrap()
    };
    let refused = refused_checkpoint(&world, older.as_bytes()).await;
    assert!(
        matches!(
            refused,
            PullError::OldTime {
                size: 302,
                held: 1_767_225_600,
                offered: 1_767_225_599
            }
        ),
        "{refused:?}"
    );
    assert_eq!(
        pulled(&world, with_checkpoint(note.as_bytes()))
            .await
            .unwrap()
            .after,
        302
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_goes_back() {
    let world = world().await;
    let old = {
        let log = world.party(0).log(TRACK, world.party(0));
        let held = world.party(0).node().store().checkpoint_at(log.id, 2).await;
        held.unwrap().unwrap().checkpoint.note
    };
    assert_eq!(pulled(&world, |_, answer| answer).await.unwrap().after, 302);
    // By the party itself it is a size that goes back, and an alarm.
    let source = HostileSource::new(
        world.party(0).node(),
        world.party(1).node(),
        with_checkpoint(old.as_bytes()),
    );
    let log = alphas_log(&world);
    let beta = world.party(1).node();
    let line = engine::one_log(beta, &log, &source, None).await;
    let words = line.error.unwrap();
    assert!(words.contains("went back from 302 to 2"), "{words}");
    assert_eq!(world.party(1).alarms().await, ["rollback"]);
    // By a relay it is only late.
    let relay = source.called("gamma.example");
    let line = engine::one_log(beta, &log, &relay, None).await;
    assert_eq!((line.error, line.receipted), (None, false));
    assert_eq!(world.party(1).alarms().await, ["rollback"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_heartbeat_from_a_relay() {
    let world = world().await;
    let early = signed(&world, 302, alphas_root(&world, 302).await, 60);
    let late = signed(&world, 302, alphas_root(&world, 302).await, 90);
    pulled(&world, with_checkpoint(late.as_bytes()))
        .await
        .unwrap();
    let source = HostileSource::new(
        world.party(0).node(),
        world.party(1).node(),
        with_checkpoint(early.as_bytes()),
    );
    let relayed = pulled_from(&world, &source.called("gamma.example"))
        .await
        .unwrap();
    assert!(relayed.checkpoint.is_none());
    let refused = refused_checkpoint(&world, early.as_bytes()).await;
    assert!(matches!(refused, PullError::OldTime { .. }), "{refused:?}");
}

// Two histories.

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_at_the_same_size() {
    let world = world().await;
    pulled(&world, |_, answer| answer).await.unwrap();
    let other = signed(&world, 302, Hash::new([7; 32]), 120);
    let refused = refused_checkpoint(&world, other.as_bytes()).await;
    assert!(matches!(refused, PullError::Fork(_)), "{refused:?}");
    assert_evidence(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_at_a_smaller_size() {
    let world = world().await;
    pulled(&world, |_, answer| answer).await.unwrap();
    let other = signed(&world, 260, Hash::new([7; 32]), 120);
    let refused = refused_checkpoint(&world, other.as_bytes()).await;
    assert!(matches!(refused, PullError::Fork(_)), "{refused:?}");
    assert_evidence(&world).await;
}

/// Alpha's machine is copied; the copy passes other things than the original, and shows them to beta.
async fn with_a_twin(world: &mut World) -> testkit::Party {
    let (twin_home, beta_is_away) = (world.path("twin"), world.party(1).line());
    beta_is_away.cut();
    world.party_mut(0).stop().await;
    let mut twin = world.party(0).cloned(&twin_home).await;
    world.party_mut(0).start().await;
    twin.start().await;
    twin
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_at_a_larger_size() {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    let twin = with_a_twin(&mut world).await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..300))
        .await;
    twin.pass(TRACK, samples::indicators("two", 0..600)).await;
    pulled(&world, |_, answer| answer).await.unwrap();
    let source = HostileSource::new(twin.node(), world.party(1).node(), |_, answer| answer);
    let refused = pulled_from(&world, &source).await;
    assert!(matches!(refused, Err(PullError::Fork(_))), "{refused:?}");
    assert_eq!(
        held(&world).await,
        302,
        "nothing of the other history is stored"
    );
    assert_evidence(&world).await;
}

/// A checkpoint that was believed, and whose entries were never served, is not forgotten: the next history has to pass
/// through it.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_from_a_checkpoint_that_was_never_fetched_whole() {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    let twin = with_a_twin(&mut world).await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..300))
        .await;
    twin.pass(TRACK, samples::indicators("two", 0..600)).await;
    let withheld = pulled(&world, |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Entries(..)))
    });
    assert!(matches!(withheld.await, Err(PullError::Altered { .. })));
    let source = HostileSource::new(twin.node(), world.party(1).node(), |_, answer| answer);
    let refused = pulled_from(&world, &source).await;
    assert!(matches!(refused, Err(PullError::Fork(_))), "{refused:?}");
    assert_evidence(&world).await;
    let receipted = receipted_size(world.party(1).node(), &alphas_log(&world)).await;
    assert_eq!(receipted, 2, "no history of the two is receipted");
}

async fn receipted_size(node: &Node, log: &LogEntry) -> u64 {
    let signed = node
        .sign_state()
        .load(store::SignedKind::Receipt, log.origin.as_str())
        .await;
    signed.unwrap().map_or(0, |signed| signed.size)
}

// Items that cannot be held: an exception each, a receipt all the same, and resolved when the truth comes.

/// Beta takes alpha's log with its packages altered; alpha then serves them rightly.
async fn excepted(
    reason: &str,
    alter: impl Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync + 'static,
) {
    let world = World::of(&["alpha", "beta"], TRACK).await;
    world.settle(TRACK).await;
    world
        .party(0)
        .pass(TRACK, samples::indicators("one", 0..3))
        .await;
    world
        .party(0)
        .pass(TRACK, samples::large_indicator("large", 0, 2 << 20))
        .await;
    let (log, beta) = (alphas_log(&world), world.party(1).node());
    let source = HostileSource::new(world.party(0).node(), beta, alter);
    let line = engine::one_log(beta, &log, &source, None).await;
    assert_eq!((line.error, line.receipted, line.after), (None, true, 6));
    let bad = beta.store().excepted(log.id, 0, 10).await.unwrap().len();
    assert!(bad > 0, "nothing was excepted");
    let said = format!("\"reason\":\"{reason}\"");
    assert_eq!(controls(&world, &said).await, bad, "{reason}");
    world.settle(TRACK).await;
    assert_eq!(beta.store().excepted(log.id, 0, 10).await.unwrap(), []);
    assert_eq!(controls(&world, "\"control\":\"resolved\"").await, bad);
    world.audit().await;
}

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
async fn a_package_that_is_missing() {
    excepted("missing", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Package(..)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_is_garbage() {
    excepted("malformed", |resource, answer| match resource {
        Resource::Package(..) => Some(Bytes::from_static(b"no frame")),
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_that_unpacks_to_too_much() {
    let bomb = zstd::bulk::compress(&vec![0; 80 << 20], 1).unwrap();
    excepted("too_large", move |resource, answer| match resource {
        Resource::Package(..) => Some(bomb.clone().into()),
        _ => answer,
    })
    .await;
}

/// Unpacks a package, alters its bytes, packs it again.
fn repacked(bytes: &Bytes, alter: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut plain = zstd::bulk::decompress(bytes, 64 << 20).unwrap();
    alter(&mut plain);
    zstd::bulk::compress(&plain, 1).unwrap().into()
}

fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from);
    let at = at.expect("it is there");
    bytes[at..at + from.len()].copy_from_slice(to);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_is_swapped() {
    excepted("mismatched", |resource, answer| match resource {
        Resource::Package(..) => answer
            .map(|bytes| repacked(&bytes, |plain| replace(plain, b"192.0.2.1'", b"192.0.2.9'"))),
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_that_is_wrong() {
    // A head that names another class of bytes: the salts are right, the commitment is not to this.
    excepted("mismatched", |resource, answer| match resource {
        Resource::Package(..) => {
            answer.map(|bytes| repacked(&bytes, |plain| replace(plain, b"\"seq\":3", b"\"seq\":2")))
        }
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_content_that_is_missing() {
    excepted("missing", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Content(..)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_content_that_is_another() {
    excepted("mismatched", |resource, answer| match resource {
        Resource::Content(..) => answer.map(|bytes| flipped(&bytes)),
        _ => answer,
    })
    .await;
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
