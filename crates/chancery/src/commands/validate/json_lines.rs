//! A line of JSON for each object that was judged; or, where the input is one text a line, for each of its lines.

use std::io::{self, BufWriter, Stdout, Write};

use serde::Serialize;
use stix::{
    Problem,
    report::{PROBLEMS_MAX, Report},
};

use super::judge::{Judged, Sink};

/// What is printed of an object, or of a line.
#[derive(Debug, Default, Serialize)]
struct Row {
    valid: bool,
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
    /// How many more problems there are than are spelt out.
    #[serde(skip_serializing_if = "is_zero")]
    omitted: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    type_name: Option<String>,
    /// The line of the input on which it begins, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// The place among the objects of a bundle, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    /// How many objects stand on the line, where that is not one.
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Prints lines of JSON.
pub(super) struct JsonLines {
    out: BufWriter<Stdout>,
    name_files: bool,
    strict: bool,
    /// What stands on the line that is being judged.
    line: Option<(Row, u64)>,
}

impl JsonLines {
    /// `name_files`: say of each object which file it is from.
    pub(super) fn new(name_files: bool, strict: bool) -> Self {
        Self {
            out: BufWriter::with_capacity(64 * 1024, io::stdout()),
            name_files,
            strict,
            line: None,
        }
    }

    fn print(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, row)?;
        self.out.write_all(b"\n")
    }

    /// The report, with paths and places as they are in the file.
    fn report(&self, judged: &Judged<'_>, whole: bool) -> Report {
        let mut report = judged.report();
        report.valid &= !self.strict || report.warnings.is_empty();
        for problem in report.errors.iter_mut().chain(&mut report.warnings) {
            let (line, column) = judged.at.within(problem.line, problem.column);
            problem.line = usize::try_from(line).unwrap_or(usize::MAX);
            problem.column = usize::try_from(column).unwrap_or(usize::MAX);
            if whole && judged.path != "$" {
                problem.path.replace_range(..1, judged.path);
            }
        }
        report
    }
}

impl Sink for JsonLines {
    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let report = self.report(judged, self.line.is_some());
        let string = |name| judged.string(name).map(str::to_owned);
        if let Some((row, objects)) = &mut self.line {
            row.valid &= report.valid;
            row.omitted += report.omitted;
            for (all, some) in [
                (&mut row.errors, report.errors),
                (&mut row.warnings, report.warnings),
            ] {
                let room = PROBLEMS_MAX.saturating_sub(all.len());
                row.omitted += some.len().saturating_sub(room);
                all.extend(some.into_iter().take(room));
            }
            if judged.path == "$" && judged.index.is_some() {
                (row.id, row.type_name) = (string("id"), string("type"));
            }
            *objects += u64::from(judged.index.is_some());
            return Ok(());
        }
        let row = Row {
            valid: report.valid,
            errors: report.errors,
            warnings: report.warnings,
            omitted: report.omitted,
            id: string("id"),
            type_name: string("type"),
            line: Some(judged.at.line),
            index: judged.index,
            objects: None,
            file: self.name_files.then(|| judged.file.to_owned()),
        };
        self.print(&row)
    }

    fn line(&mut self, number: u64) {
        let row = Row {
            valid: true,
            line: Some(number),
            ..Row::default()
        };
        self.line = Some((row, 0));
    }

    fn line_ends(&mut self, waiting: bool) -> io::Result<()> {
        if let Some((mut row, objects)) = self.line.take() {
            row.objects = (objects != 1).then_some(objects);
            self.print(&row)?;
        }
        if waiting { self.out.flush() } else { Ok(()) }
    }

    #[expect(clippy::print_stderr, reason = "standard output is for the answers")]
    fn unreadable(&mut self, name: &str, error: &io::Error) -> io::Result<()> {
        self.line = None;
        eprintln!("chancery: {name} cannot be read: {error}");
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
