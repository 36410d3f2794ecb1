//! Reading and writing the files a command was given, with errors that name them.

use std::{fs, io::Read as _, io::Write as _, path::Path};

use anyhow::Context as _;

use crate::exit::Declined;

/// Reads a whole file; `-` is standard input.
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .context("standard input cannot be read")?;
        return Ok(bytes);
    }
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Reads a whole file as UTF-8 text.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(read(path)?).with_context(|| format!("{} is not UTF-8 text", path.display()))
}

/// Writes files, or none of them: what is there already and is something else stays, unless `force` says otherwise.
///
/// # Errors
/// [`Declined`], and nothing was written.
pub(crate) fn write_all(files: &[(&Path, &[u8])], force: bool) -> anyhow::Result<()> {
    for (path, bytes) in files {
        if !force && path.exists() && fs::read(path).ok().as_deref() != Some(*bytes) {
            return Err(there_already(path));
        }
    }
    for (path, bytes) in files {
        write_over(path, bytes)?;
    }
    Ok(())
}

/// Refuses what could not be written in the end, before anything is asked of the node.
///
/// # Errors
/// [`Declined`].
pub(crate) fn not_there_yet(path: &Path, force: bool) -> anyhow::Result<()> {
    match !force && path.exists() {
        true => Err(there_already(path)),
        false => Ok(()),
    }
}

fn there_already(path: &Path) -> anyhow::Error {
    Declined(format!(
        "{} is there already; name another file, or write over it with --force",
        path.display()
    ))
    .into()
}

/// Writes a file by way of a temporary one beside it, so that a reader sees the old bytes or the new ones, and a
/// full disk leaves the old ones.
pub(crate) fn write_over(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let write = || {
        let mut file = fs::File::create(part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(part, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}
