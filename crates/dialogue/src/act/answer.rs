//! An answer to an inquiry: what came of it, as a whole and for each sub-question.
//!
//! Beside the common properties of an act (optional members in parentheses):
//! ```text
//! {"in_reply_to":{"log":origin,"seq":n,"id":id of the inquiry},
//!  "outcome":"answered"|"partly"|"declined"|"not_ours"|"pending",
//!  "until":moment                  with pending, and only then
//!  "reason":[text]                 needed with declined, allowed with not_ours, nowhere else
//!  ("text":[text]),("answers":[{"number":n,"answer":[text]}]),("object_refs":[STIX id])}
//! ```
//! Answered and partly need at least one of `text`, `answers` and `object_refs`.

use serde::Serialize;
use serde_json::{Value, json};

use super::field::Field;
use super::inquiry::ASKS_MAX;
use super::object::{Family, Object, Stamp};
use super::reference::{self, ItemRef};
use super::refused::{Refused, Rule};
use super::text::Texts;
use crate::id::Id;
use crate::moment::Moment;

/// An answer (DESIGN §5).
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    object: Object,
    in_reply_to: ItemRef,
    outcome: Outcome,
    reason: Option<Texts>,
    text: Option<Texts>,
    answers: Box<[AskAnswer]>,
    object_refs: Box<[Id]>,
}

/// What came of an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Answered in full, in the words of its author.
    Answered,
    /// Answered in part; the rest is still due.
    Partly,
    /// Declined; the reason is in the answer.
    Declined,
    /// Not ours: another office or party is meant.
    NotOurs,
    /// Not yet; an answer is promised. The due time does not move: it is the asking party's.
    Pending {
        /// When the answer is promised.
        until: Moment,
    },
}

impl Outcome {
    const WORDS: [&str; 5] = ["answered", "partly", "declined", "not_ours", "pending"];

    fn word(self) -> &'static str {
        Self::WORDS[match self {
            Self::Answered => 0,
            Self::Partly => 1,
            Self::Declined => 2,
            Self::NotOurs => 3,
            Self::Pending { .. } => 4,
        }]
    }
}

/// The answer to one sub-question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskAnswer {
    /// The number of the sub-question, from 1.
    pub number: u16,
    /// The answer to it.
    pub answer: Texts,
}

/// What is needed to write an answer.
#[derive(Debug, Clone)]
pub struct AnswerDraft {
    /// The inquiry.
    pub in_reply_to: ItemRef,
    /// What came of it.
    pub outcome: Outcome,
    /// Why; needed to decline, allowed with not ours.
    pub reason: Option<Texts>,
    /// The answer as a whole.
    pub text: Option<Texts>,
    /// Answers to sub-questions, by rising number.
    pub answers: Vec<AskAnswer>,
    /// STIX objects that it points to.
    pub object_refs: Vec<Id>,
}

impl AnswerDraft {
    /// Writes the answer.
    ///
    /// # Errors
    /// Refuses what [`Answer::read`] would refuse: there is one set of checks.
    pub fn write(self, stamp: &Stamp) -> Result<Answer, Refused> {
        let answer = |a: &AskAnswer| json!({ "number": a.number, "answer": a.answer.to_value() });
        let answers: Vec<Value> = self.answers.iter().map(answer).collect();
        let until = match self.outcome {
            Outcome::Pending { until } => Some(until.to_value()),
            _ => None,
        };
        let draft = Object::draft(Answer::TYPE, Answer::FAMILY, stamp)
            .with("in_reply_to", self.in_reply_to.to_value())
            .with("outcome", self.outcome.word())
            .with_some("until", until)
            .with_some("reason", self.reason.map(|texts| texts.to_value()))
            .with_some("text", self.text.map(|texts| texts.to_value()))
            .with_some("answers", (!answers.is_empty()).then_some(answers))
            .with_some(
                "object_refs",
                reference::object_refs_value(&self.object_refs),
            );
        Answer::read(draft.into_value())
    }
}

