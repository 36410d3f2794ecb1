//! A party of a world: a directory, a node in it that is started and stopped, and the line to it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::body::Body;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use node::{
    Machine, Node, OpenError,
    api::ApiErrorBody,
    directory::LogEntry,
    home::Home,
    listen::{self, Terms},
    parties,
    serve::Serving,
    settings::Settings,
    setup::{self, NewOffice},
    sync,
    tls::{KnownPins, Pin},
    view::{PassReport, SyncLine, SyncReport},
};
use serde::{Serialize, de::DeserializeOwned};
use store::{Faults, FaultySignState, FaultyStore, FileSignState, SqliteStore, StoreOptions};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::{
    line::Line,
    machine::{ManualClock, SeededRandom},
};

/// How long a lock may take to be released by a node that was stopped.
const RELEASE_TIME_MAX: Duration = Duration::from_secs(10);

/// A refusal of the node's API.
#[derive(Debug)]
pub struct Refused {
    /// The status.
    pub status: StatusCode,
    /// The stable word and the sentence.
    pub error: ApiErrorBody,
}

/// A party and its node.
pub struct Party {
    name: String,
    home: Home,
    settings: Settings,
    clock: Arc<ManualClock>,
    /// Lives of the node so far: each has its own randomness.
    lives: u32,
    faults: Faults,
    line: Line,
    running: Option<Running>,
}

struct Running {
    node: Node,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Party {
    /// Makes a node for the party `name` in a directory of that name under `dir`. It is not started.
    pub async fn new(dir: &Path, name: &str, clock: Arc<ManualClock>) -> Self {
        let line = Line::lay().await;
        let url = format!("https://{}", line.address());
        let listen = "127.0.0.1:0".parse().expect("an address");
        let settings = Settings {
            poll_secs: 3_600,
            ..Settings::new(format!("{name}.example"), name, url, listen)
        };
        let home = Home::create(dir.join(name)).expect("a fresh directory");
        let random = SeededRandom::new(format!("{name}/keys"));
        let office = NewOffice {
            name: "Duty desk".to_owned(),
            hours: "always".to_owned(),
            contact: "+1 555 0100".to_owned(),
        };
        setup::init(&home, &settings, &office, &*clock, &random).expect("a node is made");
        let text = toml::to_string(&settings).expect("settings are TOML");
        home.write(&home.settings(), text.as_bytes())
            .expect("settings are written");
        Self {
            name: name.to_owned(),
            home,
            settings,
            clock,
            lives: 0,
            faults: Faults::default(),
            line,
            running: None,
        }
    }

    /// Another node over a copy of this party's directory as it is now, sign-state and keys and all: a cloned machine.
    /// Its line is one that nobody knows.
    pub async fn cloned(&self, dir: &Path) -> Self {
        self.snapshot(dir);
        Self {
            name: format!("{}, cloned", self.name),
            home: Home::at(dir),
            settings: self.settings.clone(),
            clock: self.clock.clone(),
            lives: 1_000,
            faults: Faults::default(),
            line: Line::lay().await,
            running: None,
        }
    }

    /// Copies its directory, sign-state and keys and all, as an operator must not.
    pub fn snapshot(&self, to: &Path) {
        assert!(self.running.is_none(), "a running node is not copied");
        copy(self.home.dir(), to);
    }

    /// Puts back what [`Party::snapshot`] copied.
    pub fn roll_back(&self, from: &Path) {
        assert!(self.running.is_none(), "a running node is not replaced");
        std::fs::remove_dir_all(self.home.dir()).expect("a directory is removed");
        copy(from, self.home.dir());
    }

    /// What fails, when it is told to.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The line by which the others reach it.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// Its directory.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Its settings, for the next start.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Its running node.
    ///
    /// # Panics
    /// When it does not run.
    pub fn node(&self) -> &Node {
        &self.running.as_ref().expect("the node runs").node
    }

    /// Opens the node without serving.
    ///
    /// # Errors
    /// Those of [`Node::open_on`].
    pub async fn open(&mut self) -> Result<Node, OpenError> {
        self.lives += 1;
        let begun = Instant::now();
        loop {
            let machine = Machine {
                clock: self.clock.clone(),
                random: Arc::new(SeededRandom::new(format!("{}/{}", self.name, self.lives))),
                store: Some(Arc::new(FaultyStore::new(
                    SqliteStore::open(&self.home.record(), StoreOptions::default())
                        .map_err(OpenError::Store)?,
                    self.faults.clone(),
                ))),
                sign_state: Some(Arc::new(FaultySignState::new(
                    FileSignState::open(&self.home.sign_state()).map_err(OpenError::SignState)?,
                    self.faults.clone(),
                ))),
            };
            match Node::open_on(self.home.clone(), self.settings.clone(), machine).await {
                // The last connection of the life before may still be ending.
                Err(error) if error.is_held() && begun.elapsed() < RELEASE_TIME_MAX => {
                    tokio::task::yield_now().await;
                }
                opened => return opened,
            }
        }
    }

    /// Starts the node and serves the other parties, but goes on no rounds by itself: a test says when.
    pub async fn start(&mut self) {
        let node = self.open().await.expect("the node opens");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        let tls = node
            .keys()
            .tls
            .server_config(Arc::new(Known(node.clone())))
            .expect("TLS is configured");
        let stop = CancellationToken::new();
        let router = parties::router(node.clone());
        let terms = Terms::new(node.settings().web.limits.clone(), stop.clone());
        let serving = tokio::spawn(listen::serve_parties(listener, tls, router, terms));
        self.line.lead_to(Some(address));
        self.running = Some(Running {
            node,
            stop,
            serving,
        });
    }

    /// Starts the node whole, as `chancery serve` does: it goes on rounds by hints and by the clock.
    pub async fn serve(&mut self) {
        let node = self.open().await.expect("the node opens");
        let stop = CancellationToken::new();
        let serving: Serving = node.serve(stop.clone()).await.expect("the node serves");
        self.line.lead_to(Some(serving.parties()));
        self.running = Some(Running {
            node,
            stop,
            serving: tokio::spawn(serving.ended()),
        });
    }

    /// Stops the node in good order.
    pub async fn stop(&mut self) {
        self.line.lead_to(None);
        if let Some(running) = self.running.take() {
            running.stop.cancel();
            running.node.stop().await;
            running.serving.await.expect("serving ends without a panic");
        }
    }

    /// Stops the node and starts it again.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.start().await;
    }

