//! One item, as it is shown.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use dialogue::{Delivery, Outcome, PartyId};
use record::{entry::Class, name::Host};
use serde_json::Value;
use store::{CosignatureKind, ItemState, Opening, Position, StoredItem};

use crate::{
    desk::{
        found::party_id,
        state::{Folded, place, receiver},
        when::{self, rfc3339},
    },
    directory::LogEntry,
    error::ApiError,
    node::Node,
    view::{DeliveryView, FactView, ItemView, ReceiptView},
};

/// The members of a head that are shown.
#[derive(Debug, Default, serde::Deserialize)]
struct Head {
    media: String,
    sent: String,
    bytes: u64,
}

impl Node {
    /// One item by its address.
    pub(crate) async fn item(&self, address: &str) -> Result<ItemView, ApiError> {
        let directory = self.directory();
        let (log, index) = directory.item(address).map_err(ApiError::not_found)?;
        let stored = self.stored(&log, index, address).await?;
        let opening = &stored.item.opening;
        let head: Head = match opening.head() {
            Some(head) => serde_json::from_slice(head).map_err(ApiError::internal)?,
            None => Head::default(),
        };
        let class = opening.class().and_then(Class::from_byte);
        let content = opening
            .content()
            .and_then(|content| shown(&head.media, content));
        let delivery = match class {
            Some(Class::Information | Class::Inquiry | Class::Answer) => {
                let folded = self.folded(&log.track.dialogue).await?;
                delivery(self.me(), &folded, &log, index)?
            }
            _ => None,
        };
        let mut receipts = self.receipts(&log).await?;
        receipts.retain(|receipt| receipt.size > index);
        Ok(ItemView {
            item: directory.address(&log, index),
            origin: log.origin.to_string(),
            index,
            party: log.party.to_string(),
            class: class.map_or("withheld", word).to_owned(),
            sent: head.sent,
            media: head.media,
            bytes: head.bytes,
            state: state(&stored).to_owned(),
            content,
            delivery,
            receipts,
        })
    }

    /// An item with its content.
    ///
    /// # Errors
    /// `not_found`, saying how much of the log is here.
    pub(crate) async fn stored(
        &self,
        log: &LogEntry,
        index: u64,
        address: &str,
    ) -> Result<StoredItem, ApiError> {
        if let Some(position) = Position::new(log.id, index)
            && let Some(stored) = self.store().item(position).await?
        {
            return Ok(stored);
        }
        let size = self.store().log(log.id).await?.map_or(0, |log| log.size);
        Err(ApiError::not_found(match size {
            0 => format!("{address} is not here: nothing of that log is"),
            _ => format!(
                "{address} is not here: that log has the items 0 to {}",
                size - 1
            ),
        }))
    }

    /// How far each party has receipted a log.
    pub(crate) async fn receipts(&self, log: &LogEntry) -> Result<Vec<ReceiptView>, ApiError> {
        let newest = self.store().newest_cosigned(log.id).await?;
        Ok(newest
            .into_iter()
            .filter(|each| each.kind == CosignatureKind::Receipt)
            .filter_map(|each| {
                Some(ReceiptView {
                    party: receiver(&each.name)?.to_string(),
                    size: each.size,
                    at: each.time,
                })
            })
            .collect())
    }
}

fn state(stored: &StoredItem) -> &'static str {
    match (stored.item.state, &stored.item.opening) {
        (ItemState::Excepted, _) => "excepted",
        (ItemState::Whole, Opening::Content { .. }) => "whole",
        (ItemState::Whole, _) => "withheld",
    }
}

/// Content as JSON where it is JSON, as text where it is a note; other bytes in base64.
fn shown(media: &str, content: &[u8]) -> Option<Value> {
    if media.contains("json") {
        return serde_json::from_slice(content).ok();
    }
    Some(match std::str::from_utf8(content) {
        Ok(text) if media.starts_with("text/") => text.into(),
        _ => STANDARD.encode(content).into(),
    })
}

