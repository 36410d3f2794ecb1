//! Reading the objects of a body: one parse of each gives its view, its judgement and its markings.

use std::collections::{BTreeMap, BTreeSet};

use dialogue::Ceiling;
use stix::{
    CheckOptions, Checker, View,
    marking::TlpLevel,
    policy::{Judgement, Policy, Verdict},
    tree::Value,
};

use super::{
    ACT_TYPE_PREFIX, Admitted, BodyError, NOTES_MAX, Rules, TOLD_ID_BYTES_MAX, Turned, TurnedError,
    marking::{self, Marks},
    rules,
};
use crate::sequencer::ObjectVersion;

/// What may be set aside for a text and not used, as a share of the text: the inverse.
const SLACK_SHARE: usize = 8;

/// What is in a body, object by object.
#[derive(Debug)]
pub(crate) struct Admission {
    objects: Vec<Result<Read, Turned>>,
    ceiling: Option<Ceiling>,
    /// What marking definitions say of the Traffic Light Protocol, that are not the published ones.
    said: BTreeMap<String, TlpLevel>,
    /// Whether the body is a JSON list, and nothing around it.
    pub(super) is_list: bool,
}

/// An object that was read.
#[derive(Debug)]
struct Read {
    admitted: Admitted,
    /// Empty where no ceiling asks for them.
    marks: Marks,
}

/// Objects of a body that follow one another, as one thread read them.
#[derive(Default)]
pub(super) struct Part {
    objects: Vec<Result<Read, Turned>>,
    said: BTreeMap<String, TlpLevel>,
}

/// Reads objects, the first of which stands at `first` in the body, and judges them.
///
/// # Errors
/// [`BodyError::NotJson`].
pub(super) fn part(first: usize, objects: Vec<Vec<u8>>, rules: &Rules) -> Result<Part, BodyError> {
    let mut checker = Checker::new(CheckOptions::default());
    let mut part = Part {
        objects: Vec::with_capacity(objects.len()),
        said: BTreeMap::new(),
    };
    for (index, text) in (first..).zip(objects) {
        let canonical = json::admit(&text, &json::Limits::default());
        // Of two spellings of a large object one is enough.
        drop(text);
        let object = match canonical {
            Ok(canonical) => object(&mut checker, canonical.into_bytes(), rules, &mut part.said),
            Err(source) if is_not_json(&source) => {
                return Err(BodyError::NotJson { index, source });
            }
            Err(error) => Err(Turned {
                id: None,
                version: None,
                why: error.into(),
            }),
        };
        part.objects.push(object);
    }
    Ok(part)
}

fn object(
    checker: &mut Checker,
    canonical: Vec<u8>,
    rules: &Rules,
    said: &mut BTreeMap<String, TlpLevel>,
) -> Result<Read, Turned> {
    let checked = checker.check(&canonical).map_err(|error| Turned {
        id: None,
        version: None,
        why: error.into(),
    })?;
    let root = checked.root();
    let view = View::of(root).map_err(|error| Turned {
        id: told(root, &["id"]),
        version: told(root, &["modified", "created"]),
        why: error.into(),
    })?;
    let turned = |why| Turned {
        id: Some(view.id().to_string()),
        version: view.version().map(ToString::to_string),
        why,
    };
    if view.type_name().starts_with(ACT_TYPE_PREFIX) {
        return Err(turned(TurnedError::Act(view.type_name().to_owned())));
    }
    let (marks, level) = match rules.ceiling {
        Some(_) => (Marks::of(root), marking::said_by(root)),
        None => (Marks::default(), None),
    };
    if let Some(level) = level {
        said.insert(view.id().as_str().to_ascii_lowercase(), level);
    }
    let notes = judge(&rules.policy, &checked).map_err(turned)?;
    let object = ObjectVersion::of(&view);
    Ok(Read {
        admitted: Admitted {
            content: exact(canonical).into(),
            object,
            notes,
        },
        marks,
    })
}

fn judge(policy: &Policy, checked: &stix::Checked<'_>) -> Result<Vec<String>, TurnedError> {
    let judgement = policy.judge(checked);
    match judgement.verdict {
        Verdict::Refuse => Err(TurnedError::Judged(notes(&judgement))),
        Verdict::Accept | Verdict::Warn => Ok(notes(&judgement)),
    }
}

