//! What was found, for people: each rule with some of its places, shown in the text.

use std::{
    collections::BTreeMap,
    io::{self, BufWriter, Stdout, Write},
};

use indicatif::ProgressBar;
use stix::{Problem, Severity};

use super::{
    excerpt::{Paint, excerpt, visible},
    judge::{Judged, Sink},
};

/// Prints what is wrong, and where.
pub(super) struct Human {
    out: BufWriter<Stdout>,
    paint: Paint,
    /// The most places that are shown of one rule.
    each_max: u64,
    shown: BTreeMap<&'static str, u64>,
    bar: Option<ProgressBar>,
}

impl Human {
    /// Shows at most `each_max` places of each rule; 0 is no bound.
    pub(super) fn new(each_max: u64) -> Self {
        Self {
            out: BufWriter::new(io::stdout()),
            paint: Paint::of_stdout(),
            each_max: if each_max == 0 { u64::MAX } else { each_max },
            shown: BTreeMap::new(),
            bar: None,
        }
    }

    /// Whether one more place of this rule is shown; then it counts as shown.
    fn shows(&mut self, rule: &'static str) -> bool {
        let shown = self.shown.entry(rule).or_default();
        *shown += 1;
        *shown <= self.each_max
    }

    fn problem(&self, judged: &Judged<'_>, severity: Severity, problem: &Problem) -> String {
        let (line, column) = judged.at.within(problem.line, problem.column);
        let word = match severity {
            Severity::Must => "error",
            Severity::Should => "warning",
        };
        let word = self
            .paint
            .severity(severity, &format!("{word}[{}]", problem.rule));
        let message = self.paint.bold(&visible(&problem.message));
        let file = visible(judged.file);
        let mut text = format!(
            "{word} {message}\n  {} {file}:{line}:{column}",
            self.paint.dim("at")
        );
        let object = judged.string("id").map(visible);
        let path = visible(&problem.path);
        match object {
            Some(id) => text += &format!("  {path} of {id}"),
            None if path != "$" => text += &format!("  {path}"),
            None => {}
        }
        text.push('\n');
        for row in self
            .excerpt(judged, severity, line, column)
            .into_iter()
            .flatten()
        {
            text += &format!("  {row}\n");
        }
        let section = match problem.section {
            "" => String::new(),
            "house rule" => " (house rule)".to_owned(),
            section if section.starts_with("RFC") => format!(" ({section})"),
            section if section.starts_with("2.0") => format!(" (STIX {section})"),
            section => format!(" (STIX 2.1 §{section})"),
        };
        text + &self.paint.dim(&format!("  {}{section}\n", problem.hint)) + "\n"
    }

    fn excerpt(
        &self,
        judged: &Judged<'_>,
        severity: Severity,
        line: u64,
        column: u64,
    ) -> Option<[String; 2]> {
        let within = usize::try_from(line.checked_sub(judged.text_at.line)?).ok()?;
        let column = match within {
            0 => (column + 1).checked_sub(judged.text_at.column)?,
            _ => column,
        };
        let text = String::from_utf8_lossy(judged.text);
        let column = usize::try_from(column).ok()?;
        excerpt(&text, within + 1, column, line, |caret| {
            self.paint.severity(severity, caret)
        })
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let bar = self.bar.clone();
        let mut print = || {
            self.out.write_all(text.as_bytes())?;
            self.out.flush()
        };
        match bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }
}

impl Sink for Human {
    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let mut any = false;
        judged.each_rule(|rule, _| {
            any |= self
                .shown
                .get(rule)
                .is_none_or(|shown| *shown < self.each_max);
        });
        if !any {
            return Ok(());
        }
        let report = judged.report();
        let mut text = String::new();
        for (severity, problems) in [
            (Severity::Must, &report.errors),
            (Severity::Should, &report.warnings),
        ] {
            for problem in problems {
                if self.shows(problem.rule) {
                    text += &self.problem(judged, severity, problem);
                }
            }
        }
        self.write(&text)
    }

    fn unreadable(&mut self, name: &str, error: &io::Error) -> io::Result<()> {
        let says = format!("{} cannot be read: {error}\n\n", visible(name));
        let says = format!("{} {says}", self.paint.severity(Severity::Must, "error"));
        self.write(&says)
    }

    fn beside(&mut self, bar: Option<ProgressBar>) {
        self.bar = bar;
    }
}
