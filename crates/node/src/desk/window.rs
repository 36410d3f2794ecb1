//! The window: a sender that the other side does not receipt stops, and says so (RECORD §5).

use dialogue::{Side, What, due};

use crate::{
    desk::when::{rfc3339, span},
    directory::TrackEntry,
    error::ApiError,
    node::Node,
};

impl Node {
    /// Refuses to go on in a track when another party has not receipted what was sent before. What is owed — answers,
    /// steps, receipts, control — is never held back. A request that fits in when it begins is taken whole.
    ///
    /// # Errors
    /// `window_full`, saying how many items wait, since when, and for whom.
    pub(crate) async fn window(&self, track: &TrackEntry) -> Result<(), ApiError> {
        if track.terms.parties().len() < 2 {
            return Ok(());
        }
        let now = self.clock().now();
        let me = crate::desk::found::party_id(self.me())?;
        let folded = self.folded(&track.dialogue).await?;
        let full = due(&folded.state, now, &me).into_iter().find_map(|due| {
            let What::Receipt {
                items, window_full, ..
            } = due.what
            else {
                return None;
            };
            let here = due.side == Side::Them && due.track == *track.terms.name();
            (here && (window_full || due.overdue.is_some())).then_some((due.from, due.by, items))
        });
        let Some((whom, by, items)) = full else {
            return Ok(());
        };
        let since = by.at() - track.terms.window_time();
        Err(ApiError::refused(
            "window_full",
            format!(
                "{whom} has not receipted {items} items of this party on `{}`, the oldest sent {} ({} ago); the charter \
                 has a sender stop at {} items or {}. Run `chancery sync`, or carry them over with `chancery export` \
                 and bring its receipts back, then go on",
                track.terms.name(),
                rfc3339(since),
                span(now.duration_since(since)),
                track.terms.window_items(),
                span(track.terms.window_time()),
            ),
        ))
    }
}
