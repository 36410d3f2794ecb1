//! Ordinary C2SP witnesses (c2sp.org/tlog-witness): asked to cosign our logs whenever they grow. Sending never waits for
//! them; what they sign is kept beside the checkpoint, shown and exported. And the other way round: this node as a
//! witness of the logs of its tracks.

use std::{collections::BTreeMap, time::Duration};

use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use record::{
    checkpoint::{VerifiedCheckpoint, WitnessVerifier},
    cosignature::SigningTime,
    hash::TreeSize,
    key::Vkey,
    name::Host,
    note::{SignatureLine, SignedNote},
    tree,
    witness_wire::{AddCheckpoint, parse_size, size_to_text},
};
use store::{Cosignature, CosignatureKind, LogId};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    clock::posix_seconds,
    directory::LogEntry,
    node::Node,
    parties::Refusal,
    settings::WitnessSettings,
    sync::{fork, pull, receipt},
    trees::Tiles,
};

/// How often a log that grew is shown to a witness.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a witness may take to answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

/// Shows every own log to one witness, again and again until `stop`.
pub async fn run(node: Node, settings: WitnessSettings, stop: CancellationToken) {
    let keys: Result<Vec<Vkey>, _> = settings.keys.iter().map(|key| key.parse()).collect();
    let verifier = match keys.map(WitnessVerifier::new) {
        Ok(Ok(verifier)) => verifier,
        Ok(Err(error)) | Err(error) => {
            return warn!("the witness at {} is left out: {error}", settings.url);
        }
    };
    let Ok(client) = reqwest::Client::builder().timeout(ANSWER_TIME_MAX).build() else {
        return;
    };
    let mut shown: BTreeMap<LogId, u64> = BTreeMap::new();
    loop {
        for log in node
            .directory()
            .logs()
            .filter(|log| log.mine && log.closed.is_none())
        {
            let old = shown.get(&log.id).copied().unwrap_or(0);
            match show(&node, log, &settings.url, &verifier, &client, old).await {
                Ok(size) => {
                    shown.insert(log.id, size);
                }
                Err(error) => warn!(log.origin = %log.origin, "witness {}: {error}", settings.url),
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Shows one log; returns the size that the witness has cosigned.
async fn show(
    node: &Node,
    log: &LogEntry,
    url: &str,
    verifier: &WitnessVerifier,
    client: &reqwest::Client,
    mut old: u64,
) -> Result<u64, Failure> {
    let Some(writer) = node.writer(log.id) else {
        return Ok(old);
    };
    let published = writer.published().borrow().clone();
    let Some(published) = published.filter(|published| published.size > old) else {
        return Ok(old);
    };
    let note = SignedNote::parse(published.note.as_bytes())?;
    // Twice at most: the witness answers 409 with the size it has, and then that one is the start.
    for _ in 0..2 {
        let request = AddCheckpoint {
            old: TreeSize::new(old)?,
            proof: consistency(node, log, old, published.size).await?,
            note: note.clone(),
        };
        let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        let answer = client.post(url).body(request.to_text()).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        if status == StatusCode::CONFLICT {
            old = parse_size(&body)
                .ok_or("it answered 409 without a size")?
                .get();
            if old >= published.size {
                return Ok(old);
            }
            continue;
        }
        if !status.is_success() {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body).trim()).into());
        }
        let lines = SignatureLine::parse_all(&body)?;
        let cosigned = note.with_lines(lines)?;
        let witnessed = verifier.verify(&cosigned)?;
        let checkpoint = log.verifier.verify(cosigned.clone())?;
        keep(
            node,
            log,
            &checkpoint,
            &cosigned,
            verifier,
            witnessed.time(),
        )
        .await?;
        info!(log.origin = %log.origin, "witnessed at size {}", published.size);
        return Ok(published.size);
    }
    Err("it keeps answering 409".into())
}

async fn consistency(
    node: &Node,
    log: &LogEntry,
    old: u64,
    new: u64,
) -> Result<Vec<record::hash::Hash>, Failure> {
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (old, new) = (TreeSize::new(old)?, TreeSize::new(new)?);
    let tiles = Tiles::Held(&**node.store(), log.id);
    Ok(tiles
        .compute(|known| tree::consistency_proof(known, old, new))
        .await?)
}

async fn keep(
    node: &Node,
    log: &LogEntry,
    checkpoint: &VerifiedCheckpoint,
    cosigned: &SignedNote,
    verifier: &WitnessVerifier,
    time: u64,
) -> Result<(), Failure> {
    let known = |line: &&SignatureLine| verifier.keys().iter().any(|key| line.is_by(key));
    let lines: Vec<_> = cosigned.lines().iter().filter(known).collect();
    let Some(name) = lines.first().map(|line| line.name().as_str().to_owned()) else {
        return Ok(());
    };
    let lines = lines
        .into_iter()
        .map(|line| receipt::cosignature_line(line, time))
        .collect();
    node.store()
        .put_checkpoint(log.id, pull::to_store(checkpoint))
        .await?;
    let cosignature = Cosignature {
        kind: CosignatureKind::Witness,
        name,
        lines,
    };
    node.store()
        .add_cosignature(log.id, checkpoint.size().get(), cosignature)
        .await?;
    Ok(())
}

impl Node {
    /// `POST /add-checkpoint`: cosigns another party's checkpoint as a witness, if it follows from the last one cosigned.
    ///
    /// # Errors
    /// [`Refusal`] with the statuses of tlog-witness.
    pub async fn add_checkpoint(&self, asker: &Host, body: &[u8]) -> Result<Response, Refusal> {
        let refuse = |status, says: &dyn std::fmt::Display| Refusal::new(status, says.to_string());
        let request =
            AddCheckpoint::parse(body).map_err(|error| refuse(StatusCode::BAD_REQUEST, &error))?;
        let origin = request
            .note
            .text()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned();
        let directory = self.directory();
        let log = directory
            .log_of(&origin)
            .filter(|log| log.track.has(asker) && log.party != *self.me())
            .ok_or_else(Refusal::not_found)?;
        let checkpoint = log
            .verifier
            .verify(request.note.clone())
            .map_err(|error| refuse(StatusCode::FORBIDDEN, &error))?;
        if request.old > checkpoint.size() {
            return Err(refuse(
                StatusCode::BAD_REQUEST,
                &"the old size is beyond the new one",
            ));
        }
        // Checked and recorded as one step: two requests cannot both follow from the same checkpoint.
        let _one_at_a_time = self.receipting().await;
        let key = self.me().witness_key();
        let cosigned = self
            .store()
            .newest_cosigned(log.id)
            .await
            .map_err(Refusal::internal)?;
        let last = cosigned
            .into_iter()
            .find(|each| each.kind == CosignatureKind::Witness && each.name == key.as_str());
        let size = last.as_ref().map_or(0, |last| last.size);
        if request.old.get() != size {
            let size = TreeSize::new(size).map_err(Refusal::internal)?;
            let body = size_to_text(size);
            let media = [(header::CONTENT_TYPE, "text/x.tlog.size")];
            return Ok((StatusCode::CONFLICT, media, body).into_response());
        }
        self.follows(log, &request, &checkpoint).await?;
        let kept = pull::to_store(&checkpoint);
        let lines = self
            .cosign(
                log,
                checkpoint.checkpoint(),
                kept,
                last.map_or(0, |last| last.time),
            )
            .await?;
        Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], lines).into_response())
    }

    /// Signs a checkpoint as a witness and keeps the lines beside it. The caller holds [`Node::receipting`] and has
    /// made sure that the checkpoint follows from the last one cosigned, at `last_time`, POSIX seconds.
    ///
    /// # Errors
    /// [`Refusal`] of this node's own fault.
    pub(super) async fn cosign(
        &self,
        log: &LogEntry,
        checkpoint: &record::checkpoint::Checkpoint,
        stored: store::Checkpoint,
        last_time: u64,
    ) -> Result<String, Refusal> {
        let now = posix_seconds(self.clock().now()).max(last_time);
        let time = SigningTime::new(now, last_time).map_err(Refusal::internal)?;
        let lines = self.keys().witness.lines(checkpoint, time);
        let kept = Cosignature {
            kind: CosignatureKind::Witness,
            name: self.me().witness_key().as_str().to_owned(),
            lines: lines
                .iter()
                .map(|line| receipt::cosignature_line(line, time.get()))
                .collect(),
        };
        let size = stored.size;
        let stored = self.store().put_checkpoint(log.id, stored).await;
        stored.map_err(Refusal::internal)?;
        let stored = self.store().add_cosignature(log.id, size, kept).await;
        stored.map_err(Refusal::internal)?;
        Ok(lines.iter().map(ToString::to_string).collect())
    }

    /// Whether a checkpoint follows from the one cosigned last, by the proof that came with it.
    async fn follows(
        &self,
        log: &LogEntry,
        request: &AddCheckpoint,
        checkpoint: &VerifiedCheckpoint,
    ) -> Result<(), Refusal> {
        let refuse = |says: &dyn std::fmt::Display| {
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, says.to_string())
        };
        let old = request.old;
        if old == TreeSize::ZERO {
            let empty =
                checkpoint.size() != TreeSize::ZERO || *checkpoint.root() == tree::empty_root();
            return match request.proof.is_empty() && empty {
                true => Ok(()),
                false => Err(refuse(
                    &"the empty tree is followed by a checkpoint without a proof",
                )),
            };
        }
        let held = self
            .store()
            .checkpoint_at(log.id, old.get())
            .await
            .map_err(Refusal::internal)?;
        let held = held
            .ok_or_else(|| Refusal::internal("a cosigned checkpoint is missing"))?
            .checkpoint;
        let root = record::hash::Hash::new(held.root);
        if old == checkpoint.size() {
            if root == *checkpoint.root() && request.proof.is_empty() {
                return Ok(());
            }
            if root != *checkpoint.root() {
                fork::same_size(self, log, &held, checkpoint)
                    .await
                    .map_err(Refusal::internal)?;
            }
            return Err(refuse(
                &"another root, or a proof, at the size cosigned already",
            ));
        }
        tree::verify_consistency(
            old,
            checkpoint.size(),
            &request.proof,
            &root,
            checkpoint.root(),
        )
        .map_err(|error| refuse(&error))
    }

    /// `POST /add-receipt`.
    ///
    /// # Errors
    /// [`Refusal`] when it is no receipt of a party of the track for a checkpoint that this node knows.
    pub async fn take_receipt(&self, body: &str) -> Result<(), Refusal> {
        match receipt::take(self, body.as_bytes()).await {
            Ok(taken) if !taken.by.is_empty() => Ok(()),
            Ok(_) => Err(Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "no party of the track has receipted a checkpoint that is known here",
            )),
            Err(receipt::ReceiptError::Store(error)) => Err(Refusal::internal(error)),
            Err(error) => Err(Refusal::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                error.to_string(),
            )),
        }
    }
}
