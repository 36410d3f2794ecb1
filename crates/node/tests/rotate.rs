//! New keys for a log: the old log ends in good order, a successor goes on, the other side follows and says why, and
//! what is signed with the old keys afterwards is believed by nobody. Every step of it fails once.
//!
//! Two nodes: alpha changes keys, beta follows. The clock stands still.

use bytes::Bytes;
use node::{
    directory::LogEntry,
    keys,
    request::{Prove, RotateKeys},
    resource::Resource,
    sync::{self, engine},
    view::{ProofView, RotatedView, SyncLine},
};
use record::{
    checkpoint::Checkpoint,
    cosignature::SigningTime,
    hash::{Hash, TreeSize},
    key::LogSigner,
    policy::Policy,
    verify::verify,
};
use store::When;
use testkit::{HostileSource, Party, Refused, World, samples};

const TRACK: &str = "cyber";

async fn world() -> World {
    let world = World::of(&["alpha", "beta"], TRACK).await;
    let alpha = world.party(0);
    alpha.pass(TRACK, samples::indicators("before", 0..5)).await;
    world.settle(TRACK).await;
    world
}

async fn rotate(party: &Party) -> Result<RotatedView, Refused> {
    let track = TRACK.to_owned();
    party.post("/api/v1/keys", &RotateKeys { track }).await
}

fn chain(of: &Party, at: &Party) -> Vec<std::sync::Arc<LogEntry>> {
    let directory = at.node().directory();
    let track = directory.track(TRACK).expect("the track is known");
    directory.chain(&track, of.node().me())
}

async fn prove(party: &Party, item: &str) -> ProofView {
    let request = Prove {
        item: item.to_owned(),
        level: "content".to_owned(),
    };
    let proof = party.post("/api/v1/proofs", &request).await;
    proof.expect("the item is proved")
}

