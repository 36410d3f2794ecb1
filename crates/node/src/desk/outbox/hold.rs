//! Letting things wait.

use record::{
    entry::Class,
    hash::Hash,
    head::{MEDIA_STIX, MEDIA_STIX_20},
};
use store::{
    StoreError,
    outbox::{
        NewWaiting, OUTBOX_BYTES_MAX, OUTBOX_ITEMS_MAX, OutboxState, OutboxWanted, Post, Queued,
        WaitingItem,
    },
};
use uuid::Uuid;

use crate::{
    access::Caller,
    desk::pass::CONFLICT,
    directory::TrackEntry,
    error::ApiError,
    node::Node,
    sequencer::{BATCH_ITEMS_MAX, Draft, ObjectVersion},
};

use super::{DECIDED_KEPT, OUTBOX_PAGE_MAX};

/// What came of something that was to wait.
#[derive(Debug)]
pub(crate) enum Held {
    /// It waits, under this number.
    Waits(u64),
    /// The track holds it already, so that there is nothing to clear.
    OnRecord(Draft),
    /// It cannot be passed.
    Refused(&'static str),
}

/// Why a version that waits keeps others out.
const CONFLICT_WAITING: &str = "the same version of this object waits for clearance with other content; a change is a new \
     version with a later `modified`";

impl Node {
    /// Lets drafts wait on a track for as many officers, all or none; one result for each, in order. Each has its place
    /// in what was posted, and names an object.
    ///
    /// # Errors
    /// `outbox_full`; the store.
    pub(crate) async fn hold(
        &self,
        track: &TrackEntry,
        officers: u8,
        (by, status): (&Caller, Option<Uuid>),
        drafts: Vec<(usize, Draft)>,
    ) -> Result<Vec<(usize, Held)>, ApiError> {
        let hashed = tokio::task::spawn_blocking(move || hashed(drafts))
            .await
            .map_err(ApiError::internal)?;
        let now = self.clock().now().as_microsecond();
        let mut held: Vec<(usize, Held)> = Vec::with_capacity(hashed.len());
        let mut fresh = Vec::new();
        for batch in hashed.chunks(BATCH_ITEMS_MAX) {
            let keys = batch.iter().map(|each| each.object.key()).collect();
            let before = self.store().lookup_objects(track.id, keys).await?;
            for (each, before) in batch.iter().zip(before) {
                let same = before
                    .iter()
                    .any(|version| version.content_hash == each.content_hash);
                held.push(match (same, before.is_empty()) {
                    (true, _) => (each.place, Held::OnRecord(each.draft.clone())),
                    (false, false) => (each.place, Held::Refused(CONFLICT)),
                    (false, true) => {
                        fresh.push(each.waiting(track, officers, (by, status), now));
                        // Its number comes from the store.
                        (each.place, Held::Waits(0))
                    }
                });
            }
        }
        self.forget_decided(now).await?;
        let mut queued = self.wait(fresh).await?.into_iter();
        for (_, held) in &mut held {
            if let Held::Waits(_) = held
                && let Some(queued) = queued.next()
            {
                *held = match queued {
                    Queued::Waiting(id) | Queued::Same(id) => Held::Waits(id),
                    Queued::Conflict(_) => Held::Refused(CONFLICT_WAITING),
                };
            }
        }
        Ok(held)
    }

    async fn wait(&self, fresh: Vec<NewWaiting>) -> Result<Vec<Queued>, ApiError> {
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        self.store().wait(fresh).await.map_err(|error| match error {
            StoreError::TooLarge { what, limit, .. }
                if limit == OUTBOX_ITEMS_MAX || limit == OUTBOX_BYTES_MAX =>
            {
                ApiError::refused(
                    "outbox_full",
                    format!(
                        "nothing was taken: {what} would be more than {limit}, the limit; an officer clears or refuses \
                         what waits with `chancery outbox`, then go on"
                    ),
                )
            }
            error => error.into(),
        })
    }

    /// How many inquiries wait on a track: they have numbers already.
    pub(crate) async fn inquiries_waiting(&self, track: &TrackEntry) -> Result<u64, ApiError> {
        let mut count = 0;
        for state in [OutboxState::Waiting, OutboxState::Cleared] {
            let wanted = OutboxWanted {
                tracks: Some(vec![track.id]),
                state: Some(state),
                class: Some(Class::Inquiry.to_byte()),
                ..OutboxWanted::default()
            };
            count += self.store().outbox(wanted, OUTBOX_PAGE_MAX).await?.len() as u64;
        }
        Ok(count)
    }

    /// Removes what was decided so long ago that nobody asks any more.
    async fn forget_decided(&self, now: i64) -> Result<(), ApiError> {
        let kept = i64::try_from(DECIDED_KEPT.as_micros()).unwrap_or(i64::MAX);
        let gone = self.store().forget_outbox(now.saturating_sub(kept)).await?;
        if gone > 0 {
            tracing::info!(outbox.items = gone, "forgot what was decided long ago");
        }
        Ok(())
    }
}

/// A draft with what tells it apart.
struct Hashed {
    place: usize,
    draft: Draft,
    object: ObjectVersion,
    content_hash: [u8; 32],
}

/// Drafts without an object name nothing that could wait or be asked for; nobody makes such.
fn hashed(drafts: Vec<(usize, Draft)>) -> Vec<Hashed> {
    let each = |(place, draft): (usize, Draft)| {
        Some(Hashed {
            place,
            object: draft.object.clone()?,
            content_hash: *Hash::of(&draft.content).as_bytes(),
            draft,
        })
    };
    drafts.into_iter().filter_map(each).collect()
}

impl Hashed {
    fn waiting(
        &self,
        track: &TrackEntry,
        officers: u8,
        (by, status): (&Caller, Option<Uuid>),
        at: i64,
    ) -> NewWaiting {
        let Self {
            place,
            draft,
            object,
            content_hash,
        } = self;
        NewWaiting {
            track: track.id,
            officers,
            item: WaitingItem {
                class: draft.class.to_byte(),
                media: draft.media.to_owned(),
                lang: draft.lang.clone(),
                office: draft.office.clone(),
                stix_id: object.stix_id.clone(),
                version: object.version.clone(),
                order: object.order.clone(),
                spec: object.spec,
                content_hash: *content_hash,
            },
            content: draft.content.clone(),
            post: Post {
                by: by.name().to_owned(),
                at,
                status: status.map(Uuid::into_bytes),
                place: *place as u64,
            },
        }
    }
}

/// The draft that waited.
///
/// # Errors
/// What the store holds is nothing that this node let wait.
pub(super) fn draft(item: WaitingItem, content: bytes::Bytes) -> Result<Draft, NoDraft> {
    let media = [MEDIA_STIX, MEDIA_STIX_20];
    Ok(Draft {
        class: Class::from_byte(item.class).ok_or(NoDraft::Class(item.class))?,
        media: media
            .into_iter()
            .find(|media| *media == item.media)
            .ok_or(NoDraft::Media(item.media))?,
        content,
        object: Some(ObjectVersion {
            stix_id: item.stix_id,
            version: item.version,
            order: item.order,
            spec: item.spec,
        }),
        lang: item.lang,
        office: item.office,
    })
}

/// Why an item of the outbox is no draft.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoDraft {
    /// No class of items.
    #[error("the outbox holds an item of class {0}, which is none")]
    Class(u8),
    /// A media type that is never let wait.
    #[error("the outbox holds an item of media type {0}")]
    Media(String),
}
