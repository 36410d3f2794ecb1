//! Looking at the outbox, as far as somebody may read its collections.

use std::sync::Arc;

use record::entry::Class;
use stix::{CheckOptions, Checker, policy::Strictness};
use store::{
    TrackId,
    outbox::{OutboxState, OutboxWanted, Waiting},
};
use uuid::Uuid;

use super::OUTBOX_PAGE_MAX;
use crate::{
    access::Caller,
    collections::Collection,
    desk::{item, when::from_micros},
    error::ApiError,
    intake,
    node::Node,
    request::OutboxAsked,
    view::{DecisionView, OutboxView, PostView, WaitingView},
};

/// Items shown when nobody says how many.
const PAGE_DEFAULT: usize = 100;

impl Node {
    /// A page of the outbox, by number.
    pub(crate) async fn outbox(
        &self,
        by: &Caller,
        asked: OutboxAsked,
    ) -> Result<OutboxView, ApiError> {
        let state = match asked.state.as_deref() {
            None => Some(OutboxState::Waiting),
            Some("all") => None,
            Some(wanted) => Some(state(wanted)?),
        };
        let status = match &asked.request {
            None => None,
            Some(request) => Some(request.parse::<Uuid>().map_err(|_| {
                ApiError::invalid(format!(
                    "`{request}` names no request; write the id of its status, a UUID"
                ))
            })?),
        };
        let tracks = match &asked.track {
            None => self.readable(by),
            Some(name) => {
                let track = self.directory().track(name).map_err(ApiError::not_found)?;
                let readable = self.readable(by);
                let seen = readable.is_none_or(|tracks| tracks.contains(&track.id));
                Some(if seen { vec![track.id] } else { Vec::new() })
            }
        };
        let limit = asked
            .limit
            .unwrap_or(PAGE_DEFAULT)
            .clamp(1, OUTBOX_PAGE_MAX);
        let wanted = OutboxWanted {
            tracks,
            state,
            status: status.map(Uuid::into_bytes),
            after: asked.after.unwrap_or(0),
            ..OutboxWanted::default()
        };
        // One more than is shown, to know whether there is one.
        let mut page = self.store().outbox(wanted, limit + 1).await?;
        let more = page.len() > limit;
        page.truncate(limit);
        let load = self.store().outbox_load().await?;
        Ok(OutboxView {
            waiting: load.items,
            waiting_bytes: load.bytes,
            next: page.last().filter(|_| more).map(|last| last.id),
            items: page
                .into_iter()
                .map(|each| self.waiting_view(each))
                .collect(),
        })
    }

    /// One item, with its content and what there is to say about it.
    pub(crate) async fn outbox_item(&self, by: &Caller, id: u64) -> Result<WaitingView, ApiError> {
        let found = self.store().outbox_item(id).await?;
        let readable = self.readable(by);
        let found = found.filter(|(waiting, _)| {
            readable
                .as_ref()
                .is_none_or(|tracks| tracks.contains(&waiting.track))
        });
        let Some((waiting, content)) = found else {
            return Err(ApiError::not_found(format!(
                "nothing of number {id} is in the outbox"
            )));
        };
        let mut view = self.waiting_view(waiting);
        if let Some(content) = content {
            let read = tokio::task::spawn_blocking(move || {
                let mut checker = Checker::new(CheckOptions::default());
                let policy = stix::policy::Policy::new(Strictness::Warn);
                let notes = checker
                    .check(&content)
                    .map(|checked| intake::notes(&policy.judge(&checked)));
                (notes.unwrap_or_default(), serde_json::from_slice(&content))
            });
            let (notes, content) = read.await.map_err(ApiError::internal)?;
            view.notes = notes;
            view.content = Some(content.map_err(ApiError::internal)?);
        }
        Ok(view)
    }

    /// The tracks whose outbox somebody may see; `None` for all of them.
    pub(super) fn readable(&self, by: &Caller) -> Option<Vec<TrackId>> {
        if by.is_directory() {
            return None;
        }
        let may = |collection: &&Arc<Collection>| by.reads(collection).is_some();
        let collections = self.collections();
        let tracks = collections.all().filter(may).map(|each| each.track.id);
        Some(tracks.collect())
    }

    /// The address of the item that something became.
    pub(super) fn item_of(&self, waiting: &Waiting) -> Option<String> {
        let position = waiting.position?;
        let directory = self.directory();
        let log = directory.logs().find(|log| log.id == position.log())?;
        Some(directory.address(log, position.seq()))
    }

    fn waiting_view(&self, waiting: Waiting) -> WaitingView {
        let item = self.item_of(&waiting);
        let collections = self.collections();
        let collection = collections.of_track(waiting.track);
        let cleared = waiting.decisions.iter().filter(|each| each.clears).count();
        WaitingView {
            id: waiting.id,
            collection: collection.map_or_else(String::new, |each| each.path()),
            class: Class::from_byte(waiting.item.class)
                .map_or("unknown", item::word)
                .to_owned(),
            stix_id: waiting.item.stix_id,
            version: waiting.item.version,
            bytes: waiting.bytes,
            state: word(waiting.state).to_owned(),
            officers: waiting.officers,
            missing: usize::from(waiting.officers).saturating_sub(cleared),
            posts: waiting
                .posts
                .into_iter()
                .map(|post| PostView {
                    by: post.by,
                    at: from_micros(post.at),
                    request: post
                        .status
                        .map(|status| Uuid::from_bytes(status).to_string()),
                })
                .collect(),
            decisions: waiting
                .decisions
                .into_iter()
                .map(|decision| DecisionView {
                    officer: decision.officer,
                    clears: decision.clears,
                    reason: Some(decision.reason).filter(|reason| !reason.is_empty()),
                    at: from_micros(decision.at),
                })
                .collect(),
            settled: waiting.settled.map(from_micros),
            item,
            reason: waiting.reason,
            notes: Vec::new(),
            content: None,
        }
    }
}

/// The word for where something stands.
pub(super) fn word(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Waiting => "waiting",
        OutboxState::Cleared => "cleared",
        OutboxState::Passed => "passed",
        OutboxState::Refused => "refused",
    }
}

fn state(wanted: &str) -> Result<OutboxState, ApiError> {
    let all = [
        OutboxState::Waiting,
        OutboxState::Cleared,
        OutboxState::Passed,
        OutboxState::Refused,
    ];
    all.into_iter()
        .find(|state| word(*state) == wanted)
        .ok_or_else(|| {
            ApiError::invalid(format!(
                "`{wanted}` is no state of the outbox; it is `waiting`, `cleared`, `passed`, `refused` or `all`"
            ))
        })
}
