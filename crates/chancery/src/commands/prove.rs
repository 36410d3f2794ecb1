//! `chancery prove`, `prove-absence`, `evidence` and `checkpoint`: proofs as files, for an outsider.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use node::{
    request::{Prove, ProveAbsence},
    view::ProofView,
};
use serde::Serialize;

use crate::{args, connect::Connection, file, say, say::Say};

/// What was written, and where.
#[derive(Debug, Serialize)]
struct Written {
    /// The proof.
    proof: PathBuf,
    /// The policy to check it with, where it was asked for.
    policy: Option<PathBuf>,
    /// The content, where it lies beside the proof.
    content: Option<PathBuf>,
}

/// Where a proof goes.
struct Place {
    out: PathBuf,
    policy: Option<PathBuf>,
    force: bool,
}

/// Writes a proof of one item.
pub(crate) async fn item(
    connection: &Connection,
    out: Say,
    args: args::Prove,
) -> anyhow::Result<()> {
    let level = match args.level {
        args::Level::Class => "class",
        args::Level::Head => "head",
        args::Level::Content => "content",
    };
    let what = format!("A proof of {} ({level})", args.item);
    let request = Prove {
        item: args.item,
        level: level.to_owned(),
    };
    let proof: ProofView = connection.post("/api/v1/proofs", &request).await?;
    let place = Place {
        out: args.out,
        policy: args.policy,
        force: args.force,
    };
    place.write(out, &what, &proof)
}

/// Writes a proof that there is none.
pub(crate) async fn absence(
    connection: &Connection,
    out: Say,
    args: args::ProveAbsence,
) -> anyhow::Result<()> {
    let request = ProveAbsence {
        track: args.track,
        party: args.party,
        classes: args.classes,
        from: args.from,
        until: args.until,
    };
    let proof: ProofView = connection.post("/api/v1/absence-proofs", &request).await?;
    let place = Place {
        out: args.out,
        policy: args.policy,
        force: args.force,
    };
    place.write(out, "The absence proof", &proof)
}

/// Writes the evidence kept with an alarm.
pub(crate) async fn evidence(
    connection: &Connection,
    out: Say,
    args: args::Evidence,
) -> anyhow::Result<()> {
    let proof: ProofView = connection
        .get(&format!("/api/v1/evidence?alarm={}", args.alarm))
        .await?;
    let place = Place {
        out: args.out,
        policy: args.policy,
        force: args.force,
    };
    place.write(out, "The evidence", &proof)
}

/// Writes the newest receipted checkpoint of a log.
pub(crate) async fn checkpoint(
    connection: &Connection,
    out: Say,
    args: args::Checkpoint,
) -> anyhow::Result<()> {
    let (track, party) = (say::encode(&args.track), say::encode(&args.party));
    let proof: ProofView = connection
        .get(&format!("/api/v1/checkpoint?track={track}&party={party}"))
        .await?;
    let place = Place {
        out: args.out,
        policy: args.policy,
        force: args.force,
    };
    place.write(out, "The checkpoint", &proof)
}

impl Place {
    /// Writes the proof with what belongs to it, and says how it is checked.
    fn write(self, out: Say, what: &str, proof: &ProofView) -> anyhow::Result<()> {
        let content = proof.content.as_deref().map(|it| STANDARD.decode(it));
        let content = content.transpose()?;
        let written = Written {
            content: content
                .is_some()
                .then(|| self.out.with_extension("content")),
            proof: self.out,
            policy: self.policy,
        };
        let mut files: Vec<(&Path, &[u8])> = vec![(&written.proof, proof.proof.as_bytes())];
        if let Some(policy) = &written.policy {
            files.push((policy, proof.policy.as_bytes()));
        }
        if let (Some(path), Some(content)) = (&written.content, &content) {
            files.push((path, content));
        }
        file::write_all(&files, self.force)?;
        out.show(&written, |written| {
            say::line(format!("{what} is in {}.", written.proof.display()));
            hint(written);
        })
    }
}

fn hint(written: &Written) {
    let unwritten = match written.policy {
        Some(_) => "",
        None => " The policy names the keys to believe: this command writes it with --policy FILE.",
    };
    let policy = written
        .policy
        .as_deref()
        .map_or_else(|| "POLICY".into(), Path::to_string_lossy);
    let content = match &written.content {
        Some(content) => format!(" --content {}", content.display()),
        None => String::new(),
    };
    say::line(format!(
        "Anyone checks it with `chancery verify {} --policy {policy}{content}`.{unwritten}",
        written.proof.display()
    ));
}