/// The delivery of an item to whom it was meant for; of information, where there is one other party.
fn delivery(
    me: &Host,
    folded: &Folded,
    log: &LogEntry,
    index: u64,
) -> Result<Option<DeliveryView>, ApiError> {
    let (track, origin) = place(&log.track, log)?;
    if let Some(inquiry) = folded.state.inquiry(&track, &origin, index) {
        return Ok(Some(view(&inquiry.delivery)));
    }
    let by = party_id(&log.party)?;
    let mut inquiries = folded.state.inquiries(&track);
    let asked = inquiries.find_map(|inquiry| {
        let mut answers = inquiry.answers.iter();
        let this = answers.any(|answer| answer.item.log == origin && answer.item.seq == index);
        this.then_some(inquiry.from)
    });
    let others: Vec<&PartyId> = log
        .track
        .terms
        .parties()
        .iter()
        .filter(|party| **party != by)
        .collect();
    let to = match (asked, others.as_slice()) {
        (Some(asked), _) => asked,
        (None, [other]) => (*other).clone(),
        // Among several receivers, what concerns a person here is whether this party has it.
        (None, _) if log.party != *me => party_id(me)?,
        (None, _) => return Ok(None),
    };
    Ok(folded
        .state
        .delivery(&track, &origin, index, &to)
        .as_ref()
        .map(view))
}

/// The four facts, ready to read.
pub(crate) fn view(delivery: &Delivery) -> DeliveryView {
    let to = || delivery.to.to_string();
    let by = |taken: &dialogue::Taken| FactView {
        at: rfc3339(taken.at.at()),
        by: match &taken.person {
            Some(person) => format!("{person}, {} of {}", taken.office, to()),
            None => format!("{} of {}", taken.office, to()),
        },
        how: None,
    };
    DeliveryView {
        received: delivery.received.map(|at| FactView {
            at: rfc3339(at),
            by: to(),
            how: None,
        }),
        acknowledged: delivery.acknowledged.as_ref().map(by),
        opened: delivery.opened.as_ref().map(by),
        answered: delivery.answered.as_ref().map(|answer| FactView {
            at: rfc3339(answer.sent),
            by: to(),
            how: Some(match (answer.outcome, answer.late) {
                (outcome, Some(late)) => {
                    format!("{} {} late", outcome_words(outcome), when::span(late))
                }
                (outcome, None) => outcome_words(outcome).to_owned(),
            }),
        }),
    }
}

/// What an answer came to, in words.
pub(crate) fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Answered => "answered",
        Outcome::Partly => "partly answered",
        Outcome::Declined => "declined",
        Outcome::NotOurs => "not ours",
        Outcome::Pending { .. } => "pending",
    }
}

/// The classes as people call them.
const WORDS: [(&str, Class); 13] = [
    ("filler", Class::Filler),
    ("control", Class::Control),
    ("information", Class::Information),
    ("inquiry", Class::Inquiry),
    ("answer", Class::Answer),
    ("proposal", Class::Proposal),
    ("meeting", Class::Meeting),
    ("notice", Class::Notice),
    ("sealed", Class::Sealed),
    ("statement", Class::Statement),
    ("commitment", Class::Commitment),
    ("step", Class::Step),
    ("ping", Class::Ping),
];

/// A class in a word.
pub(crate) fn word(class: Class) -> &'static str {
    let mut words = WORDS.iter();
    words
        .find(|(_, each)| *each == class)
        .map_or("unknown", |(word, _)| word)
}

/// A class from its word.
///
/// # Errors
/// A sentence that says which words there are.
pub(crate) fn class_of(wanted: &str) -> Result<Class, String> {
    let found = WORDS.iter().find(|(word, _)| *word == wanted);
    found.map(|(_, class)| *class).ok_or_else(|| {
        let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
        format!(
            "`{wanted}` is no class of items; the classes are: {}",
            words.join(", ")
        )
    })
}
