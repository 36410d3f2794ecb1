//! What the checker found, in words: the form that people and programs read.

use serde::Serialize;

use crate::bundle::{BundleError, Splitter};
use crate::check::{Finding, Severity};
use crate::tree::{Arena, SyntaxError, Tree};

/// The most problems of one severity that a report spells out; the rest are counted.
pub const PROBLEMS_MAX: usize = 100;

/// The judgement of one object.
///
/// Serialises as `{"valid":…,"errors":[{"path","rule","message",…}],"warnings":[…]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether no MUST is broken.
    pub valid: bool,
    /// What breaks a MUST.
    pub errors: Vec<Problem>,
    /// What breaks a SHOULD.
    pub warnings: Vec<Problem>,
    /// How many more problems there are than are spelt out.
    #[serde(skip_serializing_if = "is_zero")]
    pub omitted: usize,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The JSON path of the value, from the object.
    pub path: String,
    /// The stable name of the rule.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// The section of the standard that says so.
    pub section: &'static str,
    /// What to do about it.
    pub hint: &'static str,
    /// The line of the text, from 1.
    pub line: usize,
    /// The column, in characters, from 1.
    pub column: usize,
}

/// What to do about what is wrong with a text rather than with the object in it.
fn hint_of(rule: &str) -> &'static str {
    if rule.starts_with("limit.") {
        "send less in one piece"
    } else {
        "correct the JSON"
    }
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Report {
    /// The report of findings in a parsed text.
    pub(crate) fn of(tree: &Tree<'_>, findings: &[Finding]) -> Self {
        let mut report = Self {
            valid: true,
            errors: Vec::new(),
            warnings: Vec::new(),
            omitted: 0,
        };
        for finding in findings {
            let rule = finding.rule();
            let problems = match rule.severity() {
                Severity::Must => {
                    report.valid = false;
                    &mut report.errors
                }
                Severity::Should => &mut report.warnings,
            };
            if problems.len() >= PROBLEMS_MAX {
                report.omitted += 1;
                continue;
            }
            problems.push(Problem {
                path: finding.path(tree),
                rule: rule.id(),
                message: finding.message(tree),
                section: finding.section(),
                hint: rule.hint(),
                line: 0,
                column: finding.offset(tree),
            });
        }
        report.place(tree.text());
        report
    }

    /// Turns the offsets that stand in for columns into lines and columns, in one walk over the
    /// text however many problems there are.
    fn place(&mut self, text: &str) {
        let mut problems: Vec<&mut Problem> =
            self.errors.iter_mut().chain(&mut self.warnings).collect();
        problems.sort_by_key(|problem| problem.column);
        let (mut at, mut line, mut column) = (0, 1, 1);
        for problem in problems {
            let offset = problem.column.max(at);
            for c in text.get(at..offset).unwrap_or_default().chars() {
                if c == '\n' {
                    line += 1;
                    column = 1;
                } else {
                    column += 1;
                }
            }
            at = offset;
            (problem.line, problem.column) = (line, column);
        }
    }

    /// Turns places in the text around the objects, their list emptied, into those in the input.
    pub(crate) fn place_in_head(&mut self, head: &str, splitter: &Splitter) {
        for problem in self.errors.iter_mut().chain(&mut self.warnings) {
            let before: usize = head
                .split_inclusive('\n')
                .take(problem.line - 1)
                .map(str::len)
                .sum();
            let line = head.get(before..).unwrap_or_default();
            let column = line
                .char_indices()
                .nth(problem.column - 1)
                .map_or(line.len(), |(at, _)| at);
            let place = splitter.place_in_head(before + column);
            problem.line = usize::try_from(place.line).unwrap_or(usize::MAX);
            problem.column = usize::try_from(place.column).unwrap_or(usize::MAX);
        }
    }

    /// The report of a text that is not admissible JSON.
    #[must_use]
    pub fn of_syntax(text: &[u8], error: &SyntaxError) -> Self {
        let before = text.get(..error.offset).unwrap_or(text);
        let before = String::from_utf8_lossy(before);
        let (line, column) = crate::tree::line_and_column(&before, before.len());
        let (rule, section) = error.fault.rule();
        let problem = Problem {
            path: "$".to_owned(),
            rule,
            message: error.to_string(),
            section,
            hint: hint_of(rule),
            line,
            column,
        };
        Self::refused(problem)
    }

    /// The report of a container that could not be read to its end, after `index` objects; lines
    /// and columns are those of the input.
    ///
    /// Of [`BundleError::Read`] there is none: that is no fault of the text.
    #[must_use]
    pub fn of_bundle_error(error: &BundleError, splitter: &Splitter, index: u64) -> Option<Self> {
        if matches!(error, BundleError::Read(_)) {
            return None;
        }
        let (mut place, mut message) = (splitter.place(), error.to_string());
        let (mut rule, mut section) = error.rule();
        let alone = splitter.is_bare() && matches!(error, BundleError::Truncated(_));
        let fault = match error {
            BundleError::Head(fault) => Some(fault.clone()),
            // What stands alone is judged as the object that it tries to be.
            _ if alone => Arena::default().parse(splitter.head()).err(),
            _ => None,
        };
        if let Some(fault) = fault {
            place = splitter.place_in_head(fault.offset);
            message = fault.fault.to_string();
            (rule, section) = fault.fault.rule();
        }
        let path = match error {
            BundleError::ObjectTooLong { .. }
            | BundleError::TooDeep { .. }
            | BundleError::NotAnObject { .. } => splitter.path_of(index),
            _ => "$".to_owned(),
        };
        Some(Self::refused(Problem {
            path,
            rule,
            message,
            section,
            hint: hint_of(rule),
            line: usize::try_from(place.line).unwrap_or(usize::MAX),
            column: usize::try_from(place.column).unwrap_or(usize::MAX),
        }))
    }

    /// The report of a text with this one error.
    fn refused(problem: Problem) -> Self {
        Self {
            valid: false,
            errors: vec![problem],
            warnings: Vec::new(),
            omitted: 0,
        }
    }

    /// The report of something without a fault.
    pub(crate) fn clean() -> Self {
        Self {
            valid: true,
            errors: Vec::new(),
            warnings: Vec::new(),
            omitted: 0,
        }
    }

    /// All problems, errors first.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.errors.iter().chain(&self.warnings)
    }
}
