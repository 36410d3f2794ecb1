//! What this node offers of the logs it holds: the resources that parties fetch, and that export writes. A log is shown as
//! far as a published checkpoint covers it, and only to the parties of its track.

use bytes::Bytes;
use record::{
    name::Host,
    package::{PackedItem, encode_entries, pack},
    tile::BundleId,
};
use store::{ReadLimits, SignStateError, SignedKind, StoreError, StoredCheckpoint, TileAt};

use crate::{directory::LogEntry, held, node::Node, resource::Resource};

impl Node {
    /// The newest checkpoint of a held log that is held whole, with its lines.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_whole(
        &self,
        log: &LogEntry,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let store = self.store();
        let size = store.log(log.id).await?.map_or(0, |held| held.size);
        match store.newest_checkpoint(log.id).await? {
            Some(newest) if newest.checkpoint.size <= size => Ok(Some(newest)),
            None => Ok(None),
            // A newer one is signed and not fetched whole yet: what we receipted last is.
            Some(_) => {
                let receipted = self
                    .sign_state()
                    .load(SignedKind::Receipt, log.origin.as_str())
                    .await;
                match receipted.ok().flatten() {
                    Some(signed) => store.checkpoint_at(log.id, signed.size).await,
                    None => Ok(None),
                }
            }
        }
    }

    /// The newest checkpoint of any log here that may be shown, with every line held, as a note.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn checkpoint_note(
        &self,
        log: &LogEntry,
    ) -> Result<Option<(u64, String)>, StoreError> {
        if let Some(published) = self.published(log.id) {
            let published = published.borrow().clone();
            let Some(published) = published else {
                return Ok(None);
            };
            let held = self.store().checkpoint_at(log.id, published.size).await?;
            let lines = held.map(|held| held.cosignatures).unwrap_or_default();
            return Ok(Some((published.size, with_lines(&published.note, &lines))));
        }
        let newest = self.newest_whole(log).await?;
        Ok(newest.map(|held| {
            (
                held.checkpoint.size,
                with_lines(&held.checkpoint.note, &held.cosignatures),
            )
        }))
    }

    /// How much of a log may be shown to others: what a published checkpoint covers.
    async fn shown(&self, log: &LogEntry) -> Result<u64, StoreError> {
        match self.published(log.id) {
            Some(published) => Ok(published.borrow().as_ref().map_or(0, |each| each.size)),
            None => Ok(self.store().log(log.id).await?.map_or(0, |held| held.size)),
        }
    }

    /// One resource, for a party of its track. `None` when there is no such thing for the asker.
    ///
    /// # Errors
    /// [`ResourceError`].
    pub async fn resource(
        &self,
        asker: &Host,
        resource: &Resource,
    ) -> Result<Option<Bytes>, ResourceError> {
        let directory = self.directory();
        let store = self.store();
        let log = match resource {
            Resource::Declarations(dialogue) => {
                let ours = directory.dialogue(dialogue).is_some_and(|each| {
                    each.charter
                        .parties()
                        .iter()
                        .any(|party| party.host.as_str() == asker.as_str())
                });
                if !ours {
                    return Ok(None);
                }
                let notes: Vec<String> = store
                    .declarations(dialogue)
                    .await?
                    .into_iter()
                    .map(|each| each.note)
                    .collect();
                return Ok(Some(serde_json::to_vec(&notes).unwrap_or_default().into()));
            }
            Resource::Checkpoint(log)
            | Resource::Tile(log, _)
            | Resource::Entries(log, _)
            | Resource::Package(log, _)
            | Resource::Content(log, _)
            | Resource::Seen(log) => log,
        };
        let Some(log) = directory.log(log).filter(|log| log.track.has(asker)) else {
            return Ok(None);
        };
        match resource {
            Resource::Declarations(_) => Ok(None),
            Resource::Checkpoint(_) => Ok(self
                .checkpoint_note(log)
                .await?
                .map(|(_, note)| note.into())),
            Resource::Seen(_) => {
                let signed = self
                    .sign_state()
                    .load(SignedKind::Receipt, log.origin.as_str())
                    .await?;
                Ok(signed.map(|signed| signed.note.into()))
            }
            Resource::Tile(_, tile) => {
                let at = TileAt {
                    level: tile.level(),
                    index: tile.index(),
                };
                let held = store.tiles(log.id, vec![at]).await?.pop().flatten();
                let wanted = usize::from(tile.width()) * 32;
                Ok(held
                    .filter(|held| held.len() >= wanted)
                    .map(|held| held.slice(..wanted)))
            }
            Resource::Entries(_, run) => {
                if run.leaves().end > self.shown(log).await? {
                    return Ok(None);
                }
                let entries = store.entries(log.id, run.leaves()).await?;
                let entries: Vec<_> = entries
                    .iter()
                    .map(|bytes| record::entry::Entry::parse(bytes))
                    .collect::<Result<_, _>>()?;
                Ok(Some(encode_entries(&entries).into()))
            }
            Resource::Package(_, run) => {
                if run.leaves().end > self.shown(log).await? {
                    return Ok(None);
                }
                Ok(Some(self.package(log, *run).await?))
            }
            Resource::Content(_, content_c) => {
                Ok(store.content(log.id, *content_c.as_bytes()).await?)
            }
        }
    }

    async fn package(&self, log: &LogEntry, run: BundleId) -> Result<Bytes, ResourceError> {
        let mut items = Vec::with_capacity(usize::from(run.width()));
        let mut next = run.leaves().start;
        while next < run.leaves().end {
            let more = self
                .store()
                .items(log.id, next..run.leaves().end, ReadLimits::default())
                .await?;
            let Some(last) = more.last() else {
                return Err(ResourceError::Short);
            };
            next = last.position.seq() + 1;
            items.extend(more);
        }
        let packed = tokio::task::spawn_blocking(move || {
            let packed = items
                .iter()
                .map(|stored| {
                    let opening = held::from_store(&stored.item.opening)?;
                    let content = stored.item.opening.content().map(|content| &**content);
                    Ok(PackedItem { opening, content })
                })
                .collect::<Result<Vec<_>, ResourceError>>()?;
            Ok::<_, ResourceError>(pack(packed)?)
        });
        Ok(packed.await.map_err(|_| ResourceError::Short)??.into())
    }
}

/// Why a resource that is here could not be given.
#[derive(Debug, thiserror::Error)]
pub enum ResourceError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sign-state.
    #[error(transparent)]
    SignState(#[from] SignStateError),
    /// A row that is no entry.
    #[error("an entry held here is none: {0}")]
    Entry(#[from] record::entry::EntryError),
    /// A row that is no opening.
    #[error("an opening held here is none: {0}")]
    Opening(#[from] record::opening::OpeningError),
    /// A package that cannot be made.
    #[error("a package cannot be made: {0}")]
    Package(#[from] record::package::PackageError),
    /// Fewer items than the log has, or the node is stopping.
    #[error("items of the log are missing")]
    Short,
}

/// A note with the lines of its cosigners after its own.
pub(crate) fn with_lines(note: &str, cosignatures: &[store::Cosignature]) -> String {
    let mut whole = note.to_owned();
    for line in cosignatures.iter().flat_map(|each| &each.lines) {
        // A note read from elsewhere may carry some of them already.
        if !whole.contains(&line.line) {
            whole.push_str(&line.line);
            whole.push('\n');
        }
    }
    whole
}
