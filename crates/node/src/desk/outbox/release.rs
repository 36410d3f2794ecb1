//! From the outbox to the record: what all have cleared is passed, in the order in which it was posted.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use record::{entry::Class, hash::Hash};
use store::{
    Position,
    outbox::{Settled, Untold, Waiting},
    statuses::Settlement,
};
use tokio_util::sync::CancellationToken;

use super::hold;
use crate::{
    desk::pass::CONFLICT,
    directory::TrackEntry,
    error::ApiError,
    node::{Node, WeakNode},
    sequencer::{BATCH_BYTES_MAX, BATCH_ITEMS_MAX, Draft, Outcome},
};

/// How long after one look at what is cleared the next comes: a window that was full may have room again.
const RELEASE_PAUSE: Duration = Duration::from_secs(15);
/// Most status resources that are told in one go.
const TELL_MAX: usize = 4_096;

/// Releases what is cleared, now and then: what a crash or a full window held back goes on without anybody's doing.
pub(crate) async fn keep_releasing(node: WeakNode, stop: CancellationToken) {
    loop {
        // Held no longer than a look takes: the node ends with its last owner, not with this task.
        if let Some(node) = node.upgrade() {
            if let Err(error) = node.release().await {
                tracing::warn!("what is cleared waits on: {}", error.title());
            }
        } else {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RELEASE_PAUSE) => {}
        }
    }
}

impl Node {
    /// Passes everything that is cleared, then tells the status resources that wait for it.
    ///
    /// # Errors
    /// What held something back, the last of it: a full window, a log that is closed, the store. The rest was passed.
    pub(crate) async fn release(&self) -> Result<(), ApiError> {
        let _alone = self.desk().releasing.lock().await;
        let mut held_back = Ok(());
        for id in self.store().cleared_tracks().await? {
            let known = self.directory().tracks();
            // A track of a dialogue that is not in force any more waits with it.
            let Some(track) = known.into_iter().find(|track| track.id == id) else {
                continue;
            };
            if let Err(error) = self.release_track(&track).await {
                held_back = Err(error);
            }
        }
        self.tell().await?;
        held_back
    }

    async fn release_track(&self, track: &Arc<TrackEntry>) -> Result<(), ApiError> {
        loop {
            let (bytes_max, items_max) = (BATCH_BYTES_MAX as u64, BATCH_ITEMS_MAX);
            let mut cleared = self.store().cleared(track.id, items_max, bytes_max).await?;
            let mut held_back = Ok(());
            if !cleared.is_empty()
                && let Err(full) = self.window(track).await
            {
                // What is owed is never held back.
                cleared.retain(|(waiting, _)| waiting.item.class == Class::Answer.to_byte());
                held_back = Err(full);
            }
            let Some((first, _)) = cleared.first() else {
                return held_back;
            };
            // An act goes alone: whether it still counts hangs on what is on the record before it.
            let is_act = |each: &Waiting| each.item.class != Class::Information.to_byte();
            let together = match is_act(first) {
                true => 1,
                false => cleared.partition_point(|(each, _)| !is_act(each)),
            };
            cleared.truncate(together);
            self.release_batch(track, cleared).await?;
            held_back?;
        }
    }

    async fn release_batch(
        &self,
        track: &Arc<TrackEntry>,
        cleared: Vec<(Waiting, Bytes)>,
    ) -> Result<(), ApiError> {
        // An act's place among the acts is its author's to know.
        let _acting = self.desk().acting.lock().await;
        let now = self.clock().now().as_microsecond();
        let (mut ids, mut drafts) = (Vec::new(), Vec::new());
        for (waiting, content) in cleared {
            let draft = hold::draft(waiting.item, content).map_err(ApiError::internal)?;
            if draft.class == Class::Answer
                && let Some(why) = self.no_answer_any_more(track, &draft).await?
            {
                let refused = vec![(waiting.id, Settled::Refused(why))];
                self.store().settle_outbox(refused, now).await?;
                continue;
            }
            ids.push(waiting.id);
            drafts.push(draft);
        }
        if drafts.is_empty() {
            return Ok(());
        }
        let (log, appended) = self.submit(track, drafts.clone()).await?;
        let mut settled = Vec::with_capacity(ids.len());
        for ((id, draft), outcome) in ids.into_iter().zip(&drafts).zip(appended.outcomes) {
            let position = match outcome {
                Outcome::Passed(index) => Position::new(log.id, index),
                // It was passed before, and the node ended before it could note so; or another party passed it.
                Outcome::AlreadyHeld | Outcome::ListedAgain => {
                    self.position_of(track, draft).await?
                }
                Outcome::Conflict => None,
            };
            settled.push((
                id,
                match position {
                    Some(position) => Settled::Passed(position),
                    None => Settled::Refused(CONFLICT.to_owned()),
                },
            ));
        }
        self.store().settle_outbox(settled, now).await?;
        Ok(())
    }

    /// The item of a track that carries these bytes as this version.
    async fn position_of(
        &self,
        track: &TrackEntry,
        draft: &Draft,
    ) -> Result<Option<Position>, ApiError> {
        let Some(object) = &draft.object else {
            return Ok(None);
        };
        let hash = *Hash::of(&draft.content).as_bytes();
        let held = self
            .store()
            .lookup_objects(track.id, vec![object.key()])
            .await?;
        let same = held
            .into_iter()
            .flatten()
            .find(|version| version.content_hash == hash);
        Ok(same.map(|version| version.position))
    }

    /// Tells the status resources what became of what they wait for.
    async fn tell(&self) -> Result<(), ApiError> {
        loop {
            let untold = self.store().untold(TELL_MAX).await?;
            if untold.is_empty() {
                return Ok(());
            }
            let mut by_status: BTreeMap<[u8; 16], Vec<Settlement>> = BTreeMap::new();
            let mut posts = Vec::with_capacity(untold.len());
            for each in untold {
                posts.push(each.post);
                by_status
                    .entry(each.status)
                    .or_default()
                    .push(settlement(each));
            }
            let now = self.clock().now().as_microsecond();
            // Told twice after a crash between the two, which changes nothing.
            for (status, settlements) in by_status {
                self.store().settle_status(status, settlements, now).await?;
            }
            self.store().told(posts).await?;
        }
    }
}

fn settlement(untold: Untold) -> Settlement {
    let (success, message) = match untold.settled {
        Settled::Passed(_) => (true, None),
        Settled::Refused(reason) if reason == CONFLICT => (false, Some(reason)),
        Settled::Refused(reason) => (false, Some(format!("it was not cleared: {reason}"))),
    };
    Settlement {
        position: untold.place,
        success,
        message,
    }
}
