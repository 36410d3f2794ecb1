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

pub(super) type SealedBatch = (Vec<Item>, Vec<NewObject>, append::Appended);

impl Sealing {
    pub(super) fn seal(
        &self,
        tree: &Edge,
        fresh: Vec<(Draft, Option<NewObject>)>,
    ) -> Result<SealedBatch, SealError> {
        let mut random = vec![0; fresh.len() * 96];
        self.random.fill(&mut random);
        let (salts, _) = random.as_chunks();
        let mut items = Vec::with_capacity(fresh.len());
        let mut entries: Vec<Entry> = Vec::with_capacity(fresh.len());
        let mut objects = Vec::new();
        for ((seq, (draft, object)), salts) in (tree.size().get()..).zip(fresh).zip(salts) {
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
            items.push(Item {
                entry: *sealed.entry.as_bytes(),
                content_c: alone.then(|| *sealed.content_commitment.as_bytes()),
                opening: held::to_store(&sealed.opening, Some(draft.content)),
                state: ItemState::Whole,
            });
            entries.push(sealed.entry);
            objects.extend(object);
        }
        let appended = append::append(tree, &entries)?;
        Ok((items, objects, appended))
    }
}
