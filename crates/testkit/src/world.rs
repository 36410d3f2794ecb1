//! Several nodes in one process, in dialogues with each other.

use std::{path::PathBuf, sync::Arc};

use node::{
    request::{Accept, Found, NewTrack},
    view::DialogueView,
};
use tempfile::TempDir;

use crate::{audit::agreement, machine::ManualClock, party::Party};

/// When every world begins: 2026-01-01, POSIX seconds.
const BEGINNING: i64 = 1_767_225_600;
/// Rounds after which parties that hear each other have nothing to tell any more.
const ROUNDS_MAX: usize = 12;

/// A track of a dialogue to be founded.
#[derive(Debug, Clone, Copy)]
pub struct WorldTrack<'a> {
    /// Its name.
    pub name: &'a str,
    /// Unreceipted items after which a sender stops; 0 for no such limit.
    pub window_items: u64,
}

impl<'a> From<&'a str> for WorldTrack<'a> {
    fn from(name: &'a str) -> Self {
        Self {
            name,
            window_items: 0,
        }
    }
}

/// Nodes in temporary directories.
pub struct World {
    dir: TempDir,
    clock: Arc<ManualClock>,
    parties: Vec<Party>,
}

impl World {
    /// Nodes of these parties, started, in one dialogue with one track for all of them.
    pub async fn of(names: &[&str], track: &str) -> Self {
        let mut world = Self::without_dialogue(names).await;
        for party in &mut world.parties {
            party.start().await;
        }
        let everyone: Vec<usize> = (0..names.len()).collect();
        world.found("main", &everyone, &[track.into()]).await;
        world
    }

    /// Nodes of these parties that know nothing of each other and do not run yet.
    pub async fn without_dialogue(names: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let clock = Arc::new(ManualClock::at(BEGINNING));
        let mut parties = Vec::new();
        for name in names {
            parties.push(Party::new(dir.path(), name, clock.clone()).await);
        }
        Self {
            dir,
            clock,
            parties,
        }
    }

    /// Founds a dialogue between some of the parties, as their desks would: cards, charter, acceptances, and the
    /// signed charter back to everyone.
    pub async fn found(&self, name: &str, who: &[usize], tracks: &[WorldTrack<'_>]) {
        let (founder, others) = who.split_first().expect("a dialogue has parties");
        let cards = others
            .iter()
            .map(|other| self.parties[*other].node().card().note().to_string())
            .collect();
        let found = Found {
            name: name.to_owned(),
            purpose: "To be tested".to_owned(),
            with: cards,
            tracks: tracks
                .iter()
                .map(|track| NewTrack {
                    name: track.name.to_owned(),
                    title: String::new(),
                    access: "closed".to_owned(),
                    window_items: track.window_items,
                    window_days: 0,
                    ..NewTrack::default()
                })
                .collect(),
        };
        let founded: Result<DialogueView, _> = self.parties[*founder]
            .post("/api/v1/dialogues", &found)
            .await;
        let mut charter = founded.expect("the dialogue is founded").document;
        // The last to sign has the complete charter; the others take it in, in the same round trip.
        for signer in others.iter().chain(who) {
            let accept = Accept {
                document: charter.take().expect("a charter comes back"),
            };
            let accepted: Result<DialogueView, _> = self.parties[*signer]
                .post("/api/v1/dialogues/accept", &accept)
                .await;
            charter = accepted.expect("the charter is accepted").document;
        }
    }

    /// The clock of every node.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// A path of the world for other directories.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A party.
    pub fn party(&self, index: usize) -> &Party {
        &self.parties[index]
    }

    /// A party, to start and stop it.
    pub fn party_mut(&mut self, index: usize) -> &mut Party {
        &mut self.parties[index]
    }

    /// Every party.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// Goes round until every party holds and has receipted everything on `track`.
    ///
    /// # Panics
    /// When that is not so after twelve rounds; with what is different.
    pub async fn settle(&self, track: &str) {
        let mut differences = Vec::new();
        for _ in 0..ROUNDS_MAX {
            let mut reports = Vec::new();
            for party in &self.parties {
                reports.extend(party.round().await.logs);
            }
            let agreed = agreement(&self.parties, track).await;
            if agreed.differences.is_empty() {
                return;
            }
            differences = agreed.differences;
            let errors = reports.into_iter().filter_map(|line| line.error);
            differences.extend(errors);
        }
        panic!("the parties do not agree on {track}: {differences:#?}");
    }

    /// Reads every node's record again, trusting nothing.
    ///
    /// # Panics
    /// When anything is wrong with it, or anything is there twice.
    pub async fn audit(&self) {
        for party in &self.parties {
            let faults = crate::audit::audit(party.node()).await;
            assert_eq!(faults, Vec::<String>::new(), "{}", party.node().me());
            let doubled = crate::audit::doubled(party.node()).await;
            assert_eq!(doubled, Vec::<String>::new(), "{}", party.node().me());
        }
    }
}
