//! `kill -9` of a TAXII server at random moments, while eight clients post, one deletes, an officer clears what waits and
//! a feed pulls: what was answered with success is there exactly once, what was deleted is not, every status can be asked
//! for, dates of adding strictly increase, `fsck` is clean. What a client got no answer to it asks again, as clients do.
//!
//! `CHANCERY_KILLS` says how often (25), `CHANCERY_KILL_SEED` repeats the moments of a run.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::samples;
use tokio::task::JoinSet;

use crate::{
    feed,
    kill::{Xorshift, seed_of_now},
    process::{Process, variable},
};

/// Clients that post; the last two to the collection whose objects wait for clearance.
const WRITERS: usize = 8;
const TO_CLEARANCE: usize = 2;
/// Kills unless `CHANCERY_KILLS` says otherwise.
const KILLS: usize = 25;
/// The longest that the node lives between two kills.
const LIFE_MILLIS_MAX: u64 = 900;
/// Objects on the server that the feed pulls from.
const FED: usize = 600;
/// Longest wait for what has to come in the end.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(10);
const MEDIA: &str = "application/taxii+json;version=2.1";

/// What was answered.
#[derive(Default)]
struct Answered {
    /// Objects that were added, by collection.
    added: BTreeMap<&'static str, BTreeSet<String>>,
    /// Objects that wait for clearance, by their number in the outbox.
    pending: VecDeque<(u64, String)>,
    /// Objects that nobody asks for again, to be deleted.
    deletable: VecDeque<String>,
    deleted: BTreeSet<String>,
    /// Statuses with the number of their objects.
    statuses: Vec<(String, u64)>,
}

