//! What one node can ask of another about a log, and its two spellings: the path below a node's URL, and the
//! name inside a bundle. One list of resources serves the endpoints, the client, export and import.

use std::fmt;

use record::{
    hash::Hash,
    tile::{BundleId, TileId},
};

/// The lower-case hex SHA-256 of an origin: how a log is named in paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogHash([u8; 32]);

impl LogHash {
    /// Of an origin.
    pub fn of(origin: &str) -> Self {
        Self(*Hash::of(origin.as_bytes()).as_bytes())
    }

    /// Reads the 64 lower-case hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        // One spelling: upper-case digits would name the same log twice.
        (hex::encode(bytes) == text).then_some(Self(bytes))
    }
}

impl fmt::Display for LogHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// One thing that can be fetched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// The newest published checkpoint, with all its lines.
    Checkpoint(LogHash),
    /// A tile of hashes.
    Tile(LogHash, TileId),
    /// A run of entries.
    Entries(LogHash, BundleId),
    /// The openings and contents of the same run.
    Package(LogHash, BundleId),
    /// One content by its commitment.
    Content(LogHash, Hash),
    /// The checkpoint that the asked node receipted last, with its lines.
    Seen(LogHash),
    /// Every declaration held of a dialogue: a JSON list of notes.
    Declarations(String),
}

/// Most bytes of a checkpoint that are read from a peer.
const NOTE_BYTES_MAX: usize = 64 << 10;
/// Most bytes of a list of declarations.
const DECLARATIONS_BYTES_MAX: usize = 4 << 20;

impl Resource {
    /// The path below a node's URL, with its leading slash.
    pub fn path(&self) -> String {
        match self {
            Self::Checkpoint(log) => format!("/log/{log}/checkpoint"),
            Self::Tile(log, tile) => format!("/log/{log}/{}", tile.path()),
            Self::Entries(log, run) => format!("/log/{log}/{}", run.entries_path()),
            Self::Package(log, run) => format!("/log/{log}/{}", run.package_path()),
            Self::Content(log, content_c) => format!("/log/{log}/content/{}", content_c.to_hex()),
            Self::Seen(log) => format!("/seen/{log}/checkpoint"),
            Self::Declarations(dialogue) => format!("/declarations/{dialogue}"),
        }
    }

    /// Reads a path.
    pub fn parse_path(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        if let Some(dialogue) = path.strip_prefix("declarations/") {
            return Some(Self::Declarations(dialogue.to_owned()));
        }
        if let Some(rest) = path.strip_prefix("seen/") {
            return LogHash::parse(rest.strip_suffix("/checkpoint")?).map(Self::Seen);
        }
        let (log, what) = path.strip_prefix("log/")?.split_once('/')?;
        let log = LogHash::parse(log)?;
        if what == "checkpoint" {
            Some(Self::Checkpoint(log))
        } else if let Some(run) = what.strip_prefix("tile/entries/") {
            Some(Self::Entries(log, run.parse().ok()?))
        } else if let Some(tile) = what.strip_prefix("tile/") {
            Some(Self::Tile(log, tile.parse().ok()?))
        } else if let Some(run) = what.strip_prefix("package/") {
            Some(Self::Package(log, run.parse().ok()?))
        } else {
            let content_c = what.strip_prefix("content/")?;
            let mut bytes = [0; 32];
            hex::decode_to_slice(content_c, &mut bytes).ok()?;
            Some(Self::Content(log, Hash::new(bytes)))
        }
    }

    /// The name inside a bundle (`docs/FORMATS.md` §9); `None` for what bundles spell otherwise.
    pub fn bundle_name(&self) -> Option<String> {
        match self {
            Self::Checkpoint(log) => Some(format!("checkpoint/{log}")),
            Self::Tile(log, tile) => Some(format!("tile/{log}/{tile}")),
            Self::Entries(log, run) => Some(format!("entries/{log}/{run}")),
            Self::Package(log, run) => Some(format!("package/{log}/{run}")),
            Self::Content(log, content_c) => Some(format!("content/{log}/{}", content_c.to_hex())),
            Self::Seen(_) | Self::Declarations(_) => None,
        }
    }

    /// Most bytes an answer may have; more is refused while it is read.
    pub fn bytes_max(&self) -> usize {
        match self {
            Self::Checkpoint(_) | Self::Seen(_) => NOTE_BYTES_MAX,
            Self::Tile(..) => 256 * 32,
            Self::Entries(..) => 256 * (2 + 33),
            // Compressed, it is smaller than what it unpacks to, but for incompressible content.
            Self::Package(..) => 65 << 20,
            Self::Content(..) => 16 << 20,
            Self::Declarations(_) => DECLARATIONS_BYTES_MAX,
        }
    }

    /// The media type it is served with.
    pub fn media_type(&self) -> &'static str {
        match self {
            Self::Checkpoint(_) | Self::Seen(_) => "text/plain; charset=utf-8",
            Self::Declarations(_) => "application/json",
            Self::Tile(..) | Self::Entries(..) | Self::Package(..) | Self::Content(..) => {
                "application/octet-stream"
            }
        }
    }

    /// Whether the answer may be kept for ever.
    pub fn immutable(&self) -> bool {
        !matches!(
            self,
            Self::Checkpoint(_) | Self::Seen(_) | Self::Declarations(_)
        )
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_reads_back() {
        let log = LogHash::of("alpha.example/chancery/0123456789abcdef");
        for resource in [
            Resource::Checkpoint(log),
            Resource::Tile(log, TileId::new(1, 1_234, 256).unwrap()),
            Resource::Tile(log, TileId::new(0, 7, 5).unwrap()),
            Resource::Entries(log, BundleId::new(1_001, 255).unwrap()),
            Resource::Package(log, BundleId::new(0, 256).unwrap()),
            Resource::Content(log, Hash::of(b"x")),
            Resource::Seen(log),
            Resource::Declarations("dialogue-charter--x".to_owned()),
        ] {
            assert_eq!(Resource::parse_path(&resource.path()), Some(resource));
        }
    }

    #[test]
    fn other_paths_are_refused() {
        let log = LogHash::of("a");
        for path in [
            "log/x/checkpoint".to_owned(),
            format!("/log/{}/checkpoint", log.to_string().to_uppercase()),
            format!("/log/{log}/tile/0/1"),
            format!("/log/{log}/tile/0/001.p/256"),
            format!("/log/{log}/package/../secret"),
            format!("/log/{log}/content/00"),
            format!("/seen/{log}"),
            "/".to_owned(),
        ] {
            assert_eq!(Resource::parse_path(&path), None, "{path}");
        }
    }
}
