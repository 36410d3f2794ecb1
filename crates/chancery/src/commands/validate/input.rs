//! What is read: files, the files of directories, standard input.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// The endings of files that are looked for in directories.
const ENDINGS: [&str; 5] = ["json", "jsonl", "ndjson", "stix", "stix2"];

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Standard input.
    Input,
    /// A file, and its name as it is shown.
    File(PathBuf, String),
}

impl Source {
    /// As people call it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Input => "standard input",
            Self::File(_, name) => name,
        }
    }

    /// Whether its name says that it is one JSON text a line; of standard input that is not known.
    pub(crate) fn is_lines(&self) -> bool {
        let Self::File(path, _) = self else {
            return false;
        };
        let ending = path.extension().and_then(|ending| ending.to_str());
        matches!(ending, Some("jsonl" | "ndjson"))
    }

    /// Opens it; with its size in bytes, where that is known.
    pub(crate) fn open(&self) -> io::Result<(Box<dyn Read>, Option<u64>)> {
        match self {
            Self::Input => Ok((Box::new(io::stdin().lock()), None)),
            Self::File(path, _) => {
                let file = File::open(path)?;
                let size = file.metadata().ok().map(|about| about.len());
                Ok((Box::new(file), size))
            }
        }
    }
}

/// What a path stands for: `-` for standard input, a directory for all files of STIX below it, in the order of their
/// names.
///
/// # Errors
/// It cannot be read, or it is a directory without such files.
pub(crate) fn sources(path: &Path) -> io::Result<Vec<Source>> {
    if path == Path::new("-") {
        return Ok(vec![Source::Input]);
    }
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![source(path.to_owned())]);
    }
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            // A link to a directory could lead round in a circle; one to a file is a file.
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else if is_stix(&entry.path()) && entry.path().is_file() {
                found.push(entry.path());
            }
        }
    }
    if found.is_empty() {
        let endings = ENDINGS.map(|ending| format!("*.{ending}")).join(", ");
        let says = format!("no file of STIX in it ({endings})");
        return Err(io::Error::new(io::ErrorKind::NotFound, says));
    }
    found.sort();
    Ok(found.into_iter().map(source).collect())
}

fn source(path: PathBuf) -> Source {
    let name = path.display().to_string();
    Source::File(path, name)
}

fn is_stix(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
}
