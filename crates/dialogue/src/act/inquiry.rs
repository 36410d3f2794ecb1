//! An inquiry: a numbered question, asked of an office of another party, due at a time.
//!
//! Beside the common properties of an act (optional members in parentheses):
//! ```text
//! {"number":n,"question":[text],"asked":{"party":host,"office":id},"due":moment,
//!  ("asks":[{"number":1…,"question":[text]}]),("urgency":"routine"|"priority"|"flash"),
//!  ("object_refs":[STIX id]),("in_reply_to":{"log":origin,"seq":n,"id":STIX id})}
//! text   = {"lang":BCP 47,"text","authentic":bool}
//! moment = {"utc":RFC 3339 with Z,"offset":"+03:00"}
//! ```

use serde::Serialize;
use serde_json::{Value, json};

use super::field::{Field, INTEGER_MAX};
use super::object::{Family, Object, Stamp};
use super::reference::{self, ItemRef};
use super::refused::{Refused, Rule};
use super::text::Texts;
use crate::id::Id;
use crate::moment::Moment;
use crate::name::{OfficeId, PartyId};

/// Most sub-questions of one inquiry.
pub const ASKS_MAX: usize = 256;

/// An inquiry (DESIGN §5). It asks; whether it was received, acknowledged, opened, answered or is
/// overdue is the fold's to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Inquiry {
    object: Object,
    number: u64,
    question: Texts,
    asked: Asked,
    asks: Box<[Texts]>,
    due: Moment,
    urgency: Option<Urgency>,
    object_refs: Box<[Id]>,
    in_reply_to: Option<ItemRef>,
}

/// Who is asked: an office, not a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The party.
    pub party: PartyId,
    /// Its office.
    pub office: OfficeId,
}

/// How soon somebody should look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// In office hours.
    Routine,
    /// Before other work.
    Priority,
    /// At once, at any hour.
    Flash,
}

/// What is needed to write an inquiry.
#[derive(Debug, Clone)]
pub struct InquiryDraft {
    /// The number that its author gives it: one more than that of the party's last inquiry in
    /// the track. The fold numbers again and shows where the two differ.
    pub number: u64,
    /// The question.
    pub question: Texts,
    /// Who is asked.
    pub asked: Asked,
    /// Sub-questions, numbered from 1 in this order. May be empty.
    pub asks: Vec<Texts>,
    /// When the answer is due.
    pub due: Moment,
    /// How soon somebody should look at it.
    pub urgency: Option<Urgency>,
    /// STIX objects that it is about.
    pub object_refs: Vec<Id>,
    /// The item that it follows up.
    pub in_reply_to: Option<ItemRef>,
}

impl InquiryDraft {
    /// Writes the inquiry.
    ///
    /// # Errors
    /// Refuses what [`Inquiry::read`] would refuse: there is one set of checks.
    pub fn write(self, stamp: &Stamp) -> Result<Inquiry, Refused> {
        let ask = |(at, question): (usize, &Texts)| json!({ "number": at + 1, "question": question.to_value() });
        let asks: Vec<Value> = self.asks.iter().enumerate().map(ask).collect();
        let draft = Object::draft(Inquiry::TYPE, Inquiry::FAMILY, stamp)
            .with("number", self.number)
            .with("question", self.question.to_value())
            .with("asked", json!(self.asked))
            .with_some("asks", (!asks.is_empty()).then_some(asks))
            .with("due", self.due.to_value())
            .with_some("urgency", self.urgency.map(Urgency::word))
            .with_some(
                "object_refs",
                reference::object_refs_value(&self.object_refs),
            )
            .with_some("in_reply_to", self.in_reply_to.map(|item| item.to_value()));
        Inquiry::read(draft.into_value())
    }
}

impl Urgency {
    const WORDS: [&str; 3] = ["routine", "priority", "flash"];
    const ALL: [Self; 3] = [Self::Routine, Self::Priority, Self::Flash];

    fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

impl Inquiry {
    /// The STIX type.
    pub const TYPE: &str = "dialogue-inquiry";
    /// The family that defines the type.
    pub const FAMILY: Family = Family::Exchange;

    /// Reads an inquiry from its object.
    ///
    /// # Errors
    /// Refuses with the place and the rule.
    pub fn read(value: Value) -> Result<Self, Refused> {
        let object = Object::read(Self::TYPE, Self::FAMILY, value)?;
        let root = object.root();
        let asked = root.member("asked")?;
        Ok(Self {
            number: root.member("number")?.integer(1, INTEGER_MAX)?,
            question: Texts::read(&root.member("question")?)?,
            asked: Asked {
                party: asked.member("party")?.parse()?,
                office: asked.member("office")?.parse()?,
            },
            asks: read_asks(&root)?,
            due: root.member("due")?.moment()?,
            urgency: match root.optional("urgency")? {
                Some(word) => Some(word.word(&Urgency::WORDS, &Urgency::ALL)?),
                None => None,
            },
            object_refs: reference::read_object_refs(&root)?,
            in_reply_to: match root.optional("in_reply_to")? {
                Some(item) => Some(ItemRef::read(&item)?),
                None => None,
            },
            object,
        })
    }

    /// The object, with every member.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The number that its author gave it, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The question.
    pub fn question(&self) -> &Texts {
        &self.question
    }

    /// Who is asked.
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The sub-questions; the first is number 1.
    pub fn asks(&self) -> &[Texts] {
        &self.asks
    }

    /// When the answer is due.
    pub fn due(&self) -> Moment {
        self.due
    }

    /// How soon somebody should look at it, if its author said so.
    pub fn urgency(&self) -> Option<Urgency> {
        self.urgency
    }

    /// STIX objects that it is about.
    pub fn object_refs(&self) -> &[Id] {
        &self.object_refs
    }

    /// The item that it follows up.
    pub fn in_reply_to(&self) -> Option<&ItemRef> {
        self.in_reply_to.as_ref()
    }
}

/// Reads the sub-questions: numbered 1, 2, … without a gap, so that a number can be cited.
fn read_asks(root: &Field<'_>) -> Result<Box<[Texts]>, Refused> {
    let Some(asks) = root.optional("asks")? else {
        return Ok(Box::default());
    };
    let read = |(at, ask): (usize, Field<'_>)| {
        let number = ask.member("number")?;
        let found = number.integer(1, INTEGER_MAX)?;
        if found != at as u64 + 1 {
            return Err(number.refuse(Rule::Numbering {
                expected: "the next number",
                found,
            }));
        }
        Texts::read(&ask.member("question")?)
    };
    asks.list(ASKS_MAX)?.enumerate().map(read).collect()
}