/// The problems of an object in words, the first [`NOTES_MAX`] of them.
pub(crate) fn notes(judgement: &Judgement) -> Vec<String> {
    let report = &judgement.report;
    let all = report.errors.len() + report.warnings.len() + report.omitted;
    let must = report.errors.iter().map(|problem| ("MUST", problem));
    let should = report.warnings.iter().map(|problem| ("SHOULD", problem));
    let mut notes: Vec<String> = must
        .chain(should)
        .take(NOTES_MAX)
        .map(|(level, problem)| {
            format!(
                "{} ({}, {level}, {})",
                problem.message, problem.path, problem.section
            )
        })
        .collect();
    if all > NOTES_MAX {
        notes.push(format!("and {} more", all - NOTES_MAX));
    }
    notes
}

/// A string of an object that is no STIX object, for telling which it was.
fn told(root: Value<'_>, names: &[&str]) -> Option<String> {
    let mut texts = names
        .iter()
        .filter_map(|name| root.get(name).and_then(Value::as_str));
    texts
        .next()
        .filter(|text| text.len() <= TOLD_ID_BYTES_MAX)
        .map(str::to_owned)
}

/// Whether a text breaks the grammar of JSON, so that what follows it in the same body cannot be told apart with
/// certainty; as opposed to JSON that is not admitted.
fn is_not_json(error: &json::AdmissionError) -> bool {
    use json::AdmissionError as E;
    match error {
        E::NotUtf8 { .. } | E::ByteOrderMark | E::Syntax { .. } | E::Trailing { .. } => true,
        E::DuplicateMember { .. }
        | E::LoneSurrogate { .. }
        | E::IntegerTooLarge { .. }
        | E::NotFinite { .. }
        | E::TooDeep { .. }
        | E::TooLarge { .. }
        | E::NotCanonical { .. } => false,
    }
}

/// Without what was set aside for a longer text, if that is much.
fn exact(mut canonical: Vec<u8>) -> Vec<u8> {
    if canonical.capacity() - canonical.len() > canonical.len() / SLACK_SHARE {
        canonical.shrink_to_fit();
    }
    canonical
}

impl Admission {
    pub(super) fn new(ceiling: Option<Ceiling>) -> Self {
        Self {
            objects: Vec::new(),
            ceiling,
            said: BTreeMap::new(),
            is_list: false,
        }
    }

    /// Takes what comes next in the body.
    pub(super) fn extend(&mut self, part: Part) {
        self.objects.extend(part.objects);
        self.said.extend(part.said);
    }

    /// Whether the body was a JSON list, and nothing around it.
    pub(crate) fn is_list(&self) -> bool {
        self.is_list
    }

    /// Whether there was no object.
    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The marking definitions that objects refer to, and of which neither the standard nor the body says what they are.
    pub(crate) fn unexplained(&self) -> BTreeSet<String> {
        let read = self.objects.iter().filter_map(|each| each.as_ref().ok());
        read.flat_map(|each| each.marks.others())
            .filter(|id| !self.said.contains_key(*id))
            .cloned()
            .collect()
    }

    /// A marking definition that is held already, by its canonical bytes.
    pub(crate) fn explain(&mut self, definition: &[u8]) {
        let mut arena = stix::tree::Arena::default();
        // What is held was admitted once; what cannot be read says nothing of the protocol.
        let Ok(tree) = arena.parse(definition) else {
            return;
        };
        let id = tree.root().get("id").and_then(Value::as_str);
        if let (Some(id), Some(level)) = (id, marking::said_by(tree.root())) {
            let known = self.said.entry(id.to_ascii_lowercase()).or_insert(level);
            *known = level.max(*known);
        }
    }

    /// One result for each object, in order; what is marked above the ceiling is turned back.
    pub(crate) fn decide(self) -> impl ExactSizeIterator<Item = Result<Admitted, Turned>> {
        let Self {
            objects,
            ceiling,
            said,
            is_list: _,
        } = self;
        objects.into_iter().map(move |each| {
            let Read { admitted, marks } = each?;
            let (Some(ceiling), Some(level)) = (ceiling, marks.strictest(&said)) else {
                return Ok(admitted);
            };
            if level <= rules::level(ceiling) {
                return Ok(admitted);
            }
            Err(Turned {
                version: admitted.object.said().map(str::to_owned),
                id: Some(admitted.object.stix_id),
                why: TurnedError::Ceiling {
                    marking: rules::name(level),
                    ceiling,
                },
            })
        })
    }
}