impl Answer {
    /// The STIX type.
    pub const TYPE: &str = "dialogue-answer";
    /// The family that defines the type.
    pub const FAMILY: Family = Family::Exchange;

    /// Reads an answer from its object.
    ///
    /// # Errors
    /// Refuses with the place and the rule.
    pub fn read(value: Value) -> Result<Self, Refused> {
        let object = Object::read(Self::TYPE, Self::FAMILY, value)?;
        let root = object.root();
        let in_reply_to = ItemRef::read(&root.member("in_reply_to")?)?;
        let outcome = read_outcome(&root)?;
        let reason = Texts::read_optional(&root, "reason")?;
        let text = Texts::read_optional(&root, "text")?;
        let answers = read_answers(&root)?;
        let object_refs = reference::read_object_refs(&root)?;

        let missing = |name: &str| {
            Refused::new(
                name,
                Rule::NeededWith {
                    with: outcome.word(),
                },
            )
        };
        let beside = |name: &str| {
            Refused::new(
                name,
                Rule::NotWith {
                    with: outcome.word(),
                },
            )
        };
        match outcome {
            Outcome::Declined if reason.is_none() => return Err(missing("reason")),
            Outcome::Declined | Outcome::NotOurs => {}
            _ if reason.is_some() => return Err(beside("reason")),
            // An answer may consist of STIX objects alone, but not of nothing.
            Outcome::Answered | Outcome::Partly
                if text.is_none() && answers.is_empty() && object_refs.is_empty() =>
            {
                return Err(missing("text"));
            }
            Outcome::Answered | Outcome::Partly | Outcome::Pending { .. } => {}
        }
        Ok(Self {
            in_reply_to,
            outcome,
            reason,
            text,
            answers,
            object_refs,
            object,
        })
    }

    /// The object, with every member.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The inquiry that it answers.
    pub fn in_reply_to(&self) -> &ItemRef {
        &self.in_reply_to
    }

    /// What came of the inquiry.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Why it was declined, or whose it is.
    pub fn reason(&self) -> Option<&Texts> {
        self.reason.as_ref()
    }

    /// The answer as a whole.
    pub fn text(&self) -> Option<&Texts> {
        self.text.as_ref()
    }

    /// The answers to sub-questions, by rising number.
    pub fn answers(&self) -> &[AskAnswer] {
        &self.answers
    }

    /// STIX objects that it points to.
    pub fn object_refs(&self) -> &[Id] {
        &self.object_refs
    }
}

fn read_outcome(root: &Field<'_>) -> Result<Outcome, Refused> {
    let until = root.optional("until")?;
    // Pending is the one that needs more than its word.
    let words = [
        Some(Outcome::Answered),
        Some(Outcome::Partly),
        Some(Outcome::Declined),
        Some(Outcome::NotOurs),
        None,
    ];
    match (
        root.member("outcome")?.word(&Outcome::WORDS, &words)?,
        until,
    ) {
        (None, Some(until)) => Ok(Outcome::Pending {
            until: until.moment()?,
        }),
        (None, None) => Err(Refused::new("until", Rule::NeededWith { with: "pending" })),
        (Some(outcome), None) => Ok(outcome),
        (Some(outcome), Some(until)) => Err(until.refuse(Rule::NotWith {
            with: outcome.word(),
        })),
    }
}

fn read_answers(root: &Field<'_>) -> Result<Box<[AskAnswer]>, Refused> {
    let Some(answers) = root.optional("answers")? else {
        return Ok(Box::default());
    };
    let mut before = 0;
    let read = |answer: Field<'_>| {
        let number = answer.member("number")?;
        let found = number.integer(1, ASKS_MAX as u64)?;
        if found <= before {
            return Err(number.refuse(Rule::Numbering {
                expected: "a larger number",
                found,
            }));
        }
        before = found;
        // ASKS_MAX, checked above, is far below the limit of u16.
        let number = found as u16;
        Ok(AskAnswer {
            number,
            answer: Texts::read(&answer.member("answer")?)?,
        })
    };
    answers.list(ASKS_MAX)?.map(read).collect()
}
