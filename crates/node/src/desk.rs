//! What a node does for its own people: found and accept dialogues, pass, ask, answer, take steps, and say how
//! everything stands. The JSON API calls these, and nothing else does.

pub(crate) mod absence;
pub(crate) mod acts;
pub(crate) mod answer;
pub(crate) mod charter;
pub(crate) mod evidence;
mod found;
pub(crate) mod item;
pub(crate) mod outbox;
pub(crate) mod pass;
pub(crate) mod policy;
pub(crate) mod proof;
pub(crate) mod provenance;
pub(crate) mod state;
pub(crate) mod status;
pub(crate) mod step;
pub(crate) mod track;
pub(crate) mod when;
pub(crate) mod window;

/// What the desk keeps in memory. All of it can be built anew from the record.
#[derive(Default)]
pub(crate) struct Desk {
    /// The state of each dialogue, as far as it has been folded.
    pub(crate) states: state::States,
    /// Held while an act is made: its number and whether it was made already must still hold when it is appended.
    pub(crate) acting: tokio::sync::Mutex<()>,
    /// Held while a charter changes: two acceptances at once would each miss the other.
    pub(crate) founding: tokio::sync::Mutex<()>,
    /// Held while what is cleared goes from the outbox to the record, so that it goes once and in order.
    pub(crate) releasing: tokio::sync::Mutex<()>,
}
