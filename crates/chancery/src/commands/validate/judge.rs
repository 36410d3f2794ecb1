//! Reads what there is to judge, object by object, and tells what was found.

use std::io::{self, BufReader, Read};

use indicatif::ProgressBar;
use stix::{
    BundleError, BundleLimits, BundleReader, Checked, Checker, Place, Problem, Report, Severity,
    check::BundleCheck,
    policy::{HouseRule, Policy, Strictness},
};

use super::{
    input::Source,
    lines::{Form, Line, look},
    tally::Tally,
    watched::{Counted, Remembered, progress_bar},
};

/// A line up to this long is judged in memory; a longer one as a stream.
const LINE_BYTES_MAX: usize = 1 << 20;
/// From this size on, progress is shown on a terminal.
const PROGRESS_BYTES_MIN: u64 = 16 << 20;

/// One thing that was judged: an object, or the text around objects.
pub(super) struct Judged<'a> {
    /// Where it came from.
    pub(super) file: &'a str,
    /// The JSON path of it in its text, `$.objects[3]` for example.
    pub(super) path: &'a str,
    /// Its place among the objects of its text; none for the text around them.
    pub(super) index: Option<u64>,
    /// Where that begins in the file which lines and columns are counted from.
    pub(super) at: Place,
    /// Its text, as far as it is at hand.
    pub(super) text: &'a [u8],
    /// Where that begins in the file.
    pub(super) text_at: Place,
    /// What was found.
    pub(super) outcome: Outcome<'a>,
}

/// What was found.
pub(super) enum Outcome<'a> {
    /// In an object; the words are made when they are asked for.
    Object(Checked<'a>, Vec<(Severity, Problem)>),
    /// In a text that is no object.
    Text(Report),
}

impl Judged<'_> {
    /// Tells each rule that is broken, by its name, without making words.
    pub(super) fn each_rule(&self, mut tell: impl FnMut(&'static str, Severity)) {
        match &self.outcome {
            Outcome::Object(checked, house) => {
                for finding in checked.findings() {
                    tell(finding.rule().id(), finding.rule().severity());
                }
                for (severity, problem) in house {
                    tell(problem.rule, *severity);
                }
            }
            Outcome::Text(report) => {
                report
                    .errors
                    .iter()
                    .for_each(|p| tell(p.rule, Severity::Must));
                report
                    .warnings
                    .iter()
                    .for_each(|p| tell(p.rule, Severity::Should));
            }
        }
    }

    /// What was found, in words; places are those in the object's own text.
    pub(super) fn report(&self) -> Report {
        match &self.outcome {
            Outcome::Object(checked, house) => {
                let mut report = checked.report();
                for (severity, problem) in house {
                    match severity {
                        Severity::Must => report.errors.push(problem.clone()),
                        Severity::Should => report.warnings.push(problem.clone()),
                    }
                }
                report.valid = report.errors.is_empty();
                report
            }
            Outcome::Text(report) => report.clone(),
        }
    }

    /// A property of the object that is a string.
    pub(super) fn string(&self, name: &str) -> Option<&str> {
        match &self.outcome {
            Outcome::Object(checked, _) => checked.root().get(name)?.as_str(),
            Outcome::Text(_) => None,
        }
    }
}

/// Who is told what was found.
pub(super) trait Sink {
    /// Something was judged.
    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()>;

    /// Something cannot be read.
    fn unreadable(&mut self, name: &str, error: &io::Error) -> io::Result<()>;

    /// What comes next stands together on this line of the input.
    fn line(&mut self, _number: u64) {}

    /// The line ends. `waiting`: whoever wrote it may be waiting for the answer.
    fn line_ends(&mut self, _waiting: bool) -> io::Result<()> {
        Ok(())
    }

    /// Progress is shown on the terminal while this is printed to.
    fn beside(&mut self, _bar: Option<ProgressBar>) {}

