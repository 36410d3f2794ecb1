//! `kill -9` of either node, or of both, at random moments of passing 20,000 items between real processes: nothing that
//! was acknowledged is lost, nothing is doubled, both sides reach equal roots and receipts, `fsck` is clean.
//!
//! `CHANCERY_KILLS` says how often (50), `CHANCERY_KILL_SEED` repeats the moments of a run.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use crate::process::{self, Process, found, variable};
use node::{Node, trees};
use store::{CosignatureKind, SignedKind};
use testkit::samples;

/// Items passed, all of them different.
const ITEMS: usize = 20_000;
/// Items of one request.
const BATCH: usize = 100;
/// Kills unless `CHANCERY_KILLS` says otherwise.
const KILLS: usize = 50;
/// How long one batch may take to be acknowledged, and both sides to agree after the last kill.
const PATIENCE: Duration = Duration::from_secs(100);
/// The longest that the nodes live between two kills.
const LIFE_MILLIS_MAX: u64 = 1_200;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_by_kills_at_random_moments() {
    let kills: usize = variable("CHANCERY_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let seed =
        variable("CHANCERY_KILL_SEED").map_or_else(seed_of_now, |text| text.parse().unwrap());
    println!("CHANCERY_KILL_SEED={seed} CHANCERY_KILLS={kills}");
    let dir = tempfile::tempdir().unwrap();
    let mut nodes = found(dir.path(), "cyber", 0);
    for node in &mut nodes {
        node.start();
    }

    let killed = Arc::new(AtomicUsize::new(0));
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let client = tokio::spawn(pass_everything(
        nodes[0].api(),
        kills,
        killed.clone(),
        acknowledged.clone(),
    ));
    let mut random = Xorshift(seed | 1);
    for _ in 0..kills {
        // Any moment of whatever the nodes do: there is no condition to wait for.
        tokio::time::sleep(Duration::from_millis(random.below(LIFE_MILLIS_MAX))).await;
        let which = random.below(3);
        for (index, node) in nodes.iter_mut().enumerate() {
            if which == 2 || which == index as u64 {
                node.kill();
            }
        }
        for node in &mut nodes {
            node.start();
        }
        let count = killed.fetch_add(1, Ordering::SeqCst) + 1;
        if count.is_multiple_of(10) {
            let items = acknowledged.load(Ordering::SeqCst);
            println!("{count} kills, {items} items acknowledged");
        }
    }
    client
        .await
        .expect("every batch is acknowledged in the end");

    settle(&nodes).await;
    for node in &mut nodes {
        node.stop();
        let fsck = node.command(&["--json", "fsck"]);
        assert!(
            fsck.status.success(),
            "{}",
            String::from_utf8_lossy(&fsck.stdout)
        );
    }
    let opened = [nodes[0].open().await, nodes[1].open().await];
    assert_eq!(record_of(&opened[0]).await, record_of(&opened[1]).await);
    for node in &opened {
        assert_eq!(
            testkit::audit(node).await,
            Vec::<String>::new(),
            "{}",
            node.me()
        );
        let held = objects_of(node).await;
        for number in 0..ITEMS {
            let id = samples::indicator_id("kill", number);
            assert_eq!(held.get(&id), Some(&1), "{id} at {}", node.me());
        }
        assert_eq!(
            held.len(),
            ITEMS,
            "{} holds what was never passed",
            node.me()
        );
    }
}

/// Passes all items, each batch again and again until it is acknowledged; not faster than the kills come, so that each of
/// them finds something under way.
async fn pass_everything(
    api: process::Api,
    kills: usize,
    killed: Arc<AtomicUsize>,
    acknowledged: Arc<AtomicUsize>,
) {
    let due = || ITEMS * (killed.load(Ordering::SeqCst) + 1) / (kills + 1);
    for first in (0..ITEMS).step_by(BATCH) {
        while first > due() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let objects = samples::indicators("kill", first..first + BATCH);
        let asked = Instant::now();
        loop {
            match api.pass("cyber", objects.clone()).await {
                Ok(report) => {
                    let came = report.passed + report.already_held;
                    assert_eq!(came, BATCH as u64, "{:?}", report.outcomes);
                    break;
                }
                // Nobody there, cut off in the middle, or uncertain.
                Err(why) => assert!(asked.elapsed() < PATIENCE, "{why}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        acknowledged.fetch_add(BATCH, Ordering::SeqCst);
    }
}

/// Waits until both nodes show the same logs, each receipted over its whole size.
async fn settle(nodes: &[Process; 2]) {
    let begun = Instant::now();
    loop {
        let shown = [nodes[0].api().logs().await, nodes[1].api().logs().await];
        if let [Ok(alpha), Ok(beta)] = &shown
            && alpha == beta
            && alpha.len() == 2
            && alpha.values().all(|log| log.receipted == log.size)
        {
            return;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "the nodes do not agree: {shown:#?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Of each log, by origin: size, root, and how far the other party has receipted it.
async fn record_of(node: &Node) -> BTreeMap<String, (u64, String, u64)> {
    let mut record = BTreeMap::new();
    for log in node.directory().logs() {
        let size = node.store().log(log.id).await.unwrap().unwrap().size;
        let root = trees::root_at(&**node.store(), log.id, size).await.unwrap();
        let cosigned = node.store().newest_cosigned(log.id).await.unwrap();
        let receipts = cosigned
            .iter()
            .filter(|each| each.kind == CosignatureKind::Receipt);
        let receipted = receipts.map(|each| each.size).max().unwrap_or(0);
        if !log.mine {
            let origin = log.origin.as_str();
            let signed = node.sign_state().load(SignedKind::Receipt, origin).await;
            assert_eq!(signed.unwrap().unwrap().size, receipted);
        }
        record.insert(log.origin.to_string(), (size, root.to_string(), receipted));
    }
    record
}

/// How often each object stands on the track.
async fn objects_of(node: &Node) -> BTreeMap<String, u32> {
    let mut held = BTreeMap::new();
    let track = node.directory().track("cyber").unwrap();
    let mut after = 0;
    loop {
        let page = node.store().objects(track.id, after, 10_000).await.unwrap();
        let Some(last) = page.last() else {
            return held;
        };
        after = last.arrival;
        for object in page {
            *held.entry(object.key.stix_id).or_default() += 1;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a seed that differs from run to run, and is printed"
)]
pub(crate) fn seed_of_now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap().as_micros() as u64
}

/// Marsaglia's generator: moments and choices from a seed.
pub(crate) struct Xorshift(pub(crate) u64);

impl Xorshift {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
