//! Reading the objects of a body: one parse of each gives its view, its judgement and its markings. Large bodies are
//! read on several threads; the order stays.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    ops::Range,
    thread,
};

use bytes::Bytes;
use dialogue::Ceiling;
use stix::{
    CheckOptions, Checker, View,
    marking::TlpLevel,
    policy::{Judgement, Policy, Verdict},
    tree::Value,
};

use super::{
    ACT_TYPE_PREFIX, Admitted, BodyError, NOTES_MAX, Rules, TOLD_ID_BYTES_MAX, Turned, TurnedError,
    body::Body,
    marking::{self, Marks},
    rules,
};

/// A thread of its own for every so many bytes, as far as there are cores: less is read sooner than a thread starts.
const THREAD_BYTES_MIN: usize = 256 << 10;

/// What is in a body, object by object.
#[derive(Debug)]
pub(crate) struct Admission {
    objects: Vec<Result<Read, Turned>>,
    ceiling: Option<Ceiling>,
    /// What marking definitions say of the Traffic Light Protocol, that are not the published ones.
    said: BTreeMap<String, TlpLevel>,
}

/// An object that was read.
#[derive(Debug)]
struct Read {
    admitted: Admitted,
    /// Empty where no ceiling asks for them.
    marks: Marks,
}

/// Reads every object of a body and judges it, in order.
///
/// # Errors
/// [`BodyError`] when the whole cannot be read; nothing of it may be taken then.
pub(crate) fn admit(bytes: Bytes, rules: &Rules) -> Result<Admission, BodyError> {
    let body = Body::split(bytes)?;
    let parts = body.parts(threads(body.bytes_len()));
    let mut read = match parts.as_slice() {
        [] => Vec::new(),
        [all] => vec![part(&body, all.clone(), rules)],
        several => thread::scope(|scope| {
            let running: Vec<_> = several
                .iter()
                .map(|range| scope.spawn(|| part(&body, range.clone(), rules)))
                .collect();
            running
                .into_iter()
                .map(|each| {
                    each.join()
                        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                })
                .collect()
        }),
    }
    .into_iter();
    // The first part is most of the memory where there is one, so the others go behind it.
    let (mut objects, mut said) = read.next().transpose()?.unwrap_or_default();
    for part in read {
        let (more, also_said) = part?;
        objects.extend(more);
        said.extend(also_said);
    }
    Ok(Admission {
        objects,
        ceiling: rules.ceiling,
        said,
    })
}

fn threads(bytes: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    cores.min(bytes / THREAD_BYTES_MIN).max(1)
}

type Part = (Vec<Result<Read, Turned>>, BTreeMap<String, TlpLevel>);

/// # Errors
/// [`BodyError::NotJson`].
fn part(body: &Body, range: Range<usize>, rules: &Rules) -> Result<Part, BodyError> {
    let mut checker = Checker::new(CheckOptions::default());
    let mut objects = Vec::with_capacity(range.len());
    let mut said = BTreeMap::new();
    for index in range {
        let canonical = match json::admit(body.text(index), &json::Limits::default()) {
            Ok(canonical) => canonical.into_bytes(),
            Err(source) if is_not_json(&source) => {
                return Err(BodyError::NotJson { index, source });
            }
            Err(error) => {
                objects.push(Err(Turned {
                    id: None,
                    version: None,
                    why: error.into(),
                }));
                continue;
            }
        };
        objects.push(object(&mut checker, canonical, rules, &mut said));
    }
    Ok((objects, said))
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
    Ok(Read {
        admitted: Admitted {
            notes,
            view,
            content: canonical,
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

impl Admission {
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
                id: Some(admitted.view.id().to_string()),
                version: admitted.view.version().map(ToString::to_string),
                why: TurnedError::Ceiling {
                    marking: rules::name(level),
                    ceiling,
                },
            })
        })
    }
}
