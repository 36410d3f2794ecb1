//! `chancery export` and `chancery import`: the line is cut, and a file goes across.

use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use http::Method;
use node::{directory::parse_charter, request::Export, view::SyncReport};
use record::verify::{FileKind, identify};
use serde::Serialize;

use crate::{
    args,
    connect::Connection,
    exit::{Declined, NotProved},
    file, say,
    say::Say,
};

/// What was written, and where.
#[derive(Debug, Serialize)]
struct Exported {
    /// The bundle.
    bundle: PathBuf,
    /// Its length.
    bytes: usize,
    /// Whether only the recipients can read it.
    encrypted: bool,
    /// The policy, where it was asked for.
    policy: Option<PathBuf>,
}

/// Writes a bundle.
pub(crate) async fn export(
    connection: &Connection,
    out: Say,
    args: args::Export,
) -> anyhow::Result<()> {
    file::not_there_yet(&args.out, args.force)?;
    let policy = match &args.policy {
        None => None,
        Some(path) => {
            let asked = format!("/api/v1/policy?dialogue={}", say::encode(&args.dialogue));
            Some((path, connection.send(Method::GET, &asked, None).await?))
        }
    };
    let request = Export {
        dialogue: args.dialogue,
        to: args.to,
    };
    let body = serde_json::to_vec(&request)?;
    let mut bundle = connection
        .send(
            Method::POST,
            "/api/v1/export",
            Some(("application/json", body)),
        )
        .await?;
    if !args.age.is_empty() {
        bundle = encrypt(&bundle, &args.age)?;
    }
    let mut files: Vec<(&Path, &[u8])> = vec![(&args.out, &bundle)];
    if let Some((path, policy)) = &policy {
        files.push((path, policy));
    }
    file::write_all(&files, args.force)?;
    let written = Exported {
        bytes: bundle.len(),
        encrypted: !args.age.is_empty(),
        bundle: args.out,
        policy: args.policy,
    };
    out.show(&written, |written| {
        say::line(format!(
            "{} holds the bundle, {} bytes.",
            written.bundle.display(),
            written.bytes
        ));
    })
}

/// Says what a file is that is no bundle, before it is sent.
///
/// # Errors
/// [`Declined`].
fn is_a_bundle(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let is = match identify(bytes) {
        Some(FileKind::Bundle) => return Ok(()),
        Some(FileKind::Card) => "a party's card, which `chancery dialogue found --with` takes",
        Some(FileKind::Proof | FileKind::Absence | FileKind::Fork | FileKind::Checkpoint) => {
            "a proof, which `chancery verify` checks"
        }
        Some(FileKind::Policy) => "a policy, which `chancery verify --policy` takes",
        Some(FileKind::PrivateKey) => "a private key: show it to nobody",
        Some(FileKind::PartyNote) => "a note of a party, which comes with a charter",
        Some(FileKind::Encrypted) => "encrypted twice",
        None if bytes.is_empty() => "empty",
        None if parse_charter(bytes.trim_ascii()).is_ok() => {
            "a charter, which `chancery dialogue accept` takes"
        }
        None if bytes.trim_ascii_start().starts_with(b"{") => "JSON; `chancery pass` takes STIX",
        None => "something else, or less than its beginning",
    };
    Err(Declined(format!(
        "nothing was taken in: {} is no bundle of a record, as `chancery export` writes it, but {is}",
        path.display()
    ))
    .into())
}

/// Takes a bundle in.
///
/// # Errors
/// [`NotProved`] when something in it does not hold; what did hold has been taken in.
pub(crate) async fn import(
    connection: &Connection,
    out: Say,
    args: args::Import,
) -> anyhow::Result<()> {
    let mut bundle = file::read(&args.file)?;
    if bundle.starts_with(b"age-encryption.org/v1") {
        let identity = args
            .identity
            .as_deref()
            .context("the bundle is encrypted: name the age identity file with --identity")?;
        bundle = decrypt(&bundle, &file::read_text(identity)?)?;
    }
    is_a_bundle(&args.file, &bundle)?;
    let answer = connection
        .send(
            Method::POST,
            "/api/v1/import",
            Some(("application/x-tar", bundle)),
        )
        .await?;
    let report: SyncReport = serde_json::from_slice(&answer)?;
    out.show(&report, say::sync)?;
    match report
        .logs
        .iter()
        .filter_map(|line| line.error.as_deref())
        .next()
    {
        None => Ok(()),
        Some(error) => Err(NotProved(error.to_owned()).into()),
    }
}

fn encrypt(bundle: &[u8], recipients: &[String]) -> anyhow::Result<Vec<u8>> {
    let recipients = recipients
        .iter()
        .map(|text| {
            text.parse::<age::x25519::Recipient>()
                .map_err(|why| anyhow::anyhow!("{text} is no age recipient: {why}"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let encryptor = age::Encryptor::with_recipients(
        recipients
            .iter()
            .map(|recipient| recipient as &dyn age::Recipient),
    )?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(bundle)?;
    writer.finish()?;
    Ok(sealed)
}

fn decrypt(sealed: &[u8], identities: &str) -> anyhow::Result<Vec<u8>> {
    let identities = identities
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            line.parse::<age::x25519::Identity>().map_err(|why| {
                anyhow::anyhow!("the identity file has a line that is no age identity: {why}")
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let decryptor = age::Decryptor::new(sealed).context("the bundle is no age file")?;
    let mut reader = decryptor
        .decrypt(
            identities
                .iter()
                .map(|identity| identity as &dyn age::Identity),
        )
        .context("the bundle is encrypted to somebody else")?;
    let mut bundle = Vec::new();
    reader
        .read_to_end(&mut bundle)
        .context("the bundle is cut short or was changed")?;
    Ok(bundle)
}
