//! Sealing a batch: salts, heads, commitments and the larger tree. No I/O, so that it can run beside the writer.

use std::sync::Arc;

use record::{
    append::{self, Edge},
    entry::{Entry, Salts, seal},
    hash::LeafIndex,
    head::{HeadDraft, Seen as HeadSeen},
    name::Origin,
    time::UtcTime,
};
use store::{Item, ItemState, NewObject};

use crate::{clock::Random, held};

use super::Draft;

/// What sealing a batch needs, without the writer.
pub(super) struct Sealing {
    pub(super) origin: Origin,
    pub(super) sent: UtcTime,
    pub(super) seen: HeadSeen,
    pub(super) random: Arc<dyn Random>,
}

/// Why a batch could not be sealed.
#[derive(Debug, thiserror::Error)]
pub(super) enum SealError {
    /// A head would be too large.
    #[error(transparent)]
    Head(#[from] record::head::HeadError),
    /// The tree is full.
    #[error(transparent)]
    Size(#[from] record::hash::SizeError),
    /// The tree is full.
    #[error(transparent)]
    Tree(#[from] record::tree::FrontierError),
}

/// Items for which another thread takes off more than it costs.
const PART_MIN: usize = 32;
/// Random bytes of an item: three salts.
const SALT_BYTES: usize = 96;

/// Sealed items that follow one another.
struct Part {
    items: Vec<Item>,
    entries: Vec<Entry>,
    objects: Vec<NewObject>,
}

pub(super) type SealedBatch = (Vec<Item>, Vec<NewObject>, append::Appended);

impl Sealing {
    /// Seals a batch; a large one on two threads, because hashing it is most of what a batch costs before it is
    /// stored.
    pub(super) fn seal(
        &self,
        tree: &Edge,
        mut fresh: Vec<(Draft, Option<NewObject>)>,
    ) -> Result<SealedBatch, SealError> {
        let first = tree.size().get();
        let mut random = vec![0; fresh.len() * SALT_BYTES];
        self.random.fill(&mut random);
        let later = match fresh.len() / 2 {
            half if half < PART_MIN => Vec::new(),
            half => fresh.split_off(half),
        };
        let (salts, later_salts) = random.split_at(fresh.len() * SALT_BYTES);
        let later_first = first + fresh.len() as u64;
        let (part, rest) = std::thread::scope(|scope| {
            let rest = (!later.is_empty())
                .then(|| scope.spawn(|| self.part(later_first, later, later_salts)));
            (
                self.part(first, fresh, salts),
                rest.map(std::thread::ScopedJoinHandle::join),
            )
        });
        let mut part = part?;
        if let Some(rest) = rest {
            // A panic of ours goes on as one; it is not for this place to judge.
            let rest = rest.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            part.items.extend(rest.items);
            part.entries.extend(rest.entries);
            part.objects.extend(rest.objects);
        }
        let appended = append::append(tree, &part.entries)?;
        Ok((part.items, part.objects, appended))
    }

    /// Seals some items that follow one another, the first at the index `first`.
    fn part(
        &self,
        first: u64,
        fresh: Vec<(Draft, Option<NewObject>)>,
        random: &[u8],
    ) -> Result<Part, SealError> {
        let (salts, _) = random.as_chunks::<SALT_BYTES>();
        let mut part = Part {
            items: Vec::with_capacity(fresh.len()),
            entries: Vec::with_capacity(fresh.len()),
            objects: Vec::with_capacity(fresh.len()),
        };
        for ((seq, (draft, object)), salts) in (first..).zip(fresh).zip(salts) {
            let head = HeadDraft {
                log: &self.origin,
                seq: LeafIndex::new(seq)?,
                media: draft.media,
                sent: self.sent,
                lang: draft.lang.as_deref(),
                office: draft.office.as_deref(),
                seen: &self.seen,
            };
            let sealed = seal(
                &head,
                draft.class,
                &draft.content,
                &Salts::from_random(salts),
            )?;
            let alone = held::fetched_alone(draft.content.len());
            part.items.push(Item {
                entry: *sealed.entry.as_bytes(),
                content_c: alone.then(|| *sealed.content_commitment.as_bytes()),
                opening: held::to_store(&sealed.opening, Some(draft.content)),
                state: ItemState::Whole,
            });
            part.entries.push(sealed.entry);
            part.objects.extend(object);
        }
        Ok(part)
    }
}
