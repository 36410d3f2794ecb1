//! What a charter does to a track: it stands at the start of each log, the same everywhere.

use super::irregular::Reason;
use super::track::{Arrival, Track};
use crate::act::Fold;
use crate::act::charter::Charter;

impl Fold for Charter {
    fn fold(&self, arrival: &Arrival, track: &mut Track) -> Result<(), Reason> {
        if arrival.position.seq != 0 {
            return Err(Reason::CharterAgain);
        }
        match track.is_in_force(self) {
            true => Ok(()),
            false => Err(Reason::NotTheCharter),
        }
    }
}
