//! The trail: lines of who did what, from where, and what came of it. Administrative acts bring theirs with them, in
//! the same transaction; what is noted here is who was refused, and that many of a kind make one line.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use store::accounts::{AUDIT_FIELD_BYTES_MAX, NewAudit};

use crate::{
    access::{caller::Caller, lock},
    node::Node,
};

/// How long refusals of one kind are gathered after the first, which is noted at once.
pub const TRAIL_WINDOW: Duration = Duration::from_secs(300);
/// Most kinds that are gathered at once; the others are one kind. So nobody fills the trail by being refused.
pub const TRAIL_WINDOWS_MAX: usize = 64;

/// What makes refusals of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    who: String,
    origin: String,
    what: String,
    outcome: String,
}

/// The refusals that are being gathered.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<HashMap<Kind, u64>>);

impl Caller {
    /// A line of what this caller did, or was refused.
    pub(crate) fn line(
        &self,
        node: &Node,
        what: &str,
        target: impl Into<String>,
        outcome: impl Into<String>,
    ) -> NewAudit {
        line(
            node,
            (self.name(), &self.origin()),
            what,
            target.into(),
            outcome.into(),
        )
    }
}

/// A line by somebody who may not be a caller. Fields that came from outside are cut where they are too long.
pub(super) fn line(
    node: &Node,
    (who, origin): (&str, &str),
    what: &str,
    target: String,
    outcome: String,
) -> NewAudit {
    NewAudit {
        at: node.clock().now().as_microsecond(),
        who: cut(who.to_owned()),
        origin: cut(origin.to_owned()),
        what: what.to_owned(),
        target: cut(target),
        outcome: cut(outcome),
        times: 1,
    }
}

/// The text without control characters, and no longer than a field.
fn cut(text: String) -> String {
    let max = usize::try_from(AUDIT_FIELD_BYTES_MAX).unwrap_or(usize::MAX);
    if text.len() <= max && !text.contains(char::is_control) {
        return text;
    }
    let mut out = String::new();
    for c in text.chars() {
        let c = if c.is_control() { '\u{fffd}' } else { c };
        if out.len() + c.len_utf8() + '…'.len_utf8() > max {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out
}

impl Node {
    /// Notes a refusal: the first of its kind at once, those that follow soon as one line.
    pub(crate) fn note_refusal(&self, line: NewAudit) {
        let refusals = &self.access().refusals;
        let kind = {
            let mut gathered = lock(&refusals.0);
            let mut kind = Kind {
                who: line.who.clone(),
                origin: line.origin.clone(),
                what: line.what.clone(),
                outcome: line.outcome.clone(),
            };
            if gathered.len() >= TRAIL_WINDOWS_MAX && !gathered.contains_key(&kind) {
                // Reasons are few, and our own words.
                (kind.who, kind.origin) = ("many".to_owned(), "many".to_owned());
            }
            if let Some(more) = gathered.get_mut(&kind) {
                *more += 1;
                return;
            }
            gathered.insert(kind.clone(), 0);
            kind
        };
        let (node, stopping) = (self.clone(), self.stopping().clone());
        self.tasks().spawn(async move {
            node.note(line.clone()).await;
            tokio::select! {
                () = tokio::time::sleep(TRAIL_WINDOW) => {}
                () = stopping.cancelled() => {}
            }
            let more = lock(&node.access().refusals.0).remove(&kind).unwrap_or(0);
            if more > 0 {
                let gathered = NewAudit {
                    at: node.clock().now().as_microsecond(),
                    who: kind.who,
                    origin: kind.origin,
                    times: more,
                    ..line
                };
                node.note(gathered).await;
            }
        });
    }

    /// Notes a line that no change comes with.
    pub(crate) fn note_soon(&self, line: NewAudit) {
        let node = self.clone();
        self.tasks().spawn(async move { node.note(line).await });
    }

    async fn note(&self, line: NewAudit) {
        tracing::info!(
            who = line.who,
            origin = line.origin,
            what = line.what,
            target = line.target,
            outcome = line.outcome,
            times = line.times,
            "trail"
        );
        if let Err(error) = self.store().note(vec![line]).await {
            // The refusal or the login stands; only its line is lost.
            tracing::error!("the trail cannot be written: {error}");
        }
    }
}

/// What a refused login is called in the trail.
pub(super) const LOGIN: &str = "login";
