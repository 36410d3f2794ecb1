//! What the checker found, in words: the form that people and programs read.

use serde::Serialize;

use crate::check::{Finding, Severity};
use crate::tree::{SyntaxError, Tree};

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

    /// The report of a text that is not admissible JSON.
    pub(crate) fn of_syntax(text: &[u8], error: &SyntaxError) -> Self {
        let before = text.get(..error.offset).unwrap_or(text);
        let before = String::from_utf8_lossy(before);
        let (line, column) = crate::tree::line_and_column(&before, before.len());
        let problem = Problem {
            path: "$".to_owned(),
            rule: "json.admission",
            message: error.to_string(),
            section: "RFC 8259, RFC 7493",
            hint: "correct the JSON",
            line,
            column,
        };
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
