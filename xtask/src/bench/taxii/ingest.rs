//! Envelopes posted over several connections at once, each waiting for its answer before it sends the next.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;

use super::{connection::Connection, data::Envelope, latency::Latency, server::Server};

/// What posting took.
#[derive(Debug, Serialize)]
pub(crate) struct Ingest {
    /// Objects posted.
    pub(crate) objects: usize,
    /// Bytes of the envelopes.
    pub(crate) bytes: usize,
    /// From the first request to the last answer.
    pub(crate) secs: f64,
    /// Objects by time.
    pub(crate) objects_per_sec: f64,
    /// Of one POST.
    pub(crate) post: Latency,
}

impl Ingest {
    /// This one counted together with an earlier one, at this one's rate: the first objects warm nothing up.
    pub(crate) fn after(mut self, first: &Self) -> Self {
        self.objects += first.objects;
        self.bytes += first.bytes;
        self.secs += first.secs;
        self.objects_per_sec = self.objects as f64 / self.secs;
        self
    }
}

/// Posts all of them.
pub(crate) async fn measure(
    server: &Server,
    mut envelopes: Vec<Envelope>,
    connections: usize,
) -> anyhow::Result<Ingest> {
    let objects = envelopes.iter().map(|each| each.objects).sum();
    let bytes = envelopes.iter().map(|each| each.body.len()).sum();
    envelopes.reverse();
    let queue = Arc::new(Mutex::new(envelopes));
    let path: Arc<str> = server.objects().into();
    let begun = Instant::now();
    let mut posters = JoinSet::new();
    for _ in 0..connections.max(1) {
        let mut connection = Connection::to(server.place());
        let (queue, path) = (Arc::clone(&queue), Arc::clone(&path));
        posters.spawn(async move {
            let mut times: Vec<Duration> = Vec::new();
            loop {
                let next = queue.lock().ok().and_then(|mut queue| queue.pop());
                let Some(envelope) = next else {
                    return anyhow::Ok(times);
                };
                let answer = connection.post(&path, envelope.body).await?;
                times.push(answer.whole);
                accepted(&answer.body)?;
            }
        });
    }
    let mut times = Vec::new();
    while let Some(poster) = posters.join_next().await {
        times.extend(poster??);
    }
    let secs = begun.elapsed().as_secs_f64();
    Ok(Ingest {
        objects,
        bytes,
        secs,
        objects_per_sec: objects as f64 / secs,
        post: Latency::of(times),
    })
}

/// A server that refuses objects, or has not finished when it answers, is not measured as if it had taken them.
fn accepted(body: &[u8]) -> anyhow::Result<()> {
    let status: Value = serde_json::from_slice(body)?;
    let count = |name: &str| status[name].as_u64();
    ensure!(
        count("failure_count").context("failure_count")? == 0,
        "objects were refused: {}",
        status["failures"][0]
    );
    ensure!(status["status"] == "complete", "objects are pending");
    Ok(())
}
