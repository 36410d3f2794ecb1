//! A proof of one item, for an outsider to check without a node.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{
    hash::{LeafIndex, TreeSize},
    note::SignedNote,
    opening::Level,
    proof::{PROOF_INLINE_CONTENT_BYTES_MAX, TlogProof},
    tree::inclusion_proof,
};
use store::{Checkpoint, CosignatureKind, SignedKind, StoredCheckpoint};

use crate::{
    desk::state::receiver, directory::LogEntry, error::ApiError, held, node::Node,
    offer::with_lines, request::Prove, trees::Tiles, view::ProofView,
};

impl Node {
    /// Proves that an item is in its log, disclosing it up to a level.
    pub(crate) async fn prove(&self, request: Prove) -> Result<ProofView, ApiError> {
        let level = match request.level.as_str() {
            "class" => Level::Class,
            "head" => Level::Head,
            "content" => Level::Content,
            other => {
                return Err(ApiError::invalid(format!(
                    "`{other}` is no level of a proof; it discloses the `class`, the `head` or the `content`"
                )));
            }
        };
        let directory = self.directory();
        let (log, index) = directory.item(&request.item).map_err(ApiError::not_found)?;
        let stored = self.stored(&log, index, &request.item).await?;
        let held = held::from_store(&stored.item.opening).map_err(ApiError::internal)?;
        let opening = held.reduced_to(level).map_err(|_| {
            ApiError::refused(
                "not_disclosed",
                format!(
                    "of {} this node does not hold what a proof of its {} discloses",
                    request.item, request.level
                ),
            )
        })?;
        let content = stored
            .item
            .opening
            .content()
            .filter(|_| level == Level::Content);
        if level == Level::Content && content.is_none() {
            return Err(ApiError::refused(
                "not_disclosed",
                format!(
                    "the content of {} is not held here; prove its head",
                    request.item
                ),
            ));
        }
        let (checkpoint, receipted) = self.covering(&log, index).await?.ok_or_else(|| {
            ApiError::refused(
                "not_signed",
                format!(
                    "no signed checkpoint covers {} yet; try again in a moment",
                    request.item
                ),
            )
        })?;
        let index = LeafIndex::new(index).map_err(ApiError::internal)?;
        let size = TreeSize::new(checkpoint.checkpoint.size).map_err(ApiError::internal)?;
        let hashes = Tiles::Held(&**self.store(), log.id)
            .compute(|known| inclusion_proof(known, index, size))
            .await
            .map_err(ApiError::internal)?;
        let inside = content.map(|content| &**content);
        let proof = TlogProof::of_item(opening, inside, index, hashes, whole_note(&checkpoint)?)
            .map_err(ApiError::internal)?;
        let beside = content.filter(|content| content.len() > PROOF_INLINE_CONTENT_BYTES_MAX);
        Ok(ProofView {
            proof: proof.to_text(),
            policy: self.policy(&log, receipted),
            content: beside.map(|content| STANDARD.encode(content)),
        })
    }

    /// The newest checkpoint over an item that another party has receipted, else the newest of its log; and whether
    /// it is receipted.
    async fn covering(
        &self,
        log: &LogEntry,
        index: u64,
    ) -> Result<Option<(StoredCheckpoint, bool)>, ApiError> {
        let size = self.store().log(log.id).await?.map_or(0, |held| held.size);
        let newest = self.store().newest_cosigned(log.id).await?;
        let receipted = newest
            .iter()
            .filter(|each| {
                each.kind == CosignatureKind::Receipt && each.size > index && each.size <= size
            })
            .filter(|each| receiver(&each.name).is_some_and(|by| by != log.party))
            .map(|each| each.size)
            .max();
        if let Some(at) = receipted
            && let Some(checkpoint) = self.store().checkpoint_at(log.id, at).await?
        {
            return Ok(Some((checkpoint, true)));
        }
        let newest = match self.signed_last(log).await? {
            Some(signed) => Some(signed),
            None => self.newest_whole(log).await?,
        };
        Ok(newest
            .filter(|newest| newest.checkpoint.size > index)
            .map(|newest| (newest, false)))
    }

    /// The checkpoint of an own log that was signed last, with what lines are held of it. The store has those of own
    /// logs that somebody countersigned; the sign-state has the last.
    pub(crate) async fn signed_last(
        &self,
        log: &LogEntry,
    ) -> Result<Option<StoredCheckpoint>, ApiError> {
        let signed = self
            .sign_state()
            .load(SignedKind::Checkpoint, log.origin.as_str())
            .await
            .map_err(ApiError::internal)?;
        let Some(signed) = signed.filter(|_| log.mine) else {
            return Ok(None);
        };
        let held = self.store().checkpoint_at(log.id, signed.size).await?;
        Ok(Some(StoredCheckpoint {
            checkpoint: Checkpoint {
                size: signed.size,
                root: signed.root,
                time: signed.time,
                note: signed.note,
            },
            cosignatures: held.map(|held| held.cosignatures).unwrap_or_default(),
        }))
    }
}

/// The note of a checkpoint with every line held.
pub(crate) fn whole_note(checkpoint: &StoredCheckpoint) -> Result<SignedNote, ApiError> {
    let note = with_lines(&checkpoint.checkpoint.note, &checkpoint.cosignatures);
    SignedNote::parse(note.as_bytes()).map_err(ApiError::internal)
}
