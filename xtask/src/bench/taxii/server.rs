//! A TAXII server in a process of its own, started by the script of its name in `conformance/peers`.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::connection::{Connection, Place};

/// How long installing and starting may take.
const START_TIME_MAX: Duration = Duration::from_secs(600);
/// How long stopping may take before it is killed.
const STOP_TIME_MAX: Duration = Duration::from_secs(20);

/// A running server, stopped when dropped.
pub(crate) struct Server {
    process: Child,
    place: Arc<Place>,
    root: String,
    collection: String,
}

impl Server {
    /// Starts `conformance/peers/NAME` and waits until it answers. What it prints goes to `dir`'s neighbour `NAME.log`.
    pub(crate) async fn start(name: &str, dir: &Path, chancery: &Path) -> anyhow::Result<Self> {
        let script: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../conformance/peers")
            .join(name);
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = dir.with_extension("log");
        let out = fs::File::create(&log)?;
        let mut process = Command::new(&script)
            .arg(dir)
            .arg(port.to_string())
            .env("CHANCERY", chancery)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| script.display().to_string())?;
        let until = Instant::now() + START_TIME_MAX;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let arguments = dir.join("arguments");
        while !(arguments.exists() && tokio::net::TcpStream::connect(address).await.is_ok()) {
            if let Some(status) = process.try_wait()? {
                let told = fs::read_to_string(&log)?;
                bail!("{name} ended with {status} before it served: {told}");
            }
            ensure!(Instant::now() < until, "{name} does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let arguments = fs::read_to_string(arguments)?;
        let option = |name: &str| {
            let mut lines = arguments.lines().skip_while(move |line| *line != name);
            lines.nth(1).map(str::to_owned)
        };
        let login = format!(
            "{}:{}",
            option("--user").context("--user")?,
            option("--password").context("--password")?
        );
        let mut server = Self {
            process,
            place: Arc::new(Place {
                address,
                host: format!("localhost:{port}"),
                authorization: format!("Basic {}", STANDARD.encode(login)),
            }),
            root: String::new(),
            collection: String::new(),
        };
        server.find(option("--collection").as_deref()).await?;
        Ok(server)
    }

    /// Finds the collection of this id or alias, or the first that can be read and written.
    async fn find(&mut self, wanted: Option<&str>) -> anyhow::Result<()> {
        let mut connection = Connection::to(&self.place);
        let discovery = connection.get("/taxii2/").await?;
        let discovery: Value = serde_json::from_slice(&discovery.body)?;
        let root = discovery["default"]
            .as_str()
            .or(discovery["api_roots"][0].as_str())
            .context("no API root")?;
        // Absolute or relative, what is asked for is a path.
        let root = match root.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => root,
        };
        self.root = root.to_owned();
        let listed = connection.get(&format!("{root}collections/")).await?;
        let listed: Value = serde_json::from_slice(&listed.body)?;
        let listed = listed["collections"].as_array().context("no collections")?;
        let found = listed.iter().find(|each| match wanted {
            Some(name) => each["id"] == *name || each["alias"] == *name,
            None => each["can_read"] == true && each["can_write"] == true,
        });
        let id = found
            .and_then(|each| each["id"].as_str())
            .context("no collection")?;
        self.collection = format!("{root}collections/{id}/");
        Ok(())
    }

    /// Where it is.
    pub(crate) fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// Path of the collection's objects.
    pub(crate) fn objects(&self) -> String {
        format!("{}objects/", self.collection)
    }

    /// The largest body that it takes.
    pub(crate) async fn body_bytes_max(&self) -> anyhow::Result<usize> {
        let answer = Connection::to(&self.place).get(&self.root).await?;
        let root: Value = serde_json::from_slice(&answer.body)?;
        let limit = root["max_content_length"].as_u64();
        Ok(usize::try_from(limit.context("max_content_length")?)?)
    }

    /// The most memory that it and its workers had, each, added up.
    pub(crate) fn memory_peak_mib(&self) -> anyhow::Result<f64> {
        let mut sum = 0.0;
        for pid in self.processes() {
            // A worker may just have ended.
            let Ok(status) = fs::read_to_string(format!("/proc/{pid}/status")) else {
                continue;
            };
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.context("VmHWM")?.trim().trim_end_matches(" kB");
            sum += kib.parse::<f64>()? / 1024.0;
        }
        Ok(sum)
    }

    /// Counts the most memory from now on.
    pub(crate) fn forget_memory_peak(&self) -> anyhow::Result<()> {
        for pid in self.processes() {
            fs::write(format!("/proc/{pid}/clear_refs"), "5")?;
        }
        Ok(())
    }

    fn processes(&self) -> Vec<String> {
        let pid = self.process.id();
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        let children = children.split_whitespace().map(str::to_owned);
        std::iter::once(pid.to_string()).chain(children).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGTERM, so that it stops its own workers.
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let until = Instant::now() + STOP_TIME_MAX;
        while Instant::now() < until {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
