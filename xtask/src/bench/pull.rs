//! A log pulled, verified, stored and receipted by a second process over mutual TLS on loopback; what each side
//! used; and how both start with it.

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::Context as _;
use node::home::Home;
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

use super::{
    child::{Ask, Pulled, Started},
    machine::Usage,
    median,
    pair::Pair,
};

/// How long a node is left alone before its idle memory is read.
const IDLE_AFTER: Duration = Duration::from_secs(3);

/// What pulling took.
#[derive(Debug, Serialize)]
pub(crate) struct PullFigures {
    /// Entries: the items and the charter.
    pub(crate) entries: u64,
    /// From before the first connection to the stored receipt.
    pub(crate) secs: f64,
    /// The first by the second.
    pub(crate) items_per_sec: f64,
    /// Of the receiver, on all cores, for each item.
    pub(crate) receiver_cpu_micros: f64,
    /// Of the sender, which packs what is fetched.
    pub(crate) sender_cpu_micros: f64,
    /// The most memory the receiver had resident.
    pub(crate) receiver_peak_mib: f64,
    /// The most memory the sender had resident.
    pub(crate) sender_peak_mib: f64,
}

/// How a node starts with a log of that size.
#[derive(Debug, Serialize)]
pub(crate) struct StartFigures {
    /// Opening: keys, record, charters, the tree of each own log.
    pub(crate) open_secs: f64,
    /// Until its listeners are bound.
    pub(crate) ready_secs: f64,
    /// Resident when nothing had happened for some seconds.
    pub(crate) idle_mib: f64,
}

/// Pulls the sender's log once.
pub(crate) async fn pull(pair: &Pair, entries: u64) -> anyhow::Result<PullFigures> {
    let mut sender = Process::start(&pair.sender)?;
    let before: Started = sender.ask(&Ask::Serve).await?;
    let mut receiver = Process::start(&pair.receiver)?;
    let pulled: Pulled = receiver.ask(&Ask::Pull { size: entries }).await?;
    let after: Usage = sender.ask(&Ask::Receipted { size: entries }).await?;
    receiver.stop().await?;
    sender.stop().await?;
    let micros =
        |before: Usage, after: Usage| (after.cpu_secs - before.cpu_secs) * 1e6 / entries as f64;
    Ok(PullFigures {
        entries,
        secs: pulled.secs,
        items_per_sec: entries as f64 / pulled.secs,
        receiver_cpu_micros: micros(pulled.before, pulled.after),
        sender_cpu_micros: micros(before.usage, after),
        receiver_peak_mib: pulled.after.peak_mib,
        sender_peak_mib: after.peak_mib,
    })
}

/// Starts a node several times.
pub(crate) async fn start(home: &Home, runs: usize) -> anyhow::Result<StartFigures> {
    let (mut open, mut ready, mut idle) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let mut node = Process::start(home)?;
        let started: Started = node.ask(&Ask::Serve).await?;
        tokio::time::sleep(IDLE_AFTER).await;
        let usage: Usage = node.ask(&Ask::Usage).await?;
        node.stop().await?;
        open.push(started.open_secs);
        ready.push(started.ready_secs);
        idle.push(usage.resident_mib);
    }
    Ok(StartFigures {
        open_secs: median(open),
        ready_secs: median(ready),
        idle_mib: median(idle),
    })
}

/// This program again, as a node.
struct Process {
    child: Child,
    asks: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(home: &Home) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([Path::new("bench"), Path::new("node"), home.dir()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let asks = child.stdin.take().context("no standard input")?;
        let answers = child.stdout.take().context("no standard output")?;
        Ok(Self {
            child,
            asks,
            answers: BufReader::new(answers).lines(),
        })
    }

    async fn ask<T: DeserializeOwned>(&mut self, ask: &Ask) -> anyhow::Result<T> {
        let mut line = serde_json::to_string(ask)?;
        line.push('\n');
        self.asks.write_all(line.as_bytes()).await?;
        let answer = self.answers.next_line().await?;
        let answer = answer.context("a node ended without an answer; its words are above")?;
        Ok(serde_json::from_str(&answer)?)
    }

    async fn stop(mut self) -> anyhow::Result<()> {
        drop(self.asks);
        let status = self.child.wait().await?;
        anyhow::ensure!(status.success(), "a node ended with {status}");
        Ok(())
    }
}
