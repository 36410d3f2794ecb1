//! Officers decide.

use std::collections::BTreeMap;

use store::{
    TEXT_BYTES_MAX,
    outbox::{Decided, Decision, OutboxState, OutboxWanted, Waiting},
};
use uuid::Uuid;

use super::{DECIDE_ITEMS_MAX, OUTBOX_PAGE_MAX, look::word};
use crate::{
    access::Caller,
    error::ApiError,
    node::Node,
    request::Decide,
    view::{DecidedOutcome, DecidedView},
};

impl Node {
    /// Clears items of the outbox, or refuses them; what has all its clearances then is passed.
    ///
    /// # Errors
    /// When nothing is named, too much, or nothing that the caller may see; of single items it is said in their
    /// outcomes.
    pub(crate) async fn decide(
        &self,
        by: &Caller,
        request: Decide,
        clears: bool,
    ) -> Result<DecidedView, ApiError> {
        let reason = request.reason.as_deref().unwrap_or_default().trim();
        if !clears && reason.is_empty() {
            return Err(ApiError::invalid(
                "to refuse is to say why: give a reason; who posted it is told",
            ));
        }
        if reason.len() as u64 > TEXT_BYTES_MAX {
            return Err(ApiError::invalid(format!(
                "the reason is {} bytes, the limit is {TEXT_BYTES_MAX}",
                reason.len()
            )));
        }
        let items = self.named(by, &request).await?;
        let ids: Vec<u64> = items.keys().copied().collect();
        let seen: Vec<u64> = ids
            .iter()
            .copied()
            .filter(|id| items.get(id).is_some_and(Option::is_some))
            .collect();
        let decision = Decision {
            officer: by.name().to_owned(),
            clears,
            reason: reason.to_owned(),
            at: self.clock().now().as_microsecond(),
        };
        let decided = match seen.is_empty() {
            true => Vec::new(),
            false => self.store().decide(seen.clone(), decision).await?,
        };
        self.note_decisions(by, clears, &seen, &decided).await?;
        let decided: BTreeMap<u64, Decided> = seen.iter().copied().zip(decided).collect();
        // The decisions stand, whatever holds back what they let go.
        let held_back = self.release().await.err();
        let now = self.waiting(by, &seen).await?;
        let outcomes = ids.into_iter().map(|id| {
            let decided = decided.get(&id).copied().unwrap_or(Decided::Unknown);
            let item = now.get(&id).and_then(|each| self.item_of(each));
            outcome(id, decided, item)
        });
        Ok(DecidedView {
            outcomes: outcomes.collect(),
            held_back: held_back.map(|error| error.title().to_owned()),
        })
    }

    /// A line of the trail for what counted of a decision: who decided what is kept with each item as well.
    async fn note_decisions(
        &self,
        by: &Caller,
        clears: bool,
        items: &[u64],
        decided: &[Decided],
    ) -> Result<(), ApiError> {
        let counts = |each: &&(&u64, &Decided)| {
            matches!(
                each.1,
                Decided::Counted(_) | Decided::Cleared | Decided::Refused
            )
        };
        let pairs: Vec<(&u64, &Decided)> = items.iter().zip(decided).collect();
        let mut counted = pairs.iter().filter(counts).map(|each| each.0);
        let Some(first) = counted.next() else {
            return Ok(());
        };
        let more = counted.count();
        let what = if clears {
            "outbox.clear"
        } else {
            "outbox.refuse"
        };
        let target = match more {
            0 => first.to_string(),
            more => format!("{first} and {more} more"),
        };
        let line = by.line(self, what, target, "done");
        self.store().note(vec![line]).await?;
        Ok(())
    }

