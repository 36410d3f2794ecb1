//! The add-entries request of tlog-mirror: a header, then packages of at most 256 entries, each with the
//! proof that ties it to the pending checkpoint.
//!
//! ```text
//! header  = u16 length || origin || u64 start || u64 end || u16 length || ticket
//! package = (u16 length || entry)* || u8 count || hash[32] × count
//! ```

use crate::base64;
use crate::checkpoint::Checkpoint;
use crate::decimal;
use crate::entry::{ENTRY_BYTES, Entry, EntryError};
use crate::hash::{HASH_BYTES, Hash, LeafIndex, SizeError, TreeSize};
use crate::name::{NameError, Origin};
use crate::tile::TILE_WIDTH;
use crate::tree::{
    Frontier, FrontierError, PROOF_HASHES_MAX, ProofError, verify_subtree_consistency,
};

/// The longest ticket in bytes that we send back.
pub const TICKET_BYTES_MAX: usize = 1024;

/// The head of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddEntriesHeader {
    /// The log.
    pub origin: Origin,
    /// The first entry that is uploaded.
    pub start: TreeSize,
    /// The size of the pending checkpoint.
    pub end: TreeSize,
    /// What the mirror gave to be given back; opaque.
    pub ticket: Vec<u8>,
}

/// Which entries a package has, and which subtree its proof is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackageRange {
    /// The subtree begins here: `start` rounded down to a multiple of 256.
    pub subtree_start: LeafIndex,
    /// The first entry in the package.
    pub start: LeafIndex,
    /// One past the last entry.
    pub end: TreeSize,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntriesPackage {
    /// The entries of its range.
    pub entries: Vec<Entry>,
    /// The subtree consistency proof.
    pub proof: Vec<Hash>,
}

/// The answer to a request that is to be continued (`text/x.tlog.mirror-info`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorInfo {
    /// The size of a valid pending checkpoint.
    pub pending: TreeSize,
    /// The first entry that the mirror does not have.
    pub next: TreeSize,
    /// To be given back; opaque.
    pub ticket: Vec<u8>,
}

/// Why bytes are no part of an add-entries request, or a package does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddEntriesError {
    /// They end too soon. More of a stream may make it whole.
    #[error("the request is cut short")]
    Short,
    /// The origin is none.
    #[error(transparent)]
    Origin(#[from] NameError),
    /// The origin is not UTF-8.
    #[error("an origin that is not UTF-8")]
    NotUtf8,
    /// A size is beyond what we handle.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// It ends before it starts.
    #[error("an upload from {start} to {end}")]
    Backwards {
        /// The first entry.
        start: u64,
        /// One past the last.
        end: u64,
    },
    /// The ticket is longer than those we give out.
    #[error("a ticket of {bytes} bytes, the limit is {TICKET_BYTES_MAX}")]
    Ticket {
        /// Its length.
        bytes: usize,
    },
    /// An entry has another length than entries have.
    #[error("entry {index} has {bytes} bytes")]
    EntryLength {
        /// Its index in the log.
        index: u64,
        /// As its prefix says.
        bytes: u16,
    },
    /// An entry is none.
    #[error("entry {index}: {reason}")]
    Entry {
        /// Its index in the log.
        index: u64,
        /// Why.
        reason: EntryError,
    },
    /// There are too many hashes.
    #[error("a proof of {0} hashes, the limit is {PROOF_HASHES_MAX}")]
    TooManyHashes(u8),
    /// The caller did not give the leaves before the package, or not all its entries are there.
    #[error("{found} leaves for the subtree, it has {expected}")]
    Leaves {
        /// How many there must be.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The subtree is not in the pending tree.
    #[error(transparent)]
    Proof(#[from] ProofError),
    /// The leaves do not make a tree.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
}

/// Takes bytes off the front.
fn take<'a>(rest: &mut &'a [u8], bytes: usize) -> Result<&'a [u8], AddEntriesError> {
    let (taken, after) = rest.split_at_checked(bytes).ok_or(AddEntriesError::Short)?;
    *rest = after;
    Ok(taken)
}

fn take_array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], AddEntriesError> {
    let (taken, after) = rest.split_first_chunk().ok_or(AddEntriesError::Short)?;
    *rest = after;
    Ok(*taken)
}

impl AddEntriesHeader {
    /// Reads the header off the front of a request body and leaves the rest.
    ///
    /// # Errors
    /// [`AddEntriesError`]; [`AddEntriesError::Short`] when more bytes are needed.
    pub fn take(rest: &mut &[u8]) -> Result<Self, AddEntriesError> {
        let mut after = *rest;
        let origin_bytes = u16::from_be_bytes(take_array(&mut after)?);
        let origin = take(&mut after, usize::from(origin_bytes))?;
        let origin = std::str::from_utf8(origin)
            .map_err(|_| AddEntriesError::NotUtf8)?
            .parse()?;
        let start = u64::from_be_bytes(take_array(&mut after)?);
        let end = u64::from_be_bytes(take_array(&mut after)?);
        if start > end {
            return Err(AddEntriesError::Backwards { start, end });
        }
        let bytes = usize::from(u16::from_be_bytes(take_array(&mut after)?));
        if bytes > TICKET_BYTES_MAX {
            return Err(AddEntriesError::Ticket { bytes });
        }
        let ticket = take(&mut after, bytes)?.to_vec();
        *rest = after;
        Ok(Self {
            origin,
            start: TreeSize::new(start)?,
            end: TreeSize::new(end)?,
            ticket,
        })
    }

