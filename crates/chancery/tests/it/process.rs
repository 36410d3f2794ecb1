//! Nodes as processes of the real program, two of them in a dialogue that was founded by files.

use std::{
    collections::BTreeMap,
    fs::File,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use node::{
    Node,
    home::Home,
    settings::Settings,
    view::{PassReport, StatusView},
};

/// How long a node may take to answer after its start, or to end.
const START_TIME_MAX: Duration = Duration::from_secs(30);
/// How long a request may take.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);

/// The program under test.
pub(crate) fn chancery() -> Command {
    Command::new(env!("CARGO_BIN_EXE_chancery"))
}

/// An environment variable of the test run.
#[expect(
    clippy::disallowed_methods,
    reason = "a test has no other configuration"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A node: its directory, and its process while it runs.
pub(crate) struct Process {
    home: PathBuf,
    process: Option<Child>,
}

/// The API of a running node, over its socket.
#[derive(Clone)]
pub(crate) struct Api {
    client: reqwest::Client,
}

/// A log as a node shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Entries.
    pub(crate) size: u64,
    /// Root of the newest checkpoint.
    pub(crate) root: String,
    /// How far somebody has receipted it.
    pub(crate) receipted: u64,
}

/// Makes the nodes of Alpha and Beta under `dir` and founds a dialogue of theirs with one track, by files alone.
pub(crate) fn found(dir: &Path, track: &str, window_items: u64) -> [Process; 2] {
    let nodes = ["alpha", "beta"].map(|name| Process::init(dir, name));
    let (card, charter) = (dir.join("beta.card"), dir.join("charter"));
    let shown = nodes[1].done(&["card"]);
    std::fs::write(&card, shown.stdout).unwrap();
    let (card, charter) = (card.to_str().unwrap(), charter.to_str().unwrap());
    let window = window_items.to_string();
    nodes[0].done(&[
        "dialogue",
        "found",
        "--name",
        "Alpha-Beta",
        "--with",
        card,
        "--track",
        track,
        "--window-items",
        &window,
        "--out",
        charter,
    ]);
    nodes[1].done(&["dialogue", "accept", charter]);
    nodes[0].done(&["dialogue", "accept", charter]);
    nodes
}

impl Process {
    /// Makes a node.
    pub(crate) fn init(dir: &Path, name: &str) -> Self {
        let home = dir.join(name);
        let this = Self {
            home,
            process: None,
        };
        let (host, listen) = (format!("{name}.example"), free_address().to_string());
        let url = format!("https://{listen}");
        this.done(&[
            "init",
            "--host",
            &host,
            "--name",
            name,
            "--listen",
            &listen,
            "--public-url",
            &url,
        ]);
        let path = Home::at(&this.home).settings();
        let mut settings = this.settings();
        settings.poll_secs = 1;
        std::fs::write(path, toml::to_string(&settings).unwrap()).unwrap();
        this
    }

    fn settings(&self) -> Settings {
        let text = std::fs::read_to_string(Home::at(&self.home).settings()).unwrap();
        toml::from_str(&text).unwrap()
    }

    /// Lets it listen on the web when it runs next, and gives the URL.
    pub(crate) fn listen_on_the_web(&self) -> String {
        let mut settings = self.settings();
        let address = free_address();
        settings.web.listen = Some(address);
        let path = Home::at(&self.home).settings();
        std::fs::write(path, toml::to_string(&settings).unwrap()).unwrap();
        format!("http://{address}")
    }

    /// A command on it, not yet started.
    pub(crate) fn start_command(&self, arguments: &[&str]) -> Command {
        let mut command = chancery();
        command.arg("--home").arg(&self.home).args(arguments);
        command
    }

    /// Runs a command on it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Output {
        let mut command = chancery();
        command.arg("--home").arg(&self.home).args(arguments);
        command.stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a command on it that succeeds.
    pub(crate) fn done(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        output
    }

    /// Starts it, if it does not run, without waiting until it answers.
    pub(crate) fn start(&mut self) {
        if self.process.is_some() {
            return;
        }
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.home.join("log"));
        let mut command = chancery();
        command.arg("--home").arg(&self.home).args(["-v", "serve"]);
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn();
        self.process = Some(process.unwrap());
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn serve(&mut self) {
        self.start();
        let begun = Instant::now();
        while self.api().logs().await.is_err() {
            assert!(
                begun.elapsed() < START_TIME_MAX,
                "{} does not answer",
                self.home.display()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// SIGTERM, and its end in good order.
    pub(crate) fn stop(&mut self) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let pid = process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        let begun = Instant::now();
        loop {
            if let Some(status) = process.try_wait().unwrap() {
                assert!(status.success(), "it ended with {status}");
                return;
            }
            assert!(begun.elapsed() < START_TIME_MAX, "it does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Opens its directory in this process.
    pub(crate) async fn open(&self) -> Node {
        Node::open(Home::at(&self.home), self.settings())
            .await
            .unwrap()
    }

    /// Its API.
    pub(crate) fn api(&self) -> Api {
        let client = reqwest::Client::builder()
            .unix_socket(Home::at(&self.home).socket())
            .timeout(REQUEST_TIME_MAX)
            .build();
        Api {
            client: client.unwrap(),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Api {
    /// Passes objects.
    ///
    /// # Errors
    /// Words: nobody there, or a refusal.
    pub(crate) async fn pass(&self, track: &str, objects: String) -> Result<PassReport, String> {
        let url = format!("http://node/api/v1/pass?track={track}");
        let answer = self.client.post(url).body(objects).send().await;
        let answer = answer.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| error.to_string())?;
        if !status.is_success() {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body)));
        }
        serde_json::from_slice(&body).map_err(|error| error.to_string())
    }

    /// Every log the node shows, by origin.
    ///
    /// # Errors
    /// Words.
    pub(crate) async fn logs(&self) -> Result<BTreeMap<String, Shown>, String> {
        let answer = self.client.get("http://node/api/v1/status").send().await;
        let answer = answer.map_err(|error| error.to_string())?;
        let body = answer.bytes().await.map_err(|error| error.to_string())?;
        let status: StatusView =
            serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        let logs = status.tracks.into_iter().flat_map(|track| track.logs);
        let shown = logs.map(|log| {
            let receipted = log.receipts.iter().map(|receipt| receipt.size).max();
            let shown = Shown {
                size: log.size,
                root: log.root,
                receipted: receipted.unwrap_or(0),
            };
            (log.origin, shown)
        });
        Ok(shown.collect())
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, time_max: Duration, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < time_max, "never: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// A loopback address that nobody uses now, below the ports that the kernel gives to outgoing connections: one of those
/// could be taken before the node listens there.
pub(crate) fn free_address() -> SocketAddr {
    loop {
        let random = RandomState::new().build_hasher().finish();
        let port = 20_000 + u16::try_from(random % 12_000).unwrap();
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().unwrap();
        }
    }
}
