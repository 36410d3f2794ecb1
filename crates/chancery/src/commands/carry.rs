//! `chancery export` and `chancery import`: the line is cut, and a file goes across.

use std::io::{Read as _, Write as _};

use anyhow::Context as _;
use http::Method;
use node::{request::Export, view::SyncReport};

use crate::{args, connect::Connection, exit::NotProved, file, say, say::Say};

/// Writes a bundle.
pub(crate) async fn export(
    connection: &Connection,
    out: Say,
    args: args::Export,
) -> anyhow::Result<()> {
    if let Some(path) = &args.policy {
        let asked = format!("/api/v1/policy?dialogue={}", say::encode(&args.dialogue));
        file::write_new_or_same(path, &connection.send(Method::GET, &asked, None).await?)?;
    }
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
    file::write_new_or_same(&args.out, &bundle)?;
    out.line(format!(
        "{} holds the bundle, {} bytes.",
        args.out.display(),
        bundle.len()
    ));
    Ok(())
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
