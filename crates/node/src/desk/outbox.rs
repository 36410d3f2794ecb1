//! The outbox: what is passed on a track that asks for clearance waits until officers have cleared it (DESIGN §4). Until
//! then nothing of it is on the record, in the collection, or seen by any party.
//!
//! ```text
//! 1 Store::wait           durable: the poster is told "pending"
//! 2 Store::decide         durable: the last clearance makes it "cleared"
//! 3 Sequencer             durable on the record, as everything else that is passed
//! 4 Store::settle_outbox  durable: it is passed, its content is dropped here
//! 5 status resources      told; Store::told
//! ```
//! A crash between any two of them is made good by [`Node::release`], which the start and every decision run: it goes on
//! at 3 with what is cleared. What 3 had done already it finds on the record, and passes nothing twice.

mod decide;
mod hold;
mod look;
mod release;

use std::time::Duration;

use crate::{collections::Collection, directory::TrackEntry, node::Node};

pub(crate) use hold::Held;
pub(crate) use release::keep_releasing;

/// How long what was decided is kept for the audit: who posted it, who decided and why; its content is dropped at
/// once. 180 days.
pub(crate) const DECIDED_KEPT: Duration = Duration::from_secs(180 * 86_400);
/// Most items that are shown at once.
pub(crate) const OUTBOX_PAGE_MAX: usize = 1_000;
/// Most items that are decided in one request.
pub(crate) const DECIDE_ITEMS_MAX: usize = 100_000;

impl Node {
    /// How many officers have to clear what is passed on a track.
    pub(crate) fn officers(&self, track: &TrackEntry) -> u8 {
        match self.collections().of_track(track.id) {
            Some(collection) => officers(&collection),
            None => track.terms.clearance(),
        }
    }
}

/// How many officers have to clear what is passed to a collection: as many as the charter says, or more if the party
/// itself wants more.
pub(crate) fn officers(collection: &Collection) -> u8 {
    collection.clearance.max(collection.track.terms.clearance())
}
