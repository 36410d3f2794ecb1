//! Tracks and the logs in them, with who holds how much.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use dialogue::Access;
use record::{entry::Class, name::Host};
use store::{Alarm, Counts, LogId};

use crate::{
    directory::{Directory, LogEntry, TrackEntry},
    error::ApiError,
    node::Node,
    view::{LogView, TrackView},
};

/// Alarms read at once.
const PAGE_ALARMS: usize = 1_000;

impl Node {
    /// Every track.
    pub(crate) async fn tracks(&self) -> Result<Vec<TrackView>, ApiError> {
        let alarms = self.all_alarms().await?;
        let forked: BTreeSet<LogId> = alarms
            .iter()
            .filter(|each| each.alarm.kind == "fork")
            .filter_map(|each| each.alarm.log)
            .collect();
        let directory = self.directory();
        let facts = Facts {
            sizes: self
                .store()
                .logs()
                .await?
                .into_iter()
                .map(|log| (log.id, log.size))
                .collect(),
            counts: self.store().counts().await?,
            forked,
        };
        let mut tracks = Vec::new();
        for track in directory.tracks() {
            tracks.push(self.track(&directory, &track, &facts).await?);
        }
        Ok(tracks)
    }

    async fn track(
        &self,
        directory: &Directory,
        track: &TrackEntry,
        facts: &Facts,
    ) -> Result<TrackView, ApiError> {
        let mut parties: Vec<Host> = track
            .terms
            .parties()
            .iter()
            .filter_map(|party| party.as_str().parse().ok())
            .collect();
        parties.sort_by_key(|party| party != self.me());
        let mut logs = Vec::new();
        for log in parties
            .iter()
            .flat_map(|party| directory.chain(track, party))
        {
            logs.push(self.log_view(directory, &log, facts).await?);
        }
        Ok(TrackView {
            dialogue: track.dialogue.clone(),
            dialogue_name: track.dialogue_name.clone(),
            name: track.terms.name().to_string(),
            title: track.terms.title().to_owned(),
            access: match track.terms.access() {
                Access::Open => "open",
                Access::Closed => "closed",
            }
            .to_owned(),
            marking_ceiling: track
                .terms
                .marking_ceiling()
                .map(|ceiling| ceiling.to_string()),
            clearance: track.terms.clearance(),
            logs,
        })
    }

    async fn log_view(
        &self,
        directory: &Directory,
        log: &LogEntry,
        facts: &Facts,
    ) -> Result<LogView, ApiError> {
        let published = self
            .published(log.id)
            .and_then(|published| published.borrow().clone());
        let root = match published {
            Some(published) => Some(*published.root.as_bytes()),
            None => self
                .newest_whole(log)
                .await?
                .map(|newest| newest.checkpoint.root),
        };
        let state = match (&log.closed, facts.forked.contains(&log.id)) {
            (_, true) => "disputed",
            (Some(_), false) => "closed",
            (None, false) if self.not_to_go_on(log.id).is_some() => "restored",
            (None, false) => "open",
        };
        let is_act = |class: u8| {
            let known = Class::from_byte(class);
            !matches!(
                known,
                Some(Class::Filler | Class::Control | Class::Information | Class::Sealed)
            )
        };
        Ok(LogView {
            party: log.party.to_string(),
            address: directory.log_address(log),
            origin: log.origin.to_string(),
            hash: log.hash.to_string(),
            mine: log.mine,
            state: state.to_owned(),
            size: facts.sizes.get(&log.id).copied().unwrap_or(0),
            root: root.map_or_else(String::new, |root| STANDARD.encode(root)),
            information: facts.count(log.id, |class| {
                Class::from_byte(class) == Some(Class::Information)
            }),
            acts: facts.count(log.id, is_act),
            receipts: self.receipts(log).await?,
        })
    }

    /// Every alarm kept, oldest first.
    pub(crate) async fn all_alarms(&self) -> Result<Vec<Alarm>, ApiError> {
        let mut all: Vec<Alarm> = Vec::new();
        loop {
            let after = all.last().map_or(0, |last| last.id);
            let page = self.store().alarms(after, PAGE_ALARMS).await?;
            let whole = page.len() == PAGE_ALARMS;
            all.extend(page);
            if !whole {
                return Ok(all);
            }
        }
    }
}

/// What is read once for all tracks.
struct Facts {
    sizes: BTreeMap<LogId, u64>,
    counts: Counts,
    forked: BTreeSet<LogId>,
}

impl Facts {
    fn count(&self, log: LogId, wanted: impl Fn(u8) -> bool) -> u64 {
        let items = self.counts.items.iter();
        items
            .filter(|(of, class, _)| *of == log && class.is_some_and(&wanted))
            .map(|(_, _, count)| count)
            .sum()
    }
}
