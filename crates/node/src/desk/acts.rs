//! Handing an act over: inquiries here; answers and steps in the files beside this one.

use dialogue::{Act, Asked, InquiryDraft, ItemRef, Texts};
use record::{entry::Class, head::MEDIA_STIX};

use crate::{
    access::Caller,
    desk::{found::party_id, outbox::Held, when},
    directory::TrackEntry,
    error::ApiError,
    node::Node,
    request::Inquire,
    sequencer::{Draft, ObjectVersion, Outcome},
    view::HandedOver,
};

impl Node {
    /// Asks an office of another party.
    pub(crate) async fn inquire(
        &self,
        by: &Caller,
        request: Inquire,
    ) -> Result<HandedOver, ApiError> {
        let directory = self.directory();
        let track = directory
            .track(&request.track)
            .map_err(ApiError::not_found)?;
        let whom = directory
            .party(&track, &request.to)
            .map_err(ApiError::not_found)?;
        if whom == *self.me() {
            return Err(ApiError::invalid(format!(
                "{whom} is this party itself; an inquiry asks another one"
            )));
        }
        let office = self.office_of(&whom, request.office.as_deref())?;
        let due = when::ahead(&request.due, self.clock().now())
            .map_err(|error| ApiError::invalid(format!("when the answer is due: {error}")))?;
        let lang = request.lang.as_str();
        let asks = request
            .asks
            .iter()
            .enumerate()
            .map(|(at, ask)| texts(&format!("sub-question {}", at + 1), lang, ask))
            .collect::<Result<Vec<_>, _>>()?;
        let question = texts("the question", lang, &request.question)?;

        let _alone = self.desk().acting.lock().await;
        self.window(&track).await?;
        let me = party_id(self.me())?;
        let next = {
            let folded = self.folded(&track.dialogue).await?;
            folded
                .state
                .next_number(track.terms.name(), &me)
                .unwrap_or(1)
        };
        let number = next + self.inquiries_waiting(&track).await?;
        let inquiry = InquiryDraft {
            number,
            question,
            asked: Asked {
                party: party_id(&whom)?,
                office,
            },
            asks,
            due,
            urgency: None,
            object_refs: Vec::new(),
            in_reply_to: None,
        }
        .write(&self.stamp()?)?;
        let mut done = self
            .hand_over(by, &track, &inquiry.into(), Some(lang))
            .await?;
        done.number = Some(number);
        Ok(done)
    }

    /// An office of a party, its first when none is named.
    fn office_of(
        &self,
        party: &record::name::Host,
        wanted: Option<&str>,
    ) -> Result<dialogue::OfficeId, ApiError> {
        let directory = self.directory();
        let offices = match directory.peer(party) {
            Some(peer) => peer.card.card().offices.clone(),
            None => Vec::new(),
        };
        let office = match wanted {
            Some(wanted) => offices
                .iter()
                .find(|office| office.id == wanted || office.name == wanted),
            None => offices.first(),
        };
        let office = office.ok_or_else(|| {
            let names: Vec<String> = offices
                .iter()
                .map(|office| format!("{} ({})", office.id, office.name))
                .collect();
            ApiError::not_found(match (wanted, names.is_empty()) {
                (_, true) => format!("the card of {party} names no office that could be asked"),
                (Some(wanted), _) => format!(
                    "{party} has no office `{wanted}`; its offices are: {}",
                    names.join(", ")
                ),
                (None, _) => format!("{party} has no office"),
            })
        })?;
        office
            .id
            .parse()
            .map_err(|error| ApiError::invalid(format!("the office id of {party}: {error}")))
    }

    /// This party's first office, in whose name it acts.
    pub(crate) fn own_office(&self) -> Result<dialogue::OfficeId, ApiError> {
        self.office_of(&self.me().clone(), None)
    }

    /// Puts an act on the record, or lets it wait where the track asks for clearance. Steps never wait: they say that
    /// something was received or read, which is owed and gives nothing away.
    pub(crate) async fn hand_over(
        &self,
        by: &Caller,
        track: &TrackEntry,
        act: &Act,
        lang: Option<&str>,
    ) -> Result<HandedOver, ApiError> {
        let object = act.object();
        let version = object
            .value()
            .get("modified")
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default();
        let order = stix::Instant::parse(version).map_or("", stix::Instant::sort_key);
        let draft = Draft {
            class: act.class(),
            media: MEDIA_STIX,
            content: json::canonical(act)
                .map_err(ApiError::internal)?
                .into_bytes()
                .into(),
            object: Some(ObjectVersion {
                stix_id: object.id().to_string(),
                version: version.to_owned(),
                order: order.to_owned(),
                spec: 21,
            }),
            lang: lang.map(str::to_owned),
            office: Some(self.own_office()?.as_str().to_owned()),
        };
        let mut done = HandedOver {
            item: String::new(),
            id: object.id().to_string(),
            index: None,
            outbox: None,
            number: None,
            sent: when::rfc3339(object.created()),
        };
        let officers = match act.class() {
            Class::Step => 0,
            _ => self.officers(track),
        };
        if officers > 0 {
            let held = self
                .hold(track, officers, (by, None), vec![(0, draft)])
                .await?;
            let Some((_, Held::Waits(outbox))) = held.first() else {
                return Err(made_before());
            };
            done.outbox = Some(*outbox);
            return Ok(done);
        }
        let (log, appended) = self.submit(track, vec![draft]).await?;
        let Some(Outcome::Passed(index)) = appended.outcomes.first() else {
            return Err(made_before());
        };
        done.item = self.directory().address(&log, *index);
        done.index = Some(*index);
        Ok(done)
    }
}

/// Only a random identifier drawn twice does this.
fn made_before() -> ApiError {
    ApiError::refused("exists", "this act is on the record already")
}

/// Words for people in one language.
pub(crate) fn texts(what: &str, lang: &str, text: &str) -> Result<Texts, ApiError> {
    Texts::one(lang, text).map_err(|rule| match rule {
        dialogue::Rule::Language(_) => ApiError::invalid(format!(
            "`{lang}` is no language tag; write one such as `en` or `pt-BR`"
        )),
        rule => ApiError::invalid(format!("{what} {rule}")),
    })
}

/// How an act names an item.
pub(crate) fn reference(
    log: &crate::directory::LogEntry,
    seq: u64,
    id: dialogue::Id,
) -> Result<ItemRef, ApiError> {
    let log = log.origin.as_str().parse().map_err(ApiError::internal)?;
    Ok(ItemRef { log, seq, id })
}