    /// A log of a track as it is known here: the newest one of the party `of`.
    pub fn log(&self, track: &str, of: &Self) -> Arc<LogEntry> {
        let directory = self.node().directory();
        let track = directory.track(track).expect("the track is known");
        let host = of.settings.host.parse().expect("a host");
        let mut chain = directory.chain(&track, &host);
        chain.pop().expect("the party has a log there")
    }

    /// Calls the API as the node's own people do.
    ///
    /// # Errors
    /// The node's refusal.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Refused> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from(body))
            .expect("a request");
        let answer = self.node().api().oneshot(request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        let status = answer.status();
        let bytes = answer.into_body().collect().await.expect("a whole answer");
        let bytes = bytes.to_bytes().to_vec();
        if status.is_success() {
            return Ok(bytes);
        }
        let error = serde_json::from_slice(&bytes).expect("a refusal is JSON");
        Err(Refused { status, error })
    }

    /// Posts JSON and reads JSON.
    ///
    /// # Errors
    /// The node's refusal.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Refused> {
        let body = serde_json::to_vec(body).expect("a request is JSON");
        let answer = self.call(Method::POST, path, body).await?;
        Ok(serde_json::from_slice(&answer).expect("the answer is what it should be"))
    }

    /// Passes objects.
    ///
    /// # Errors
    /// The node's refusal.
    pub async fn try_pass(&self, track: &str, objects: String) -> Result<PassReport, Refused> {
        let path = format!("/api/v1/pass?track={track}");
        let answer = self.call(Method::POST, &path, objects.into_bytes()).await?;
        Ok(serde_json::from_slice(&answer).expect("a report"))
    }

    /// Passes objects, all of which are new.
    pub async fn pass(&self, track: &str, objects: String) -> PassReport {
        let report = self.try_pass(track, objects).await;
        let report = report.expect("the objects are passed");
        assert_eq!(
            (report.already_held, report.refused),
            (0, 0),
            "{:?}",
            report.outcomes
        );
        report
    }

    /// One round with every other party.
    pub async fn round(&self) -> SyncReport {
        sync::round(self.node()).await
    }

    /// One round with one other party.
    pub async fn round_with(&self, other: &Self) -> Vec<SyncLine> {
        sync::engine::with(self.node(), other.node().me()).await
    }

    /// The kinds of all alarms here, in order.
    pub async fn alarms(&self) -> Vec<String> {
        let alarms = self.node().store().alarms(0, 1_000).await;
        let alarms = alarms.expect("alarms are read");
        alarms.into_iter().map(|each| each.alarm.kind).collect()
    }
}

/// Copies a directory with everything in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory is made");
    for file in std::fs::read_dir(from).expect("a directory is read") {
        let file = file.expect("a directory is read");
        let target: PathBuf = to.join(file.file_name());
        let kind = file.file_type().expect("a file has a type");
        if kind.is_dir() {
            copy(&file.path(), &target);
        } else if kind.is_file() {
            std::fs::copy(file.path(), target).expect("a file is copied");
        }
    }
}

/// Asks the directory on every handshake, as the node does.
struct Known(Node);

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Known")
    }
}

impl KnownPins for Known {
    fn knows(&self, pin: Pin) -> bool {
        self.0.directory().party_of(pin).is_some()
    }
}
