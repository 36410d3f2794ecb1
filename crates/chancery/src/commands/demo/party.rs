//! One party of the demo: a directory, a node in a process of its own, and its API.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use node::{
    clock::{OsRandom, Random, SystemClock},
    home::Home,
    settings::Settings,
    setup::{self, NewOffice},
    view::{CardView, StatusView},
};

use super::line::Line;
use crate::{config, connect::Connection};

/// Longest wait for a node to start.
const START_TIME_MAX: Duration = Duration::from_secs(20);

/// A party with its running node.
pub(super) struct Party {
    /// What people call it.
    pub(super) name: &'static str,
    /// Its directory.
    pub(super) home: PathBuf,
    /// Its card.
    pub(super) card: CardView,
    /// Its API.
    pub(super) api: Connection,
    /// The line to it.
    pub(super) line: Line,
    process: Child,
}

impl Party {
    /// Makes a node and starts it as a process of its own.
    pub(super) async fn start(dir: &Path, name: &'static str) -> anyhow::Result<Self> {
        let home_dir = dir.join(name.to_lowercase());
        let (public, listen) = (free_address()?, free_address()?);
        let host = format!("{}.example", name.to_lowercase());
        let settings = Settings {
            poll_secs: 2,
            ..Settings::new(host, name, format!("https://{public}"), listen)
        };
        let office = NewOffice {
            name: "Duty desk".to_owned(),
            hours: "around the clock".to_owned(),
            contact: "+00 0 000 0000".to_owned(),
        };
        let home = Home::create(&home_dir)?;
        let card = setup::init(&home, &settings, &office, &SystemClock, &OsRandom)?;
        config::save(&home, &settings)?;
        let line = Line::lay(public, listen).await?;
        let process = serve(&home_dir)?;
        let api = Connection::to_socket(&home.socket())?;
        let mut party = Self {
            name,
            home: home_dir,
            card,
            api,
            line,
            process,
        };
        party.wait_until_up().await?;
        Ok(party)
    }

    /// Stops the node and waits for its end.
    pub(super) fn stop(&mut self) -> anyhow::Result<()> {
        // SIGTERM, so that it stops in good order.
        let pid = self.process.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .context("kill cannot be run")?;
        self.process.wait()?;
        Ok(())
    }

    /// Its status.
    pub(super) async fn status(&self) -> anyhow::Result<StatusView> {
        self.api.get("/api/v1/status").await
    }

    async fn wait_until_up(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while self.status().await.is_err() {
            if let Some(status) = self.process.try_wait()? {
                anyhow::bail!("the node of {} ended at once: {status}", self.name);
            }
            ensure!(
                begun.elapsed() < START_TIME_MAX,
                "the node of {} does not answer",
                self.name
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        // Only when the demo failed half-way: `stop` has waited for it otherwise.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(home: &Path) -> anyhow::Result<Child> {
    let log = std::fs::File::create(home.join("log"))?;
    let program = std::env::current_exe().context("this program's own path is not known")?;
    Command::new(program)
        .arg("--home")
        .arg(home)
        .args(["-v", "serve"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("a node cannot be started")
}

/// A loopback address that nobody uses now, below the ports that the kernel gives to outgoing connections: one of those
/// could be taken before the node listens there.
fn free_address() -> anyhow::Result<SocketAddr> {
    let random: &dyn Random = &OsRandom;
    for _ in 0..100 {
        let port = 20_000 + u16::from_be_bytes(random.bytes()) % 12_000;
        if let Ok(listener) = std::net::TcpListener::bind(("127.0.0.1", port)) {
            return Ok(listener.local_addr()?);
        }
    }
    anyhow::bail!("no port between 20,000 and 32,000 is free on 127.0.0.1")
}
