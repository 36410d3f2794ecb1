//! `chancery prove` and `chancery prove-absence`.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use node::{
    request::{Prove, ProveAbsence},
    view::ProofView,
};

use crate::{args, connect::Connection, file, say, say::Say};

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
    let request = Prove {
        item: args.item.clone(),
        level: level.to_owned(),
    };
    let proof: ProofView = connection.post("/api/v1/proofs", &request).await?;
    write(&proof, &args.out, args.policy.as_deref())?;
    out.line(format!(
        "A proof of {} ({level}) is in {}.",
        args.item,
        args.out.display()
    ));
    hint(
        out,
        &args.out,
        args.policy.as_deref(),
        proof.content.is_some(),
    );
    Ok(())
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
    write(&proof, &args.out, args.policy.as_deref())?;
    out.line(format!("The absence proof is in {}.", args.out.display()));
    hint(out, &args.out, args.policy.as_deref(), false);
    Ok(())
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
    write(&proof, &args.out, args.policy.as_deref())?;
    out.line(format!("The evidence is in {}.", args.out.display()));
    hint(out, &args.out, args.policy.as_deref(), false);
    Ok(())
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
    write(&proof, &args.out, args.policy.as_deref())?;
    out.line(format!("The checkpoint is in {}.", args.out.display()));
    hint(out, &args.out, args.policy.as_deref(), false);
    Ok(())
}

fn write(proof: &ProofView, path: &Path, policy: Option<&Path>) -> anyhow::Result<()> {
    file::write_new_or_same(path, proof.proof.as_bytes())?;
    if let Some(policy) = policy {
        file::write_new_or_same(policy, proof.policy.as_bytes())?;
    }
    if let Some(content) = &proof.content {
        file::write_new_or_same(&path.with_extension("content"), &STANDARD.decode(content)?)?;
    }
    Ok(())
}

fn hint(out: Say, proof: &Path, policy: Option<&Path>, beside: bool) {
    let unwritten = match policy {
        Some(_) => "",
        None => " The policy names the keys to believe: this command writes it with --policy FILE.",
    };
    let policy = policy.map_or_else(|| "POLICY".into(), Path::to_string_lossy);
    let content = match beside {
        true => format!(" --content {}", proof.with_extension("content").display()),
        false => String::new(),
    };
    out.line(format!(
        "Anyone checks it with `chancery verify {} --policy {policy}{content}`.{unwritten}",
        proof.display()
    ));
}
