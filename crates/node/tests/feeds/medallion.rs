//! A real server of another make: medallion 3.0.0, the TAXII server of OASIS, from PyPI.
//!
//! It is installed once into a virtual environment in the target directory. Where there is no Python, or nothing can be
//! installed, these tests say so and test nothing.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::TryStreamExt as _;
use serde_json::{Value, json};
use taxii::client::{Client, Error, Query, Version};
use testkit::samples;

use crate::world::{HERE, Node, indicators, names};

/// Longest wait for it to answer.
const START_TIME_MAX: Duration = Duration::from_secs(30);

/// One test installs it, the others wait.
static INSTALLING: Mutex<()> = Mutex::new(());

struct Medallion {
    process: Child,
    url: String,
    _dir: tempfile::TempDir,
}

impl Drop for Medallion {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program, installed if it is not yet.
fn installed() -> Result<PathBuf, String> {
    let _one = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("medallion-3.0.0");
    let program = venv.join("bin/medallion");
    // Written last, so that an installation that broke off is not taken for a whole one.
    let whole = venv.join("installed");
    if whole.exists() {
        return Ok(program);
    }
    let run = |command: &mut Command| {
        let output = command.output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    run(Command::new(venv.join("bin/pip")).args(["install", "--quiet", "medallion==3.0.0"]))?;
    std::fs::write(&whole, "").map_err(|error| error.to_string())?;
    Ok(program)
}

#[expect(clippy::print_stderr, reason = "a test that tests nothing says so")]
fn skipped(why: &str) {
    eprintln!(
        "SKIPPED: medallion 3.0.0 cannot be had here: {}",
        why.trim()
    );
}

/// A medallion with one collection, pages of at most 20; none where it cannot be had.
async fn start() -> Option<Medallion> {
    let program = tokio::task::spawn_blocking(installed).await.unwrap();
    let program = match program {
        Ok(program) => program,
        Err(why) => {
            skipped(&why);
            return None;
        }
    };
    let dir = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let base = format!("http://127.0.0.1:{port}");
    let data = json!({
        "/discovery": { "title": "medallion", "default": format!("{base}/api/"), "api_roots": [format!("{base}/api/")] },
        "api": {
            "information": { "title": "r", "versions": ["application/taxii+json;version=2.1"], "max_content_length": 100_000 },
            "status": [],
            "collections": [{ "id": "91a7b528-80eb-42ed-a74d-c6fbd5a26116", "title": "High value", "can_read": true,
                "can_write": true, "media_types": ["application/stix+json;version=2.1"], "objects": [], "manifest": [] }],
        },
    });
    let file = dir.path().join("data.json");
    std::fs::write(&file, data.to_string()).unwrap();
    let config = json!({
        "backend": { "module": "medallion.backends.memory_backend", "module_class": "MemoryBackend", "filename": file },
        "users": { "admin": "open sesame" },
        "taxii": { "max_page_size": 20 },
    });
    let file = dir.path().join("config.json");
    std::fs::write(&file, config.to_string()).unwrap();
    let mut process = Command::new(program)
        .args(["--host", "127.0.0.1", "--port", &port.to_string()])
        .arg(&file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_err()
    {
        let ended = process.try_wait().unwrap();
        assert!(ended.is_none(), "medallion ended: {ended:?}");
        assert!(begun.elapsed() < START_TIME_MAX, "medallion did not start");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Some(Medallion {
        process,
        url: format!("{base}/taxii2/"),
        _dir: dir,
    })
}

#[tokio::test]
async fn the_client_does_everything_with_it() {
    let Some(medallion) = start().await else {
        return;
    };
    let client = Client::builder(&medallion.url)
        .basic("admin", "open sesame")
        .build()
        .unwrap();
    let root = client.default_root().await.unwrap();
    let collection = root.collection("High value").await.unwrap();
    let objects = indicators(0..90).into_iter().map(Into::into).collect();
    let sent: Vec<_> = collection.send(objects).try_collect().await.unwrap();
    assert_eq!(sent.last().unwrap().objects.end, 90);

    // Its pages have 20, the same token for all of them, and one date for everything that was posted at once.
    for size in [7, 20, 1_000] {
        let query = Query::new().limit(size);
        let listed: Vec<_> = collection.objects(query).try_collect().await.unwrap();
        let found: Vec<String> = listed
            .iter()
            .map(|each| {
                each.object.parse::<Value>().unwrap()["name"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(found, names(0..90), "limit {size}");
    }
    let manifest: Vec<_> = collection
        .manifest(Query::new())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(
        manifest.iter().map(|page| page.rows.len()).sum::<usize>(),
        90
    );
    assert!(manifest[0].first_added.is_some());

    let id = samples::indicator_id("x", 3);
    let versions: Vec<_> = collection
        .versions(&id, Query::new())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(versions[0].rows, ["2021-12-07T15:04:05.000Z"]);
    let all = Query::new().versions([Version::All]);
    collection.delete(&id, &all).await.unwrap();
    let gone: Result<Vec<_>, _> = collection.object(&id, Query::new()).try_collect().await;
    assert!(matches!(gone, Err(Error::NotFound { .. })), "{gone:?}");

    let wrong = Client::builder(&medallion.url)
        .basic("admin", "wrong")
        .build()
        .unwrap();
    let error = wrong.discovery().await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error}");
}

#[tokio::test]
async fn objects_go_from_a_node_through_it_to_another() {
    let Some(medallion) = start().await else {
        return;
    };
    let feed = |direction: &str| {
        json!({
            "name": "f", "direction": direction, "collection": HERE, "url": medallion.url,
            "remote_collection": "High value", "page_size": 15,
            "credentials": { "kind": "basic", "user": "admin", "password": "open sesame" },
        })
    };
    let (first, second) = (Node::new().await, Node::new().await);
    let objects = format!("[{}]", indicators(0..50).join(","));
    first.party().pass(HERE, objects).await;
    let mut out = feed("push");
    out["ceiling"] = json!("green");
    out["unmarked"] = json!(true);
    first.add(out).await;
    assert_eq!(first.run().await.counts.moved, 50);

    second.add(feed("pull")).await;
    assert_eq!(second.run().await.counts.moved, 50);
    assert_eq!(second.listed().await, names(0..50));
    let again = second.run().await;
    assert_eq!(again.counts.moved, 50, "nothing is doubled");

    let objects = format!("[{}]", indicators(50..60).join(","));
    first.party().pass(HERE, objects).await;
    first.run().await;
    second.run().await;
    assert_eq!(second.listed().await, names(0..60));
}