struct World {
    url: String,
    tokens: BTreeMap<&'static str, String>,
    client: reqwest::Client,
    answered: Mutex<Answered>,
    /// No more posts.
    stop: AtomicBool,
    /// Once nothing is left, no more of the others.
    finish: AtomicBool,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_outlives_every_kill() {
    let kills: usize = variable("CHANCERY_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let seed =
        variable("CHANCERY_KILL_SEED").map_or_else(seed_of_now, |text| text.parse().unwrap());
    println!("CHANCERY_KILL_SEED={seed} CHANCERY_KILLS={kills}");
    let dir = tempfile::tempdir().unwrap();
    let (mut node, world) = set_up(dir.path()).await;
    node.serve().await;
    let (mut writers, mut others) = (JoinSet::new(), JoinSet::new());
    for number in 0..WRITERS {
        writers.spawn(world.clone().post(number));
    }
    others.spawn(world.clone().delete());
    others.spawn(world.clone().clear());
    let mut random = Xorshift(seed | 1);
    for _ in 0..kills {
        // Any moment of whatever it does: there is no condition to wait for.
        tokio::time::sleep(Duration::from_millis(random.below(LIFE_MILLIS_MAX))).await;
        node.kill();
        node.serve().await;
    }
    world.stop.store(true, Ordering::Relaxed);
    while let Some(client) = writers.join_next().await {
        client.unwrap();
    }
    // Nothing is added any more; what is left of deleting and clearing is done.
    world.finish.store(true, Ordering::Relaxed);
    while let Some(client) = others.join_next().await {
        client.unwrap();
    }
    check(&world).await;
    // Once more in good order, which must not be needed for any of it.
    node.kill();
    node.serve().await;
    check(&world).await;
    node.stop();
    node.done(&["fsck"]);
}

/// A node with three collections, people with tokens, and a feed.
async fn set_up(dir: &Path) -> (Process, Arc<World>) {
    let node = Process::init(dir, "alpha");
    node.done(&["collection", "create", "open"]);
    node.done(&["collection", "create", "checked", "--clearance", "1"]);
    node.done(&["collection", "create", "fed"]);
    let mut tokens = BTreeMap::new();
    for (name, role) in [("tool", "analyst"), ("otto", "officer")] {
        node.done(&["user", "create", name, "--role", role, "--no-password"]);
        for track in ["open", "checked", "fed"] {
            let grant = ["grant", track, "--user", name, "--read", "--write"];
            node.done(&[&["collection"], &grant[..]].concat());
        }
        let made = node.done(&[
            "--json", "token", "create", "--user", name, "--name", "test",
        ]);
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        tokens.insert(name, made["secret"].as_str().unwrap().to_owned());
    }
    let from = feed::serve(FED).await;
    let server = ["--server", &from, "--collection", "C"];
    let into = ["--into", "fed", "--page-size", "10"];
    node.done(&[&["feed", "add", "osint"], &server[..], &into[..]].concat());
    let url = node.listen_on_the_web();
    let world = World {
        url,
        tokens,
        client: reqwest::Client::builder().no_proxy().build().unwrap(),
        answered: Mutex::default(),
        stop: AtomicBool::new(false),
        finish: AtomicBool::new(false),
    };
    (node, Arc::new(world))
}

impl World {
    fn answered(&self) -> MutexGuard<'_, Answered> {
        self.answered.lock().unwrap()
    }

    /// Asks until there is an answer: nobody may be there, or cut off in the middle. It never says that it is its own
    /// fault.
    async fn ask(&self, who: &str, method: Method, path: &str, body: &str) -> (StatusCode, Value) {
        let begun = Instant::now();
        loop {
            let request = self
                .client
                .request(method.clone(), format!("{}{path}", self.url))
                .bearer_auth(&self.tokens[who])
                .header("content-type", MEDIA)
                .body(body.to_owned());
            if let Ok(answer) = request.send().await {
                let status = answer.status();
                assert!(!status.is_server_error(), "{method} {path}: {status}");
                if let Ok(bytes) = answer.bytes().await {
                    return (status, serde_json::from_slice(&bytes).unwrap_or_default());
                }
            }
            assert!(begun.elapsed() < PATIENCE, "{method} {path}: no answer");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Posts one envelope after the other, each again until it is answered.
    async fn post(self: Arc<Self>, client: usize) {
        let waits = client >= WRITERS - TO_CLEARANCE;
        let track = if waits { "checked" } else { "open" };
        let path = format!("/taxii2/local/collections/{track}/objects/");
        let mut round = 0;
        while !self.stop.load(Ordering::Relaxed) {
            let count = [1, 3, 20][round % 3];
            let numbers = round * 20..round * 20 + count;
            let objects: Vec<String> = numbers
                .map(|number| samples::indicator(&format!("client {client}"), number))
                .collect();
            let body = format!(r#"{{"objects":[{}]}}"#, objects.join(","));
            let (code, status) = self.ask("tool", Method::POST, &path, &body).await;
            assert_eq!(code, StatusCode::ACCEPTED, "{status}");
            assert_eq!(status["failure_count"], 0, "{status}");
            self.told(track, &status, round % 4 == 0 && !waits);
            round += 1;
        }
    }

    /// Remembers what a status says.
    fn told(&self, track: &'static str, status: &Value, deletes: bool) {
        let ids = |list: &str| -> Vec<String> {
            let details = status[list].as_array().into_iter().flatten();
            details
                .map(|each| each["id"].as_str().unwrap().to_owned())
                .collect()
        };
        let mut answered = self.answered();
        let total = status["total_count"].as_u64().unwrap();
        let id = status["id"].as_str().unwrap().to_owned();
        answered.statuses.push((id, total));
        answered
            .added
            .entry(track)
            .or_default()
            .extend(ids("successes"));
        if deletes {
            answered.deletable.extend(ids("successes"));
        }
        for (each, id) in status["pendings"]
            .as_array()
            .into_iter()
            .flatten()
            .zip(ids("pendings"))
        {
            let words = each["message"].as_str().unwrap();
            let number = words
                .split(' ')
                .find_map(|word| word.parse().ok())
                .expect("the message has the number in the outbox");
            answered.pending.push_back((number, id));
        }
    }

    async fn delete(self: Arc<Self>) {
        loop {
            let next = self.answered().deletable.front().cloned();
            let Some(id) = next else {
                if self.finish.load(Ordering::Relaxed) {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let path = format!("/taxii2/local/collections/open/objects/{id}/");
            let (code, _) = self.ask("tool", Method::DELETE, &path, "").await;
            // The answer to the first attempt may have been lost.
            assert!(
                [StatusCode::OK, StatusCode::NOT_FOUND].contains(&code),
                "{code}"
            );
            let mut answered = self.answered();
            answered.deletable.pop_front();
            answered.deleted.insert(id);
        }
    }

    async fn clear(self: Arc<Self>) {
        loop {
            let next: Vec<_> = self.answered().pending.iter().take(50).cloned().collect();
            if next.is_empty() {
                if self.finish.load(Ordering::Relaxed) {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
                continue;
            }
            let numbers: Vec<u64> = next.iter().map(|(number, _)| *number).collect();
            let body = json!({ "items": numbers }).to_string();
            let path = "/api/v1/outbox/clear";
            let (code, decided) = self.ask("otto", Method::POST, path, &body).await;
            assert_eq!(code, StatusCode::OK, "{decided}");
            let mut answered = self.answered();
            answered.pending.drain(..next.len());
            let cleared = next.into_iter().map(|(_, id)| id);
            answered.added.entry("checked").or_default().extend(cleared);
        }
    }

    /// The ids of a collection with when they were added, page by page.
    async fn ids(&self, track: &str) -> Vec<(String, String)> {
        let (mut rows, mut next) = (Vec::new(), String::new());
        loop {
            let path = format!(
                "/taxii2/local/collections/{track}/manifest/?limit=500&match[version]=all{next}"
            );
            let (code, page) = self.ask("tool", Method::GET, &path, "").await;
            assert_eq!(code, StatusCode::OK, "{page}");
            for row in page["objects"].as_array().into_iter().flatten() {
                let text = |name: &str| row[name].as_str().unwrap().to_owned();
                rows.push((text("date_added"), text("id")));
            }
            match page["next"].as_str() {
                Some(token) => next = format!("&next={token}"),
                None => return rows,
            }
        }
    }
}

/// Everything that was answered is so.
async fn check(world: &World) {
    let begun = Instant::now();
    // What was cleared reaches the record by itself.
    let cleared = world.answered().added["checked"].len();
    for (track, count) in [("checked", cleared), ("fed", FED)] {
        while world.ids(track).await.len() < count {
            assert!(begun.elapsed() < PATIENCE, "{track} never has all");
            tokio::time::sleep(PAUSE).await;
        }
    }
    let (added, deleted) = {
        let answered = world.answered();
        (answered.added.clone(), answered.deleted.clone())
    };
    assert!(!deleted.is_empty() && added["open"].len() > deleted.len());
    for track in ["open", "checked", "fed"] {
        let rows = world.ids(track).await;
        let dates: Vec<_> = rows.iter().map(|(date, _)| date).collect();
        assert!(dates.is_sorted_by(|one, next| one < next), "{track}");
        let ids: BTreeSet<_> = rows.iter().map(|(_, id)| id.clone()).collect();
        assert_eq!(ids.len(), rows.len(), "{track}: something is there twice");
        let Some(added) = added.get(track) else {
            assert_eq!(ids.len(), FED);
            continue;
        };
        let mut should = added.clone();
        if track == "open" {
            should = &should - &deleted;
            assert_eq!(ids.intersection(&deleted).next(), None);
        }
        assert_eq!(should.difference(&ids).next(), None, "{track}: lost");
    }
    let statuses = world.answered().statuses.clone();
    for (id, total) in statuses {
        let path = format!("/taxii2/local/status/{id}/");
        let (code, status) = world.ask("tool", Method::GET, &path, "").await;
        assert_eq!(code, StatusCode::OK, "status {id}: {status}");
        assert_eq!(
            (&status["total_count"], &status["status"]),
            (&json!(total), &json!("complete"))
        );
    }
}