    /// The bytes of the header.
    ///
    /// # Errors
    /// [`AddEntriesError::Ticket`].
    pub fn encode(&self) -> Result<Vec<u8>, AddEntriesError> {
        let bytes = self.ticket.len();
        if bytes > TICKET_BYTES_MAX {
            return Err(AddEntriesError::Ticket { bytes });
        }
        let origin = self.origin.as_str().as_bytes();
        let mut out = (origin.len() as u16).to_be_bytes().to_vec();
        out.extend_from_slice(origin);
        out.extend_from_slice(&self.start.get().to_be_bytes());
        out.extend_from_slice(&self.end.get().to_be_bytes());
        out.extend_from_slice(&(bytes as u16).to_be_bytes());
        out.extend_from_slice(&self.ticket);
        Ok(out)
    }
}

/// The canonical sequence of packages of an upload: cut at multiples of 256.
pub fn package_ranges(start: TreeSize, end: TreeSize) -> impl Iterator<Item = PackageRange> {
    let (start, end) = (start.get(), end.get());
    let first = start / TILE_WIDTH;
    let past = if start < end {
        end.div_ceil(TILE_WIDTH)
    } else {
        first
    };
    (first..past).filter_map(move |bundle| {
        let subtree_start = bundle * TILE_WIDTH;
        Some(PackageRange {
            subtree_start: LeafIndex::new(subtree_start).ok()?,
            start: LeafIndex::new(subtree_start.max(start)).ok()?,
            end: TreeSize::new(end.min(subtree_start + TILE_WIDTH)).ok()?,
        })
    })
}

impl EntriesPackage {
    /// Reads the package of a range off the front of a request body and leaves the rest.
    ///
    /// # Errors
    /// [`AddEntriesError`]; [`AddEntriesError::Short`] when more bytes are needed.
    pub fn take(rest: &mut &[u8], range: PackageRange) -> Result<Self, AddEntriesError> {
        let mut after = *rest;
        let mut entries = Vec::with_capacity((range.end.get() - range.start.get()) as usize);
        for index in range.start.get()..range.end.get() {
            let bytes = u16::from_be_bytes(take_array(&mut after)?);
            if usize::from(bytes) != ENTRY_BYTES {
                return Err(AddEntriesError::EntryLength { index, bytes });
            }
            let entry = Entry::parse(take(&mut after, ENTRY_BYTES)?);
            entries.push(entry.map_err(|reason| AddEntriesError::Entry { index, reason })?);
        }
        let [count] = take_array(&mut after)?;
        if usize::from(count) > PROOF_HASHES_MAX {
            return Err(AddEntriesError::TooManyHashes(count));
        }
        let hashes = take(&mut after, usize::from(count) * HASH_BYTES)?;
        let (hashes, _) = hashes.as_chunks::<HASH_BYTES>();
        let proof = hashes.iter().copied().map(Hash::new).collect();
        *rest = after;
        Ok(Self { entries, proof })
    }

    /// Appends the bytes of the package.
    ///
    /// # Errors
    /// [`AddEntriesError::TooManyHashes`].
    pub fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), AddEntriesError> {
        let count = u8::try_from(self.proof.len()).unwrap_or(u8::MAX);
        if usize::from(count) > PROOF_HASHES_MAX {
            return Err(AddEntriesError::TooManyHashes(count));
        }
        for entry in &self.entries {
            out.extend_from_slice(&(ENTRY_BYTES as u16).to_be_bytes());
            out.extend_from_slice(entry.as_bytes());
        }
        out.push(count);
        for hash in &self.proof {
            out.extend_from_slice(hash.as_bytes());
        }
        Ok(())
    }

    /// Verifies that the entries are those of the pending checkpoint, and gives their leaf hashes.
    /// `before` is the leaf hashes from the start of the subtree to the start of the package.
    ///
    /// # Errors
    /// [`AddEntriesError::Leaves`] or [`AddEntriesError::Proof`].
    pub fn verify(
        &self,
        range: PackageRange,
        before: &[Hash],
        pending: &Checkpoint,
    ) -> Result<Vec<Hash>, AddEntriesError> {
        let expected = range.end.get() - range.subtree_start.get();
        let found = (before.len() + self.entries.len()) as u64;
        if found != expected {
            return Err(AddEntriesError::Leaves { expected, found });
        }
        let leaves: Vec<Hash> = self.entries.iter().map(Entry::leaf_hash).collect();
        let mut subtree = Frontier::new();
        for leaf in before.iter().chain(&leaves) {
            subtree.push(*leaf)?;
        }
        verify_subtree_consistency(
            range.subtree_start,
            range.end,
            pending.size(),
            &self.proof,
            &subtree.root(),
            pending.root(),
        )?;
        Ok(leaves)
    }
}

impl MirrorInfo {
    /// The three lines.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.pending,
            self.next,
            base64::encode(&self.ticket)
        )
    }

    /// Reads the three lines; `None` when they are not such.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(body)
            .ok()?
            .strip_suffix('\n')?
            .split('\n');
        let (pending, next, ticket) = (lines.next()?, lines.next()?, lines.next()?);
        let size = |line| TreeSize::new(decimal::parse(line)?).ok();
        let ticket = base64::decode(ticket)?;
        let whole = lines.next().is_none() && ticket.len() <= TICKET_BYTES_MAX;
        whole.then_some(Self {
            pending: size(pending)?,
            next: size(next)?,
            ticket,
        })
    }
}
