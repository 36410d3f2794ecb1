//! Steps: an office acknowledges an item, a person opens it.

use dialogue::{Id, Moment, StepDraft, StepKind};
use record::entry::Class;

use crate::{
    access::Caller,
    desk::{acts::reference, found::party_id, state::place, when},
    directory::LogEntry,
    error::ApiError,
    node::Node,
    request::Step,
    view::HandedOver,
};

impl Node {
    /// Records a step about an item of another party.
    pub(crate) async fn step(&self, by: &Caller, request: Step) -> Result<HandedOver, ApiError> {
        let directory = self.directory();
        let (log, index) = directory.item(&request.item).map_err(ApiError::not_found)?;
        let (kind, person) = read_step(&request)?;
        if log.party == *self.me() {
            return Err(ApiError::refused(
                "own_item",
                format!(
                    "{} is this party's own item; only the others acknowledge or open it",
                    request.item
                ),
            ));
        }
        let id = self.steppable(&log, index, &request.item).await?;

        let _alone = self.desk().acting.lock().await;
        self.may_step(&log, index, kind, person.as_deref(), &request.item)
            .await?;
        let step = StepDraft {
            kind,
            of: reference(&log, index, id)?,
            office: self.own_office()?,
            person,
            at: Moment::utc(self.clock().now()),
        }
        .write(&self.stamp()?)?;
        self.hand_over(by, &log.track, &step.into(), None).await
    }

    /// The class of an item.
    ///
    /// # Errors
    /// `not_found` when the record has no such item.
    pub(crate) async fn item_class(
        &self,
        log: &LogEntry,
        index: u64,
        address: &str,
    ) -> Result<Option<Class>, ApiError> {
        let stored = self.stored(log, index, address).await?;
        Ok(stored.item.opening.class().and_then(Class::from_byte))
    }

    /// The identifier of an item that takes steps.
    async fn steppable(&self, log: &LogEntry, index: u64, address: &str) -> Result<Id, ApiError> {
        let stored = self.stored(log, index, address).await?;
        let class = stored.item.opening.class().and_then(Class::from_byte);
        let no_steps = |why: &str| {
            ApiError::refused(
                "takes_no_steps",
                format!("{address} {why}; only those are acknowledged and opened"),
            )
        };
        match class {
            Some(Class::Information | Class::Inquiry | Class::Answer) => {}
            Some(Class::Step) => {
                return Err(no_steps("is a step, and no information, inquiry or answer"));
            }
            _ => return Err(no_steps("is no information, inquiry or answer")),
        }
        let content = stored.item.opening.content();
        let object: Option<serde_json::Value> =
            content.and_then(|content| serde_json::from_slice(content).ok());
        object
            .as_ref()
            .and_then(|object| object.get("id")?.as_str()?.parse().ok())
            .ok_or_else(|| {
                no_steps("holds no information, inquiry or answer that this node can read")
            })
    }

    async fn may_step(
        &self,
        log: &LogEntry,
        index: u64,
        kind: StepKind,
        person: Option<&str>,
        address: &str,
    ) -> Result<(), ApiError> {
        let me = party_id(self.me())?;
        let (track, origin) = place(&log.track, log)?;
        let folded = self.folded(&log.track.dialogue).await?;
        if let Some(inquiry) = folded.state.inquiry(&track, &origin, index)
            && inquiry.asked.party != me
        {
            return Err(ApiError::refused(
                "not_asked",
                format!("{address} asks {}, not this party", inquiry.asked.party),
            ));
        }
        let delivery = folded.state.delivery(&track, &origin, index, &me);
        let (taken, what) = match kind {
            StepKind::Opened => (
                delivery
                    .and_then(|each| each.opened)
                    .filter(|taken| taken.person.as_deref() == person),
                "opened",
            ),
            StepKind::Acknowledged | StepKind::Closed => {
                (delivery.and_then(|each| each.acknowledged), "acknowledged")
            }
        };
        let Some(taken) = taken else { return Ok(()) };
        let who = match &taken.person {
            Some(person) => format!("{person} ({})", taken.office),
            None => format!("the office {}", taken.office),
        };
        Err(ApiError::refused(
            "already_done",
            format!(
                "{address} was {what} already, by {who} on {}",
                when::rfc3339(taken.at.at())
            ),
        ))
    }
}

fn read_step(request: &Step) -> Result<(StepKind, Option<String>), ApiError> {
    let person = request
        .person
        .as_deref()
        .map(str::trim)
        .filter(|person| !person.is_empty());
    match (request.step.as_str(), person) {
        ("acknowledged", None) => Ok((StepKind::Acknowledged, None)),
        ("acknowledged", Some(_)) => Err(ApiError::invalid(
            "an office acknowledges, not a person; a person opens an item",
        )),
        ("opened", Some(person)) => Ok((StepKind::Opened, Some(person.to_owned()))),
        ("opened", None) => Err(ApiError::invalid(
            "say who has read it: an item is opened by a person (--person 'A. Lind')",
        )),
        (other, _) => Err(ApiError::invalid(format!(
            "`{other}` is no step; a step is `acknowledged` or `opened`"
        ))),
    }
}
