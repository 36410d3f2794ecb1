//! Writing a bundle, file by file, in the order of `docs/FORMATS.md` §9.

use std::io::{self, Write};

use record::hash::Hash;

use super::{FORMAT, INDEX, Index, IndexedFile};

/// Writes a bundle to any place bytes can go.
pub struct BundleWriter<W: Write> {
    tar: tar::Builder<W>,
    index: Index,
}

impl<W: Write> BundleWriter<W> {
    /// Begins a bundle of `dialogue`, exported by `from` for `to` at `made`.
    pub fn new(out: W, dialogue: &str, from: &str, to: Vec<String>, made: String) -> Self {
        let index = Index {
            v: 1,
            bundle: FORMAT.to_owned(),
            dialogue: dialogue.to_owned(),
            from: from.to_owned(),
            to,
            made,
            files: Vec::new(),
        };
        Self {
            tar: tar::Builder::new(out),
            index,
        }
    }

    /// Adds one file.
    ///
    /// # Errors
    /// Those of the place it is written to.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        append(&mut self.tar, name, bytes)?;
        self.index.files.push(IndexedFile {
            name: name.to_owned(),
            bytes: bytes.len() as u64,
            sha256: Hash::of(bytes),
        });
        Ok(())
    }

    /// Writes the index and ends the bundle.
    ///
    /// # Errors
    /// Those of the place it is written to.
    pub fn finish(mut self) -> io::Result<W> {
        let index = json::canonical(&self.index).map_err(io::Error::other)?;
        append(&mut self.tar, INDEX, index.as_bytes())?;
        self.tar.into_inner()
    }
}

fn append<W: Write>(tar: &mut tar::Builder<W>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    tar.append_data(&mut header, name, bytes)
}
