//! What of the record is there for a caller. What they may not see does not exist for them: it is answered with the
//! same words as what is not there at all.

use std::sync::Arc;

use crate::{
    access::{
        caller::{Caller, Forbidden, MayRead, MayWrite},
        role::Permission,
    },
    collections::{Collection, Collections, collection_id},
    directory::{Directory, LogEntry, TrackEntry},
    error::ApiError,
    node::Node,
    view::{StatusView, TrackView},
};

/// The record as one caller may see it.
pub(crate) struct Shown<'a> {
    caller: &'a Caller,
    directory: Arc<Directory>,
    collections: Arc<Collections>,
}

impl Node {
    /// The record as `caller` may see it.
    pub(crate) fn shown_to<'a>(&self, caller: &'a Caller) -> Shown<'a> {
        Shown {
            caller,
            directory: self.directory(),
            collections: self.collections(),
        }
    }
}

impl Shown<'_> {
    /// A track that may be read, as NAME or DIALOGUE/NAME.
    pub(crate) fn to_read(&self, wanted: &str) -> Result<MayRead, ApiError> {
        let collection = self.named(wanted)?;
        self.readable(&collection)
    }

    /// A track that may be written to, as NAME or DIALOGUE/NAME.
    pub(crate) fn to_write(&self, wanted: &str) -> Result<MayWrite, ApiError> {
        let collection = self.named(wanted)?;
        self.writable(&collection)
    }

    /// The track of an item that may be read, by the item's address.
    pub(crate) fn item_to_read(&self, address: &str) -> Result<MayRead, ApiError> {
        let collection = self.of_item(address)?;
        self.readable(&collection)
    }

    /// The track of an item that may be written to, by the item's address.
    pub(crate) fn item_to_write(&self, address: &str) -> Result<MayWrite, ApiError> {
        let collection = self.of_item(address)?;
        self.writable(&collection)
    }

    /// Whether a track is there for the caller, at least by its name: they may use it, or administer it.
    pub(crate) fn has(&self, track: &TrackEntry) -> bool {
        let collection = self.collections.of_track(track.id);
        collection.is_some_and(|collection| self.has_collection(&collection))
    }

    /// The same of a collection.
    pub(crate) fn has_collection(&self, collection: &Arc<Collection>) -> bool {
        self.caller.may(Permission::Inspect).is_ok() || self.caller.sees(collection)
    }

    /// Whether a dialogue is there for the caller: one of its tracks is, or it has none yet and they hand acts over.
    pub(crate) fn has_dialogue(&self, id: &str) -> bool {
        let tracks = self.directory.tracks();
        let mut its = tracks
            .iter()
            .filter(|track| track.dialogue == id)
            .peekable();
        if its.peek().is_none() {
            return self.caller.may(Permission::HandOver).is_ok()
                || self.caller.may(Permission::Inspect).is_ok();
        }
        its.any(|track| self.has(track))
    }

    /// A dialogue that is there for the caller, by its name or id.
    pub(crate) fn dialogue(&self, wanted: &str) -> Result<(), ApiError> {
        let found = self.directory.dialogue(wanted);
        match found.map(|entry| entry.charter.object().id().as_str()) {
            Some(id) if !self.has_dialogue(id) => Err(self.nothing("dialogue", wanted)),
            // Where there is none, whoever looks for it says so.
            _ => Ok(()),
        }
    }

    /// An alarm about a track that is there for the caller.
    pub(crate) async fn alarm(&self, node: &Node, id: u64) -> Result<(), ApiError> {
        if self.caller.may(Permission::Inspect).is_ok() {
            return Ok(());
        }
        let alarms = node.all_alarms().await?;
        let of = alarms.iter().find(|alarm| alarm.id == id);
        let log = of.and_then(|alarm| alarm.alarm.log);
        let mut logs = self.directory.logs();
        let log = logs.find(|entry| Some(entry.id) == log);
        match log {
            Some(log) if self.has(&log.track) => Ok(()),
            _ => Err(self.nothing("alarm", &id.to_string())),
        }
    }

    /// The tracks that are there for the caller.
    pub(crate) fn tracks(&self, tracks: Vec<TrackView>) -> Vec<TrackView> {
        let shown = |track: &TrackView| {
            let id = collection_id(&track.dialogue, &track.name);
            let collection = self.collections.by_id(id);
            collection.is_some_and(|collection| self.has_collection(&collection))
        };
        tracks.into_iter().filter(shown).collect()
    }

    /// How everything stands, as far as it concerns tracks that the caller may read.
    pub(crate) fn status(&self, status: StatusView) -> StatusView {
        if self.caller.is_directory() {
            return status;
        }
        let reads = |address: &str| self.item_to_read(address).is_ok();
        let tracks = self.tracks(status.tracks);
        let party = |host: &str| {
            let of = |track: &TrackView| track.logs.iter().any(|log| log.party == host);
            tracks.iter().any(of)
        };
        let administers = self.caller.may(Permission::Inspect).is_ok();
        StatusView {
            inquiries: filtered(status.inquiries, |each| reads(&each.item)),
            due_from_us: filtered(status.due_from_us, |each| reads(&each.item)),
            due_from_others: filtered(status.due_from_others, |each| reads(&each.item)),
            peers: filtered(status.peers, |peer| administers || party(&peer.host)),
            alarms: filtered(status.alarms, |alarm| {
                let log = self.directory.log_of(&alarm.origin);
                administers || log.is_some_and(|log| self.has(&log.track))
            }),
            tracks,
            ..status
        }
    }

    fn named(&self, wanted: &str) -> Result<Arc<Collection>, ApiError> {
        let found = self.directory.track(wanted);
        let collection = found
            .as_ref()
            .ok()
            .and_then(|track| self.collections.of_track(track.id));
        match (collection, found) {
            (Some(collection), _) if self.has_collection(&collection) => Ok(collection),
            // Only who sees everything is told what else there is.
            (_, Err(words)) if self.caller.may(Permission::Inspect).is_ok() => {
                Err(ApiError::not_found(words))
            }
            _ => Err(self.nothing("track", wanted)),
        }
    }

    fn of_item(&self, address: &str) -> Result<Arc<Collection>, ApiError> {
        let found = self.directory.item(address);
        let track = |(log, _): &(Arc<LogEntry>, u64)| self.collections.of_track(log.track.id);
        let collection = found.as_ref().ok().and_then(track);
        match (collection, found) {
            (Some(collection), _) if self.has_collection(&collection) => Ok(collection),
            (_, Err(words)) if self.caller.may(Permission::Inspect).is_ok() => {
                Err(ApiError::not_found(words))
            }
            _ => Err(self.nothing("item", address)),
        }
    }

    fn readable(&self, collection: &Arc<Collection>) -> Result<MayRead, ApiError> {
        let may = self.caller.reads(collection);
        may.ok_or_else(|| self.missing("read", collection))
    }

    fn writable(&self, collection: &Arc<Collection>) -> Result<MayWrite, ApiError> {
        let may = self.caller.writes(collection);
        may.ok_or_else(|| self.missing("write", collection))
    }

    fn missing(&self, what: &'static str, collection: &Collection) -> ApiError {
        let grant = Forbidden::Grant {
            name: self.caller.name().to_owned(),
            what,
            collection: collection.path(),
        };
        grant.into()
    }

    fn nothing(&self, what: &str, wanted: &str) -> ApiError {
        ApiError::not_found(format!(
            "there is no {what} `{wanted}` here that {} may see",
            self.caller.name()
        ))
    }
}

fn filtered<T>(all: Vec<T>, shown: impl Fn(&T) -> bool) -> Vec<T> {
    all.into_iter().filter(shown).collect()
}