    /// All has been judged.
    fn end(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why the judging of a source stopped.
pub(super) enum Stopped {
    /// It cannot be read on.
    Read(io::Error),
    /// What was found cannot be told.
    Written(io::Error),
}

/// Judges what it is given.
pub(super) struct Judge {
    checker: Checker,
    house: Policy,
    strict: bool,
}

impl Judge {
    pub(super) fn new(checker: Checker, house: Vec<HouseRule>, strict: bool) -> Self {
        let house = house
            .into_iter()
            .fold(Policy::new(Strictness::Warn), Policy::with);
        Self {
            checker,
            house,
            strict,
        }
    }

    /// Judges a file or standard input. `lines`: it is expected to be one JSON text a line where nothing says
    /// otherwise.
    pub(super) fn source(
        &mut self,
        source: &Source,
        lines: bool,
        progress: bool,
        tally: &mut Tally,
        sink: &mut impl Sink,
    ) -> Result<(), Stopped> {
        let (input, size) = source.open().map_err(Stopped::Read)?;
        let bar = size.filter(|size| progress && *size >= PROGRESS_BYTES_MIN);
        let bar = bar.and_then(progress_bar);
        sink.beside(bar.clone());
        let input = Counted::new(input, bar.clone());
        tally.files += 1;
        // Of a file that is not called so, more than one line has to show that it is lines.
        let expected = if source.is_lines() || (lines && *source == Source::Input) {
            Form::Lines
        } else {
            Form::Document
        };
        let (form, input) = look(input, expected).map_err(Stopped::Read)?;
        let mut judging = Judging {
            judge: self,
            file: source.name(),
            tally,
            sink,
        };
        let done = match form {
            Form::Document => judging.document(input, Place::START),
            Form::Lines => judging.lines(BufReader::with_capacity(64 * 1024, input)),
        };
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
        sink.beside(None);
        done
    }
}

/// Judging one source.
struct Judging<'j, S> {
    judge: &'j mut Judge,
    file: &'j str,
    tally: &'j mut Tally,
    sink: &'j mut S,
}

impl<S: Sink> Judging<'_, S> {
    /// One JSON text a line; empty lines are passed over.
    fn lines<R: Read>(&mut self, mut input: BufReader<R>) -> Result<(), Stopped> {
        let mut text = Vec::new();
        let mut at = Place::START;
        loop {
            text.clear();
            let more = Line::of(&mut input).begin(&mut text, LINE_BYTES_MAX + 1);
            if !more.map_err(Stopped::Read)? {
                return Ok(());
            }
            let mut bytes = text.len() as u64;
            let long = text.len() > LINE_BYTES_MAX;
            if long || !text.trim_ascii().is_empty() {
                self.sink.line(at.line);
                if long {
                    let mut rest = Line::of(&mut input);
                    self.document((&text[..]).chain(&mut rest), at)?;
                    bytes += rest.skip().map_err(Stopped::Read)?;
                } else if !self.bare(&text, at)? {
                    self.document(&text[..], at)?;
                }
                let waiting = input.buffer().is_empty();
                self.sink.line_ends(waiting).map_err(Stopped::Written)?;
            }
            // The offset counts one byte too many after a long line; it is of no use there.
            at = Place {
                offset: at.offset + bytes + 1,
                line: at.line + 1,
                column: 1,
            };
        }
    }

    /// Judges a text if it is one object, by itself; says whether it was.
    fn bare(&mut self, text: &[u8], at: Place) -> Result<bool, Stopped> {
        let Ok(checked) = self.judge.checker.check(text) else {
            return Ok(false);
        };
        let root = checked.root();
        let type_name = root.get("type").and_then(stix::tree::Value::as_str);
        if type_name.is_none_or(|name| name == "bundle") {
            return Ok(false);
        }
        let house = self.judge.house.house_problems(root);
        let judged = Judged {
            file: self.file,
            path: "$",
            index: Some(0),
            at,
            text,
            text_at: at,
            outcome: Outcome::Object(checked, house),
        };
        self.tally.count(&judged, self.judge.strict);
        self.sink.judged(&judged).map_err(Stopped::Written)?;
        Ok(true)
    }

    /// One JSON text, which begins at `origin`.
    fn document(&mut self, input: impl Read, origin: Place) -> Result<(), Stopped> {
        let mut check = BundleCheck::new();
        let mut reader = BundleReader::new(Remembered::new(input), BundleLimits::default());
        loop {
            let piece = match reader.next() {
                None => break,
                Some(Ok(piece)) => piece,
                Some(Err(BundleError::Read(error))) => return Err(Stopped::Read(error)),
                Some(Err(error)) => {
                    let splitter = reader.splitter();
                    let report = Report::of_bundle_error(&error, splitter, check.objects());
                    let Some(report) = report else { break };
                    let (text, text_at) = reader.input().around(splitter);
                    return self.tell(&Judged {
                        file: self.file,
                        path: "$",
                        index: None,
                        at: origin,
                        text,
                        text_at: origin.then(text_at),
                        outcome: Outcome::Text(report),
                    });
                }
            };
            let path = reader.splitter().path_of(piece.index);
            let at = origin.then(piece.place);
            check.within(reader.splitter());
            let outcome = match check.check(&mut self.judge.checker, &piece.bytes) {
                Ok(checked) => {
                    let house = self.judge.house.house_problems(checked.root());
                    Outcome::Object(checked, house)
                }
                Err(error) => Outcome::Text(Report::of_syntax(&piece.bytes, &error)),
            };
            let judged = Judged {
                file: self.file,
                path: &path,
                index: Some(piece.index),
                at,
                text: &piece.bytes,
                text_at: at,
                outcome,
            };
            self.tally.count(&judged, self.judge.strict);
            self.sink.judged(&judged).map_err(Stopped::Written)?;
        }
        let container = reader.container();
        let report = check.finish(&mut self.judge.checker, reader.splitter(), container);
        let Ok(report) = report else { return Ok(()) };
        if report.problems().next().is_none() {
            return Ok(());
        }
        self.tell(&Judged {
            file: self.file,
            path: "$",
            index: None,
            at: origin,
            text: b"",
            text_at: origin,
            outcome: Outcome::Text(report),
        })
    }

    fn tell(&mut self, judged: &Judged<'_>) -> Result<(), Stopped> {
        self.tally.count(judged, self.judge.strict);
        self.sink.judged(judged).map_err(Stopped::Written)
    }
}
