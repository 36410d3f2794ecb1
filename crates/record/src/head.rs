//! Heads: what is said about an item besides its content (`docs/FORMATS.md` §2).
//!
//! `log` and `seq` inside the head tie a commitment to one place, so it cannot be replayed elsewhere.
//! `seen` names the last checkpoints of the other logs that the sender held, which ties the logs
//! together and acknowledges everything earlier once more.
//!
//! A [`Head`] keeps its canonical bytes, unknown members included; those are what was hashed.

use std::collections::BTreeMap;

use json::{AdmissionError, Canonical, Limits};
use serde::{Deserialize, Deserializer, Serialize};

use crate::hash::{Hash, LeafIndex, TreeSize};
use crate::name::Origin;
use crate::time::UtcTime;

/// The longest head in bytes (`docs/FORMATS.md` §10).
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// The longest content in bytes (`docs/FORMATS.md` §10).
pub const CONTENT_BYTES_MAX: usize = json::CONTENT_BYTES_MAX;

/// The media type of acts, information and charters.
pub const MEDIA_STIX: &str = "application/stix+json;version=2.1";
/// The media type of STIX 2.0 content, which is kept as it came.
pub const MEDIA_STIX_20: &str = "application/stix+json;version=2.0";
/// The media type of control content ([`crate::control`]).
pub const MEDIA_CONTROL: &str = "application/vnd.chancery.control+json";
/// The media type of a receipt: the signed note itself.
pub const MEDIA_NOTE: &str = "text/vnd.c2sp.note";

const VERSION: u64 = 1;

/// The last checkpoints held of other logs: size and root by origin.
pub type Seen = BTreeMap<Origin, (TreeSize, Hash)>;

/// What a sender says about an item, before it is sealed.
#[derive(Debug, Clone)]
pub struct HeadDraft<'a> {
    /// The log that the item goes into.
    pub log: &'a Origin,
    /// The index it will have there.
    pub seq: LeafIndex,
    /// Media type of the content.
    pub media: &'a str,
    /// When it was sent.
    pub sent: UtcTime,
    /// Language of the content (BCP 47).
    pub lang: Option<&'a str>,
    /// The sending office.
    pub office: Option<&'a str>,
    /// The last checkpoints of the other logs held when this was sent.
    pub seen: &'a Seen,
}

/// A head, with the exact bytes that were hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    bytes: Canonical,
    members: Members,
}

/// Why something is no head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// It is too long.
    #[error("a head of {bytes} bytes, the limit is {HEAD_BYTES_MAX}")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The content is too long to be passed.
    #[error("a content of {bytes} bytes, the limit is {CONTENT_BYTES_MAX}")]
    ContentTooLarge {
        /// Its length.
        bytes: usize,
    },
    /// It is not canonical JSON.
    #[error("the head is not canonical JSON: {0}")]
    NotCanonical(#[from] AdmissionError),
    /// A member is missing, or has the wrong form.
    #[error("the head has not the members of one: {0}")]
    Members(String),
    /// The version is another.
    #[error("a head of version {0}, known is {VERSION}")]
    Version(u64),
}

/// Members in the order of their names, which is their canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Members {
    bytes: u64,
    content: Hash,
    #[serde(default, deserialize_with = "present")]
    lang: Option<String>,
    log: Origin,
    media: String,
    #[serde(default, deserialize_with = "present")]
    office: Option<String>,
    #[serde(default)]
    seen: Seen,
    sent: UtcTime,
    seq: LeafIndex,
    v: u64,
}

#[derive(Serialize)]
struct Written<'a> {
    bytes: usize,
    content: &'a Hash,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'a str>,
    log: &'a Origin,
    media: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'a str>,
    #[serde(skip_serializing_if = "Seen::is_empty")]
    seen: &'a Seen,
    sent: UtcTime,
    seq: LeafIndex,
    v: u64,
}

/// A member that is there is not `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

impl Head {
    /// The canonical bytes of a head for a content of that commitment and length.
    ///
    /// # Errors
    /// [`HeadError::ContentTooLarge`], [`HeadError::TooLarge`].
    pub(crate) fn encode(
        draft: &HeadDraft<'_>,
        content: &Hash,
        content_bytes: usize,
    ) -> Result<Canonical, HeadError> {
        if content_bytes > CONTENT_BYTES_MAX {
            return Err(HeadError::ContentTooLarge {
                bytes: content_bytes,
            });
        }
        let HeadDraft {
            log,
            seq,
            media,
            sent,
            lang,
            office,
            seen,
        } = *draft;
        let written = Written {
            bytes: content_bytes,
            content,
            lang,
            log,
            media,
            office,
            seen,
            sent,
            seq,
            v: VERSION,
        };
        let bytes = serde_json::to_vec(&written).map_err(|err| members_error(&err))?;
        admit(bytes)
    }

    /// Reads the bytes of a head. They must be canonical: it is they that were hashed.
    ///
    /// # Errors
    /// [`HeadError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, HeadError> {
        within_size(bytes.len())?;
        Self::from_canonical(admit(bytes.to_vec())?)
    }

    fn from_canonical(bytes: Canonical) -> Result<Self, HeadError> {
        let members: Members =
            serde_json::from_str(bytes.as_str()).map_err(|err| members_error(&err))?;
        if members.v != VERSION {
            return Err(HeadError::Version(members.v));
        }
        Ok(Self { bytes, members })
    }

    /// The exact bytes, with members that are unknown here.
    #[must_use]
    pub fn as_canonical(&self) -> &Canonical {
        &self.bytes
    }

    /// The log that the item belongs to.
    #[must_use]
    pub fn log(&self) -> &Origin {
        &self.members.log
    }

    /// Its index there.
    #[must_use]
    pub fn seq(&self) -> LeafIndex {
        self.members.seq
    }

    /// Media type of the content.
    #[must_use]
    pub fn media(&self) -> &str {
        &self.members.media
    }

    /// The commitment to the content.
    #[must_use]
    pub fn content(&self) -> &Hash {
        &self.members.content
    }

    /// Length of the content in bytes.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.members.bytes
    }

    /// When it was sent, by the sender's clock.
    #[must_use]
    pub fn sent(&self) -> UtcTime {
        self.members.sent
    }

    /// Language of the content (BCP 47), when known.
    #[must_use]
    pub fn lang(&self) -> Option<&str> {
        self.members.lang.as_deref()
    }

    /// The sending office, when known.
    #[must_use]
    pub fn office(&self) -> Option<&str> {
        self.members.office.as_deref()
    }

    /// The last checkpoints of the other logs that the sender held.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.members.seen
    }
}

fn within_size(bytes: usize) -> Result<(), HeadError> {
    if bytes > HEAD_BYTES_MAX {
        Err(HeadError::TooLarge { bytes })
    } else {
        Ok(())
    }
}

fn admit(bytes: Vec<u8>) -> Result<Canonical, HeadError> {
    within_size(bytes.len())?;
    Ok(json::admit_canonical(bytes, &Limits::default())?)
}

fn members_error(err: &serde_json::Error) -> HeadError {
    HeadError::Members(err.to_string())
}
