//! Bundles of entries and packages of items: how a log travels (`docs/FORMATS.md` §2).
//!
//! ```text
//! entry bundle = (u16 length || entry) × width
//! packed item  = u32 length || opening || u32 length || content
//! package      = zstd(packed item × width)
//! ```
//! The second length is 0xFFFFFFFF, with no bytes after it, when the content is not there.

use zstd::zstd_safe;

use crate::entry::{ENTRY_BYTES, Entry, EntryError};
use crate::opening::{Level, Opening, OpeningError};
use crate::tile::TILE_WIDTH;

/// A content longer than this, in bytes, is left out of its package (`docs/FORMATS.md` §10).
pub const PACKAGE_CONTENT_BYTES_MAX: usize = 1024 * 1024;

/// Once a package has this many bytes of contents, the others are left out (`docs/FORMATS.md` §10).
pub const PACKAGE_CONTENTS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most bytes that a package unpacks to (`docs/FORMATS.md` §10).
pub const PACKAGE_UNPACKED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Fast, and within a few per cent of what slower levels reach on STIX.
const ZSTD_LEVEL: i32 = 3;

const ABSENT: u32 = u32::MAX;
const PREFIXED_ENTRY_BYTES: usize = size_of::<u16>() + ENTRY_BYTES;

/// An item as it travels: what opens its entry, and its content if that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedItem<'a> {
    /// What opens the entry.
    pub opening: Opening,
    /// The content; only beside an opening of level content, and even then it may be elsewhere.
    pub content: Option<&'a [u8]>,
}

/// Why bytes are no bundle, packed item or package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// An entry bundle has a wrong length.
    #[error("an entry bundle of {found} bytes, {width} entries have {expected}")]
    BundleLength {
        /// How many bytes there are.
        found: usize,
        /// How many there must be.
        expected: usize,
        /// How many entries it should have.
        width: u16,
    },
    /// An entry in a bundle is none.
    #[error("entry {number} of the bundle: {reason}")]
    Entry {
        /// From 0, within the bundle.
        number: usize,
        /// Why.
        reason: EntryError,
    },
    /// An entry in a bundle has another length than entries have.
    #[error("entry {number} of the bundle has {bytes} bytes")]
    EntryLength {
        /// From 0, within the bundle.
        number: usize,
        /// As its prefix says.
        bytes: u16,
    },
    /// The bytes end within an item.
    #[error("item {number} of the package is cut short")]
    Short {
        /// From 0, within the package.
        number: usize,
    },
    /// An opening in a package is none.
    #[error("item {number} of the package: {reason}")]
    Opening {
        /// From 0, within the package.
        number: usize,
        /// Why.
        reason: OpeningError,
    },
    /// A content stands beside an opening that cannot check it.
    #[error("item {number} of the package has a content that its opening does not disclose")]
    ContentUndisclosed {
        /// From 0, within the package.
        number: usize,
    },
    /// Something follows the last item.
    #[error("{0} bytes follow the last item")]
    Trailing(usize),
    /// The bytes are not exactly one zstd frame, or it is damaged.
    #[error("the package is not one intact zstd frame")]
    Frame,
    /// It unpacks to too much.
    #[error("the package unpacks to more than {PACKAGE_UNPACKED_BYTES_MAX} bytes")]
    TooLarge,
    /// Openings and contents are each at most 4 GiB; ours are far below.
    #[error("a part of {0} bytes does not fit in a packed item")]
    PartTooLarge(usize),
}

/// Encodes an entry bundle.
#[must_use]
pub fn encode_entries<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Vec<u8> {
    let entries = entries.into_iter();
    let mut out = Vec::with_capacity(entries.size_hint().0 * PREFIXED_ENTRY_BYTES);
    for entry in entries {
        out.extend_from_slice(&(ENTRY_BYTES as u16).to_be_bytes());
        out.extend_from_slice(entry.as_bytes());
    }
    out
}

/// Reads an entry bundle of that many entries.
///
/// # Errors
/// [`PackageError::BundleLength`], [`PackageError::EntryLength`] or [`PackageError::Entry`].
pub fn parse_entries(bytes: &[u8], width: u16) -> Result<Vec<Entry>, PackageError> {
    let expected = usize::from(width) * PREFIXED_ENTRY_BYTES;
    if bytes.len() != expected {
        return Err(PackageError::BundleLength {
            found: bytes.len(),
            expected,
            width,
        });
    }
    let (chunks, _) = bytes.as_chunks::<PREFIXED_ENTRY_BYTES>();
    let read = |(number, chunk): (usize, &[u8; PREFIXED_ENTRY_BYTES])| {
        let length = u16::from_be_bytes([chunk[0], chunk[1]]);
        if usize::from(length) != ENTRY_BYTES {
            return Err(PackageError::EntryLength {
                number,
                bytes: length,
            });
        }
        Entry::parse(&chunk[2..]).map_err(|reason| PackageError::Entry { number, reason })
    };
    chunks.iter().enumerate().map(read).collect()
}

