//! A running node with users and collections, and requests to it.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

/// The media type of TAXII 2.1.
pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";
/// How long a node may take to be set up and to answer.
const START_TIME_MAX: Duration = Duration::from_secs(120);
/// How long it may take to end.
const STOP_TIME_MAX: Duration = Duration::from_secs(30);

/// A node in a directory of its own, stopped when dropped.
pub(crate) struct Served {
    dir: tempfile::TempDir,
    process: Child,
    url: String,
    client: Client,
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

impl Served {
    /// Sets it up with everything that `conformance/peers/chancery` makes, and waits until it answers.
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let log = fs::File::create(dir.path().join("log")).unwrap();
        let mut process = Command::new(repository().join("conformance/peers/chancery"))
            .arg(dir.path())
            .arg(port.to_string())
            .env("CHANCERY", env!("CARGO_BIN_EXE_chancery"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let until = Instant::now() + START_TIME_MAX;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = process.try_wait().unwrap() {
                let told = fs::read_to_string(dir.path().join("log")).unwrap();
                panic!("the node ended with {status}: {told}");
            }
            assert!(Instant::now() < until, "the node does not answer");
            thread::sleep(Duration::from_millis(20));
        }
        Self {
            dir,
            process,
            url: format!("http://127.0.0.1:{port}"),
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// What to call the suites with.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let lines = fs::read_to_string(self.dir.path().join("arguments")).unwrap();
        lines.lines().map(str::to_owned).collect()
    }

    fn argument(&self, name: &str) -> String {
        let arguments = self.arguments();
        let at = arguments.iter().position(|each| each == name).unwrap();
        arguments[at + 1].clone()
    }

    /// A request of the first user to a path below the collection that is open to them.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let url = format!("{}/taxii2/local/collections/open/{path}", self.url);
        self.client
            .request(method, url)
            .basic_auth(self.argument("--user"), Some(self.argument("--password")))
            .header("Accept", TAXII)
    }

    /// Posts a body to the collection.
    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> Response {
        let request = self.request(reqwest::Method::POST, "objects/");
        request
            .header("Content-Type", TAXII)
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// Adds objects, all of which are taken.
    pub(crate) async fn add(&self, objects: &[Value]) {
        let answer = self.post(json!({ "objects": objects }).to_string()).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let status = read(answer).await;
        assert_eq!(status["success_count"], objects.len(), "{status}");
    }

    /// The most memory the process has had, MiB.
    pub(crate) fn memory_peak_mib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        let asked = Command::new("kill").arg(&pid).status();
        let until = Instant::now() + STOP_TIME_MAX;
        while asked.is_ok() && Instant::now() < until {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !thread::panicking() {
            panic!("the node did not stop within {STOP_TIME_MAX:?}");
        }
    }
}

/// The JSON of an answer.
pub(crate) async fn read(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// A note of a type, with an id of its own.
pub(crate) fn object(kind: &str, number: u64) -> Value {
    json!({
        "type": kind,
        "spec_version": "2.1",
        "id": format!("{kind}--{:08x}-0000-4000-8000-{:012x}", number >> 32, number & 0xffff_ffff),
        "created": "2024-03-01T10:00:00.000Z",
        "modified": "2024-03-01T10:00:00.000Z",
        "name": format!("object {number}"),
    })
}