fn holds(proof: &ProofView, policy: &str) -> Result<(), String> {
    let policy = Policy::parse(policy.as_bytes()).expect("a policy");
    verify(proof.proof.as_bytes(), &policy, None)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_log_gets_new_keys_and_the_other_side_follows() {
    let world = world().await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let old = alpha.log(TRACK, alpha);
    let early = prove(alpha, &format!("{}#1", old.origin)).await;

    let rotated = rotate(alpha).await.expect("the keys are replaced");
    assert_eq!(rotated.ended, old.origin.as_str());
    alpha.pass(TRACK, samples::indicators("after", 0..5)).await;
    world.settle(TRACK).await;
    world.audit().await;

    for at in [alpha, beta] {
        let logs = chain(alpha, at);
        let origins: Vec<&str> = logs.iter().map(|log| log.origin.as_str()).collect();
        assert_eq!(origins, [&*rotated.ended, &*rotated.successor]);
        assert_eq!(logs[0].closed.as_deref(), Some("its keys were replaced"));
        let end = logs[0].end.as_ref().expect("the successor names its end");
        assert_eq!(end.size().get(), rotated.size);
        assert_ne!(logs[0].verifier.keys(), logs[1].verifier.keys());
    }
    assert_eq!(beta.alarms().await, ["keys_replaced"]);
    assert!(!keys::has_log(alpha.home(), &old.origin));
    let signed = alpha.home().key_stems().expect("keys are listed");
    assert_eq!(
        signed
            .iter()
            .filter(|stem| stem.starts_with("log."))
            .count(),
        2
    );

    // The last word of the old log is receipted like any other, and the old proof is as good as a new one.
    let receipted = alpha.node().store().newest_cosigned(old.id).await;
    let receipted = receipted.expect("cosignatures are read");
    assert!(receipted.iter().any(|each| each.size == rotated.size));
    let late = prove(alpha, &format!("{}#1", old.origin)).await;
    let new = prove(alpha, &format!("{}#2", rotated.successor)).await;
    for proof in [&early, &late, &new] {
        assert_eq!(holds(proof, &proof.policy), Ok(()));
    }
    assert_eq!(holds(&early, &late.policy), Ok(()));
    // An address that was told once goes on naming the same item, and both sides count alike.
    for at in [alpha, beta] {
        let named = |address| at.node().directory().item(address);
        for (address, origin) in [
            ("cyber/alpha/1", &rotated.ended),
            ("cyber/alpha~1/1", &rotated.ended),
            ("cyber/alpha~2/1", &rotated.successor),
        ] {
            let (log, index) = named(address).expect("it names an item");
            assert_eq!((log.origin.as_str(), index), (&**origin, 1), "{address}");
        }
        for (wrong, words) in [
            (
                "cyber/alpha~3/1",
                "has 2 logs on `cyber`, and none has the number 3",
            ),
            ("cyber/beta~2/1", "has one log on `cyber`"),
            ("cyber/alpha~/1", "is no item"),
        ] {
            let refused = named(wrong).expect_err(wrong);
            assert!(refused.contains(words), "{wrong}: {refused}");
        }
    }
    assert_eq!(
        (&*rotated.ended_address, &*rotated.address),
        ("cyber/alpha", "cyber/alpha~2")
    );
    let other = holds(&new, &late.policy).expect_err("each log has keys of its own");
    assert!(other.contains("log"), "{other}");
}

#[tokio::test]
async fn keys_are_replaced_again_and_a_party_that_was_away_follows() {
    let mut world = world().await;
    world.party(1).line().cut();
    world.party_mut(1).stop().await;
    for batch in ["one", "two", "three"] {
        rotate(world.party(0)).await.expect("the keys are replaced");
        let passed = samples::indicators(batch, 0..3);
        world.party(0).pass(TRACK, passed).await;
    }
    world.party(1).line().mend();
    world.party_mut(1).start().await;
    world.settle(TRACK).await;
    world.audit().await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let origins = |at| {
        let logs = chain(alpha, at);
        logs.iter()
            .map(|log| log.origin.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(origins(beta), origins(alpha));
    assert_eq!(origins(beta).len(), 4);
    assert_eq!(beta.alarms().await, ["keys_replaced"; 3]);
}

/// Signs any checkpoint with stolen keys.
fn forge(signer: &LogSigner, size: u64, root: &[u8]) -> Bytes {
    let size = TreeSize::new(size).expect("a size");
    let origin = signer.origin();
    let checkpoint = Checkpoint::new(origin.key_name().clone(), size, Hash::of(root));
    let time = SigningTime::new(4_000_000_000, 0).expect("a time");
    let note = signer.sign(&checkpoint.expect("a checkpoint"), time);
    Bytes::copy_from_slice(note.expect("it signs").as_bytes())
}

/// What beta says when alpha's old log is offered under a forged checkpoint.
async fn offered(world: &World, log: &LogEntry, forged: Bytes) -> SyncLine {
    let (alpha, beta) = (world.party(0), world.party(1));
    let log = beta.node().directory().log(&log.hash).cloned();
    let source =
        HostileSource::new(
            alpha.node(),
            beta.node(),
            move |resource, answer| match resource {
                Resource::Checkpoint(_) => Some(forged.clone()),
                _ => answer,
            },
        );
    engine::one_log(beta.node(), &log.expect("beta knows it"), &source, None).await
}

#[tokio::test]
async fn stolen_old_keys_say_nothing_any_more() {
    let world = world().await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let old = alpha.log(TRACK, alpha);
    let stolen = keys::read_log(alpha.home(), &old.origin).expect("the keys are there");
    alpha.pass(TRACK, samples::indicators("unseen", 0..5)).await;
    let held = beta.node().store().log(old.id).await;
    let held = held.expect("a log is read").map_or(0, |log| log.size);
    let end = rotate(alpha).await.expect("the keys are replaced").size;
    assert!(held + 2 < end, "beta has not fetched the end");

    // Beta has heard of the successor, and of nothing else.
    let directory = beta.node().directory();
    let dialogue = &directory.dialogues()[0];
    let id = dialogue.charter.object().id().as_str().to_owned();
    let asked = Resource::Declarations(id);
    let notes = alpha.node().resource(beta.node().me(), &asked).await;
    let notes = notes.expect("it answers").expect("there are some");
    let notes = serde_json::from_slice(&notes).expect("a list");
    let refused = engine::all_declared(beta.node(), dialogue, notes).await;
    assert_eq!(refused, Vec::<String>::new());

    let beyond = forge(&stolen, end + 1, b"forged");
    for (forged, says) in [
        (beyond.clone(), "signed with its old keys for size"),
        (
            forge(&stolen, end, b"forged"),
            "signed with its old keys for another tree",
        ),
    ] {
        let line = offered(&world, &old, forged).await;
        let error = line.error.expect("it is refused");
        assert!(error.contains("its keys were replaced"), "{error}");
        assert!(error.contains(says), "{error}");
    }
    // Whether a smaller one is of the past cannot be told, so nothing is taken of it.
    let line = offered(&world, &old, forge(&stolen, end - 1, b"forged")).await;
    assert_eq!((line.error, line.before, line.after), (None, held, held));
    assert!(!line.receipted);
    let alarms = beta.alarms().await;
    assert_eq!(alarms, ["keys_replaced", "old_keys", "old_keys"]);
    let kept = beta.node().store().alarms(0, 10).await;
    let kept = kept.expect("alarms are read");
    assert!(kept[1].alarm.evidence == beyond, "the note itself is kept");

    // The true end is fetched and receipted all the same; no dispute came of it.
    world.settle(TRACK).await;
    world.audit().await;
    // With the true end in hand, another one is two histories: evidence, as ever.
    let line = offered(&world, &old, forge(&stolen, end, b"forged")).await;
    let error = line.error.expect("it is refused");
    assert!(error.contains("two histories"), "{error}");
}

#[tokio::test]
async fn a_declaration_that_ends_a_log_otherwise_is_refused() {
    use record::declaration::{Declaration, Predecessor};
    let world = world().await;
    let (alpha, beta) = (world.party(0), world.party(1));
    rotate(alpha).await.expect("the keys are replaced");
    world.settle(TRACK).await;
    let logs = chain(alpha, alpha);
    let fresh = keys::create_log(alpha.home(), alpha.node().me(), alpha.node().random());
    let fresh = fresh.expect("keys are made");
    let declare = |change: &dyn Fn(&mut Declaration)| {
        let mut declaration = Declaration {
            v: 1,
            dialogue: logs[0].track.dialogue.clone(),
            track: TRACK.to_owned(),
            party: alpha.node().me().clone(),
            origin: fresh.origin(),
            keys: fresh.vkeys(),
            serial: 0,
            issued: node::clock::utc_time(alpha.node().clock().now()),
            predecessor: Some(Predecessor {
                origin: logs[0].origin.clone(),
                size: TreeSize::new(3).expect("a size"),
                root: Hash::of(b"another"),
                is_final: true,
                reason: "because".to_owned(),
            }),
        };
        change(&mut declaration);
        let signed = declaration.sign(&alpha.node().keys().party);
        vec![signed.expect("it is signed").note().as_str().to_owned()]
    };
    let directory = beta.node().directory();
    let dialogue = &directory.dialogues()[0];
    let before = chain(alpha, beta).len();
    for (notes, says) in [
        (declare(&|_| {}), "ended otherwise"),
        (declare(&|it| it.predecessor = None), "succeeds no log"),
        (
            declare(&|it| {
                let unknown = "alpha.example/chancery/0123456789abcdef";
                let before = it.predecessor.as_mut().expect("it has one");
                before.origin = unknown.parse().expect("an origin");
            }),
            "is no log of alpha.example on cyber that is known here",
        ),
    ] {
        let refused = engine::all_declared(beta.node(), dialogue, notes).await;
        assert_eq!(refused.len(), 1);
        assert!(refused[0].contains(says), "{}", refused[0]);
    }
    assert_eq!(chain(alpha, beta).len(), before);
}

/// What happens after a step has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// The same command is given again.
    Again,
    /// The same, when the writer of the successor has repaired itself.
    AgainRepaired,
    /// The node is stopped and started anew; the command is given again only if the log had not ended.
    Restarts,
}

const EVERY_WAY: [Then; 2] = [Then::Again, Then::Restarts];

/// What the newest log of a party has is signed, without anybody asking for it.
async fn repaired(party: &Party) {
    let log = chain(party, party).pop().expect("it has a log");
    let held = party.node().store().log(log.id).await;
    let size = held.expect("it is read").expect("it is there").size;
    let writer = party.node().writer(log.id).expect("it has a writer");
    let mut published = writer.published();
    let signed = published.wait_for(|each| each.as_ref().is_some_and(|each| each.size >= size));
    signed.await.expect("the writer is there");
}

/// Alpha's change of keys breaks off at a write, goes on, and happens once.
async fn breaks_off(operation: &str, nth: u64, ways: &[Then]) {
    for when in [When::Before, When::After] {
        for then in ways.iter().copied() {
            let told = format!("{operation} {nth}, {when:?}, {then:?}");
            let mut world = world().await;
            let old = world.party(0).log(TRACK, world.party(0));
            world.party(0).faults().fail(operation, nth, when);
            rotate(world.party(0)).await.expect_err(&told);
            assert_eq!(world.party(0).faults().pending(), 0, "{told}");
            if then == Then::Restarts {
                world.party_mut(0).restart().await;
            }
            let alpha = world.party(0);
            if then == Then::AgainRepaired {
                repaired(alpha).await;
            }
            if then != Then::Restarts || chain(alpha, alpha).len() == 1 {
                let rotated = rotate(alpha).await.expect("it goes on");
                assert_eq!(rotated.ended, old.origin.as_str(), "{told}");
            }
            alpha.pass(TRACK, samples::indicators("after", 0..5)).await;
            world.settle(TRACK).await;
            world.audit().await;
            let (alpha, beta) = (world.party(0), world.party(1));
            let logs = chain(alpha, alpha);
            assert_eq!(logs.len(), 2, "{told}");
            assert_eq!(logs[1].predecessor.as_ref(), Some(&old.origin), "{told}");
            assert!(logs[0].end.is_some(), "{told}");
            assert_eq!(beta.alarms().await, ["keys_replaced"], "{told}");
            assert!(!keys::has_log(alpha.home(), &old.origin), "{told}");
            let declared = alpha.node().store().declarations(&old.track.dialogue).await;
            let declared = declared.expect("declarations are read");
            assert_eq!(declared.len(), 3, "{told}");
        }
    }
}

#[tokio::test]
async fn it_breaks_off_at_the_closing_entry() {
    breaks_off("append", 1, &EVERY_WAY).await;
}

#[tokio::test]
async fn it_breaks_off_at_the_last_signature() {
    breaks_off("advance", 1, &EVERY_WAY).await;
}

#[tokio::test]
async fn it_breaks_off_at_keeping_the_last_checkpoint() {
    breaks_off("put_checkpoint", 1, &EVERY_WAY).await;
}

#[tokio::test]
async fn it_breaks_off_at_closing_the_log() {
    breaks_off("close_log", 1, &EVERY_WAY).await;
}

#[tokio::test]
async fn it_breaks_off_at_the_declaration() {
    breaks_off("add_declarations", 1, &EVERY_WAY).await;
}

#[tokio::test]
async fn it_breaks_off_at_opening_the_successor() {
    breaks_off("open_log", 1, &EVERY_WAY).await;
}

// A log with entries and nothing in sign-state looks restored at a start, and is succeeded (RECORD R5), so
// going on within the process is what is tested here.
#[tokio::test]
async fn it_breaks_off_at_the_successors_first_entries() {
    breaks_off("append", 2, &[Then::Again, Then::AgainRepaired]).await;
}

#[tokio::test]
async fn it_breaks_off_at_the_successors_first_signature() {
    breaks_off("advance", 2, &[Then::Again]).await;
}

#[tokio::test]
async fn it_breaks_off_at_the_signature_over_the_first_entries() {
    breaks_off("advance", 3, &[Then::Again, Then::AgainRepaired]).await;
}

#[tokio::test]
async fn what_is_passed_meanwhile_is_in_one_of_the_two() {
    let world = world().await;
    let alpha = world.party(0);
    let passing = async {
        for batch in 0..6 {
            let objects = samples::indicators(&format!("meanwhile {batch}"), 0..20);
            alpha.pass(TRACK, objects).await;
        }
    };
    let (rotated, ()) = tokio::join!(rotate(alpha), passing);
    let rotated = rotated.expect("the keys are replaced");
    world.settle(TRACK).await;
    world.audit().await;
    let sizes: u64 = {
        let mut sum = 0;
        for log in chain(alpha, alpha) {
            let held = alpha.node().store().log(log.id).await;
            sum += held.expect("a log is read").map_or(0, |log| log.size);
        }
        sum
    };
    let acts = 5 + 6 * 20;
    // Two charters, `closed`, the declaration, and receipts of what beta has written.
    assert!(sizes >= acts + 4, "{sizes}");
    let report = sync::round(alpha.node()).await;
    assert!(report.logs.iter().all(|line| line.error.is_none()));
    assert_eq!(alpha.log(TRACK, alpha).origin.as_str(), rotated.successor);
}