impl<'a> PackedItem<'a> {
    /// Appends the encoding.
    ///
    /// # Errors
    /// [`PackageError::ContentUndisclosed`] or [`PackageError::PartTooLarge`].
    pub fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), PackageError> {
        if self.content.is_some() && self.opening.level() != Level::Content {
            return Err(PackageError::ContentUndisclosed { number: 0 });
        }
        let opening_bytes = self.opening.encoded_bytes();
        out.reserve(2 * size_of::<u32>() + opening_bytes + self.content.map_or(0, <[u8]>::len));
        out.extend_from_slice(&length(opening_bytes)?);
        self.opening.encode_into(out);
        match self.content {
            None => out.extend_from_slice(&ABSENT.to_be_bytes()),
            Some(content) => {
                out.extend_from_slice(&length(content.len())?);
                out.extend_from_slice(content);
            }
        }
        Ok(())
    }

    /// The encoding.
    ///
    /// # Errors
    /// As [`PackedItem::encode_into`].
    pub fn encode(&self) -> Result<Vec<u8>, PackageError> {
        let mut out = Vec::new();
        self.encode_into(&mut out)?;
        Ok(out)
    }

    /// Reads exactly one packed item.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PackageError> {
        let mut rest = bytes;
        let item = Self::take(&mut rest, 0)?;
        if rest.is_empty() {
            Ok(item)
        } else {
            Err(PackageError::Trailing(rest.len()))
        }
    }

    fn take(rest: &mut &'a [u8], number: usize) -> Result<Self, PackageError> {
        let opening = take_length(rest, number)?;
        let opening = take_part(rest, opening, number)?;
        let opening =
            Opening::parse(opening).map_err(|reason| PackageError::Opening { number, reason })?;
        let content = match take_length(rest, number)? {
            ABSENT => None,
            _ if opening.level() != Level::Content => {
                return Err(PackageError::ContentUndisclosed { number });
            }
            bytes => Some(take_part(rest, bytes, number)?),
        };
        Ok(Self { opening, content })
    }
}

fn length(bytes: usize) -> Result<[u8; 4], PackageError> {
    match u32::try_from(bytes) {
        Ok(length) if length != ABSENT => Ok(length.to_be_bytes()),
        _ => Err(PackageError::PartTooLarge(bytes)),
    }
}

fn take_length(rest: &mut &[u8], number: usize) -> Result<u32, PackageError> {
    let (length, after) = rest
        .split_first_chunk()
        .ok_or(PackageError::Short { number })?;
    *rest = after;
    Ok(u32::from_be_bytes(*length))
}

fn take_part<'a>(rest: &mut &'a [u8], bytes: u32, number: usize) -> Result<&'a [u8], PackageError> {
    let (part, after) = rest
        .split_at_checked(bytes as usize)
        .ok_or(PackageError::Short { number })?;
    *rest = after;
    Ok(part)
}

/// Which contents fit in a package, in the order of its items (`docs/FORMATS.md` §2). The others are fetched alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Room {
    taken_bytes: usize,
}

impl Room {
    /// Whether the next content, of this length, is in the package.
    pub fn takes(&mut self, content_bytes: usize) -> bool {
        if content_bytes > PACKAGE_CONTENT_BYTES_MAX {
            return false;
        }
        self.taken_bytes = self.taken_bytes.saturating_add(content_bytes);
        self.taken_bytes <= PACKAGE_CONTENTS_BYTES_MAX
    }
}

/// Packs the items of one bundle. Contents that are too large for a package are left out.
///
/// # Errors
/// [`PackageError::ContentUndisclosed`], [`PackageError::PartTooLarge`] or [`PackageError::TooLarge`]
/// (not with at most [`TILE_WIDTH`] items).
pub fn pack<'a>(items: impl IntoIterator<Item = PackedItem<'a>>) -> Result<Vec<u8>, PackageError> {
    let mut unpacked = Vec::new();
    let mut room = Room::default();
    for mut item in items {
        item.content = item.content.filter(|content| room.takes(content.len()));
        item.encode_into(&mut unpacked)?;
    }
    if unpacked.len() > PACKAGE_UNPACKED_BYTES_MAX {
        return Err(PackageError::TooLarge);
    }
    zstd::bulk::compress(&unpacked, ZSTD_LEVEL).map_err(|_| PackageError::Frame)
}

/// The unpacked bytes of one package; [`Unpacked::items`] reads them without copying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    bytes: Vec<u8>,
}

impl Unpacked {
    /// Unpacks one zstd frame within the limit.
    ///
    /// # Errors
    /// [`PackageError::Frame`] or [`PackageError::TooLarge`].
    pub fn new(package: &[u8]) -> Result<Self, PackageError> {
        let frame_bytes =
            zstd_safe::find_frame_compressed_size(package).map_err(|_| PackageError::Frame)?;
        if frame_bytes != package.len() {
            return Err(PackageError::Frame);
        }
        let claimed =
            zstd_safe::get_frame_content_size(package).map_err(|_| PackageError::Frame)?;
        // Our packages say their size; one of unknown size could make us reserve the whole limit.
        let claimed = claimed.ok_or(PackageError::Frame)?;
        if claimed > PACKAGE_UNPACKED_BYTES_MAX as u64 {
            return Err(PackageError::TooLarge);
        }
        let bytes =
            zstd::bulk::decompress(package, claimed as usize).map_err(|_| PackageError::Frame)?;
        Ok(Self { bytes })
    }

    /// Reads the items, of which there must be exactly `width` (at most [`TILE_WIDTH`]).
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn items(&self, width: u16) -> Result<Vec<PackedItem<'_>>, PackageError> {
        let mut rest = self.bytes.as_slice();
        let mut items = Vec::with_capacity(usize::from(width).min(TILE_WIDTH as usize));
        for number in 0..usize::from(width) {
            items.push(PackedItem::take(&mut rest, number)?);
        }
        if rest.is_empty() {
            Ok(items)
        } else {
            Err(PackageError::Trailing(rest.len()))
        }
    }
}