    /// The items that a request names, by number; of those that the caller may not see, or that are not there,
    /// nothing.
    async fn named(
        &self,
        by: &Caller,
        request: &Decide,
    ) -> Result<BTreeMap<u64, Option<Waiting>>, ApiError> {
        let too_many = |count: usize| {
            ApiError::invalid(format!(
                "{count} items at once, the limit is {DECIDE_ITEMS_MAX}; decide them in parts"
            ))
        };
        match (request.items.as_slice(), request.request.as_deref()) {
            ([], None) => Err(ApiError::invalid(
                "say which items: their numbers, or the request that they came with",
            )),
            ([_, ..], Some(_)) => Err(ApiError::invalid(
                "name items by their numbers or by their request, not by both",
            )),
            (items, None) if items.len() > DECIDE_ITEMS_MAX => Err(too_many(items.len())),
            (items, None) => {
                let mut seen = self.waiting(by, items).await?;
                Ok(items.iter().map(|id| (*id, seen.remove(id))).collect())
            }
            ([], Some(request)) => {
                let status: Uuid = request.parse().map_err(|_| {
                    ApiError::invalid(format!(
                        "`{request}` names no request; write the id of its status, a UUID"
                    ))
                })?;
                let wanted = OutboxWanted {
                    tracks: self.readable(by),
                    state: Some(OutboxState::Waiting),
                    status: Some(status.into_bytes()),
                    ..OutboxWanted::default()
                };
                let found = self.all(wanted).await?;
                if found.is_empty() {
                    return Err(ApiError::not_found(format!(
                        "nothing of the request {status} waits for clearance"
                    )));
                }
                if found.len() > DECIDE_ITEMS_MAX {
                    return Err(too_many(found.len()));
                }
                Ok(found
                    .into_iter()
                    .map(|each| (each.id, Some(each)))
                    .collect())
            }
        }
    }

    /// Items by their numbers, as far as the caller may see them.
    async fn waiting(&self, by: &Caller, ids: &[u64]) -> Result<BTreeMap<u64, Waiting>, ApiError> {
        let mut found = BTreeMap::new();
        for ids in ids.chunks(OUTBOX_PAGE_MAX) {
            let wanted = OutboxWanted {
                tracks: self.readable(by),
                ids: Some(ids.to_vec()),
                ..OutboxWanted::default()
            };
            let page = self.store().outbox(wanted, ids.len()).await?;
            found.extend(page.into_iter().map(|each| (each.id, each)));
        }
        Ok(found)
    }

    /// Every item of a kind.
    async fn all(&self, mut wanted: OutboxWanted) -> Result<Vec<Waiting>, ApiError> {
        let mut all: Vec<Waiting> = Vec::new();
        loop {
            let page = self.store().outbox(wanted.clone(), OUTBOX_PAGE_MAX).await?;
            let whole = page.len() == OUTBOX_PAGE_MAX;
            all.extend(page);
            wanted.after = all.last().map_or(0, |last| last.id);
            if !whole {
                return Ok(all);
            }
        }
    }
}

fn outcome(id: u64, decided: Decided, item: Option<String>) -> DecidedOutcome {
    let (outcome, says) = match decided {
        Decided::Unknown => (
            "unknown",
            format!("nothing of number {id} is in the outbox"),
        ),
        Decided::Settled(state) => (
            "decided_before",
            format!("{id} was decided before: it is {}", word(state)),
        ),
        Decided::OwnPost => (
            "own_post",
            format!("who posted {id} does not clear it; another officer does"),
        ),
        Decided::Again => (
            "again",
            format!("you have cleared {id} before; another officer has to, too"),
        ),
        Decided::Counted(1) => ("counted", format!("{id} needs one officer more")),
        Decided::Counted(missing) => ("counted", format!("{id} needs {missing} officers more")),
        Decided::Refused => (
            "refused",
            format!("{id} is refused; its content is dropped"),
        ),
        Decided::Cleared => match &item {
            Some(item) => ("passed", format!("{id} is on the record as {item}")),
            None => (
                "cleared",
                format!("{id} is cleared and waits to be put on the record"),
            ),
        },
    };
    DecidedOutcome {
        id,
        outcome: outcome.to_owned(),
        says,
        item,
    }
}
