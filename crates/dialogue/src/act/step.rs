//! A step: what an office did with an item. Acknowledged, opened; and closed, by who asked.
//!
//! Beside the common properties of an act (optional members in parentheses):
//! ```text
//! {"step":"acknowledged"|"opened"|"closed","of":{"log":origin,"seq":n,"id":STIX id},
//!  "office":id,"at":moment,("person":free text, needed with opened)}
//! ```

use serde::Serialize;

use super::field::Field;
use super::object::{Family, Object, Stamp};
use super::reference::ItemRef;
use super::refused::{Refused, Rule};
use crate::moment::Moment;
use crate::name::OfficeId;

/// Longest name of a person, in bytes.
pub const PERSON_BYTES_MAX: usize = 255;

/// A step (DESIGN §5), signed by the office.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    object: Object,
    kind: StepKind,
    of: ItemRef,
    office: OfficeId,
    person: Option<Box<str>>,
    at: Moment,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The office has it.
    Acknowledged,
    /// A person has it before their eyes.
    Opened,
    /// The asking party considers its inquiry done with, whatever came of it.
    Closed,
}

impl StepKind {
    const WORDS: [&str; 3] = ["acknowledged", "opened", "closed"];
    const ALL: [Self; 3] = [Self::Acknowledged, Self::Opened, Self::Closed];

    fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}

/// What is needed to write a step.
#[derive(Debug, Clone)]
pub struct StepDraft {
    /// What was done.
    pub kind: StepKind,
    /// The item.
    pub of: ItemRef,
    /// The office that did it.
    pub office: OfficeId,
    /// The person, in free text; needed for opened.
    pub person: Option<String>,
    /// When it was done.
    pub at: Moment,
}

impl StepDraft {
    /// Writes the step.
    ///
    /// # Errors
    /// Refuses what [`Step::read`] would refuse: there is one set of checks.
    pub fn write(self, stamp: &Stamp) -> Result<Step, Refused> {
        let draft = Object::draft(Step::TYPE, Step::FAMILY, stamp)
            .with("step", self.kind.word())
            .with("of", self.of.to_value())
            .with("office", self.office.as_str())
            .with_some("person", self.person)
            .with("at", self.at.to_value());
        Step::read(draft.into_value())
    }
}

impl Step {
    /// The STIX type.
    pub const TYPE: &str = "dialogue-step";
    /// The family that defines the type.
    pub const FAMILY: Family = Family::Exchange;

    /// Reads a step from its object.
    ///
    /// # Errors
    /// Refuses with the place and the rule.
    pub fn read(value: serde_json::Value) -> Result<Self, Refused> {
        let object = Object::read(Self::TYPE, Self::FAMILY, value)?;
        let root = object.root();
        let kind = root
            .member("step")?
            .word(&StepKind::WORDS, &StepKind::ALL)?;
        Ok(Self {
            kind,
            of: ItemRef::read(&root.member("of")?)?,
            office: root.member("office")?.parse()?,
            person: read_person(&root, kind)?,
            at: root.member("at")?.moment()?,
            object,
        })
    }

    /// The object, with every member.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// What was done.
    pub fn kind(&self) -> StepKind {
        self.kind
    }

    /// The item.
    pub fn of(&self) -> &ItemRef {
        &self.of
    }

    /// The office that did it.
    pub fn office(&self) -> &OfficeId {
        &self.office
    }

    /// The person, in free text.
    pub fn person(&self) -> Option<&str> {
        self.person.as_deref()
    }

    /// When it was done, by the office's own clock.
    pub fn at(&self) -> Moment {
        self.at
    }
}

fn read_person(root: &Field<'_>, kind: StepKind) -> Result<Option<Box<str>>, Refused> {
    match (root.optional("person")?, kind) {
        (Some(person), _) => Ok(Some(person.text_within(PERSON_BYTES_MAX)?.into())),
        (None, StepKind::Opened) => Err(Refused::new(
            "person",
            Rule::NeededWith { with: kind.word() },
        )),
        (None, StepKind::Acknowledged | StepKind::Closed) => Ok(None),
    }
}
