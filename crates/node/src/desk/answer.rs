//! Answering an inquiry.

use dialogue::{AnswerDraft, InquiryView, Outcome};

use crate::{
    access::Caller,
    desk::{
        acts::{reference, texts},
        found::party_id,
        state::place,
        when,
    },
    directory::TrackEntry,
    error::ApiError,
    node::Node,
    request::Answer,
    sequencer::Draft,
    view::HandedOver,
};

impl Node {
    /// Answers, declines, or promises an answer.
    pub(crate) async fn answer(
        &self,
        by: &Caller,
        request: Answer,
    ) -> Result<HandedOver, ApiError> {
        let directory = self.directory();
        let (log, index) = directory.item(&request.item).map_err(ApiError::not_found)?;
        let outcome = self.outcome(&request)?;
        let words = |what: &str, text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.trim().is_empty());
            text.map(|text| texts(what, &request.lang, text))
                .transpose()
        };
        let (reason, text) = (
            words("the reason", &request.reason)?,
            words("the answer", &request.text)?,
        );
        match outcome {
            Outcome::Declined if reason.is_none() => {
                return Err(ApiError::invalid(
                    "to decline is to say why: give a reason (--reason 'A matter before the courts.')",
                ));
            }
            Outcome::Answered | Outcome::Partly if text.is_none() => {
                return Err(ApiError::invalid(
                    "the answer has no words; write what it is",
                ));
            }
            Outcome::Answered | Outcome::Partly | Outcome::Pending { .. } if reason.is_some() => {
                return Err(ApiError::invalid(
                    "a reason goes with declining, or with saying whose it is; write an answer as its text",
                ));
            }
            _ => {}
        }

        let _alone = self.desk().acting.lock().await;
        let inquiry = {
            let (track, origin) = place(&log.track, &log)?;
            let folded = self.folded(&log.track.dialogue).await?;
            folded.state.inquiry(&track, &origin, index)
        };
        let Some(inquiry) = inquiry else {
            self.item_class(&log, index, &request.item).await?;
            return Err(ApiError::refused(
                "not_an_inquiry",
                format!(
                    "{} is on the record and is no inquiry that can be answered",
                    request.item
                ),
            ));
        };
        self.may_answer(&inquiry, outcome, &request.item)?;
        let answer = AnswerDraft {
            in_reply_to: reference(&log, index, inquiry.id)?,
            outcome,
            reason,
            text,
            answers: Vec::new(),
            object_refs: Vec::new(),
        }
        .write(&self.stamp()?)?;
        self.hand_over(by, &log.track, &answer.into(), Some(&request.lang))
            .await
    }

    /// Why an answer that waited would not count any more, if so: its inquiry was answered meanwhile, or closed.
    pub(crate) async fn no_answer_any_more(
        &self,
        track: &TrackEntry,
        waited: &Draft,
    ) -> Result<Option<String>, ApiError> {
        let value = serde_json::from_slice(&waited.content).map_err(ApiError::internal)?;
        let answer = dialogue::Answer::read(value)?;
        let to = answer.in_reply_to();
        let inquiry = {
            let folded = self.folded(&track.dialogue).await?;
            folded.state.inquiry(track.terms.name(), &to.log, to.seq)
        };
        let Some(inquiry) = inquiry else {
            return Ok(Some("what it answers is no inquiry".to_owned()));
        };
        let item = match self.directory().log_of(to.log.as_str()) {
            Some(log) => self.directory().address(log, to.seq),
            None => inquiry.id.to_string(),
        };
        let may = self.may_answer(&inquiry, answer.outcome(), &item);
        Ok(may.err().map(|error| error.title().to_owned()))
    }

    fn outcome(&self, request: &Answer) -> Result<Outcome, ApiError> {
        let outcome = match (request.outcome.as_str(), request.until.as_deref()) {
            ("pending", Some(until)) => Outcome::Pending {
                until: when::ahead(until, self.clock().now()).map_err(|error| {
                    ApiError::invalid(format!("until when it is pending: {error}"))
                })?,
            },
            ("pending", None) => {
                return Err(ApiError::invalid(
                    "an answer that is pending says until when (--until 24h)",
                ));
            }
            (_, Some(_)) => {
                return Err(ApiError::invalid(
                    "only an answer that is pending has an `until`",
                ));
            }
            ("answered", None) => Outcome::Answered,
            ("partly", None) => Outcome::Partly,
            ("declined", None) => Outcome::Declined,
            ("not_ours", None) => Outcome::NotOurs,
            (other, None) => {
                return Err(ApiError::invalid(format!(
                    "`{other}` is no outcome; an answer is `answered`, `partly`, `declined`, `not_ours` or `pending`"
                )));
            }
        };
        Ok(outcome)
    }

    /// Refuses what the fold would not count, in words.
    fn may_answer(&self, inquiry: &InquiryView, next: Outcome, item: &str) -> Result<(), ApiError> {
        let me = party_id(self.me())?;
        if inquiry.from == me {
            return Err(ApiError::refused(
                "own_item",
                format!(
                    "{item} is this party's own inquiry; {} is to answer it",
                    inquiry.asked.party
                ),
            ));
        }
        if inquiry.asked.party != me {
            return Err(ApiError::refused(
                "not_asked",
                format!("{item} asks {}, not this party", inquiry.asked.party),
            ));
        }
        if let Some(closed) = &inquiry.closed {
            return Err(ApiError::refused(
                "closed",
                format!(
                    "{} closed {item} on {}",
                    inquiry.from,
                    when::rfc3339(closed.at.at())
                ),
            ));
        }
        let Some(last) = inquiry.answers.last() else {
            return Ok(());
        };
        let how = match (last.outcome, next) {
            (Outcome::Answered, _) => "answered",
            (Outcome::Declined, Outcome::Declined | Outcome::NotOurs) => "declined",
            (Outcome::NotOurs, Outcome::Declined | Outcome::NotOurs) => "said not to be ours",
            _ => return Ok(()),
        };
        Err(ApiError::refused(
            "already_answered",
            format!(
                "{item} was {how} already on {}, in {}",
                when::rfc3339(last.sent),
                self.directory().address_of(&last.item)
            ),
        ))
    }
}
