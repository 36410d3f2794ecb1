//! `chancery match`: which observations match a STIX pattern. Needs no node.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, CommandFactory as _, error::ErrorKind};
use serde::Serialize;
use stix::{
    Severity,
    pattern::{self, MatchLimits, Matcher, ParseLimits, Pattern},
};

use super::validate::{Paint, excerpt, visible};
use crate::{
    args::Cli,
    exit::{Exit, Silent},
    file, say,
    say::Say,
};

mod observations;
mod patterns;

use observations::Data;
use patterns::Named;

/// Arguments of `match`.
#[derive(Debug, Args)]
pub(crate) struct Match {
    /// The pattern, unless --pattern-file names it; then the data: observed-data objects, alone, in bundles or in lists,
    /// or lists of observables, of which each then counts as an observation; files, directories, or - for standard input
    #[arg(required = true, value_names = ["PATTERN", "DATA"])]
    pub words: Vec<String>,
    /// Read the pattern from here: a pattern, one a line, or the indicators of a bundle
    #[arg(short = 'f', long, value_name = "FILE")]
    pub pattern_file: Option<PathBuf>,
    /// The version of STIX the pattern is written in; in 2.0, START and STOP take strings
    #[arg(long, value_enum, default_value = "2.1", value_name = "VERSION")]
    pub spec: super::validate::Spec,
}

/// What came of one pattern.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    pattern: &'a str,
    /// The indicator it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    indicator: Option<&'a str>,
    matched: bool,
    /// The observations: all that match, for a pattern of one observation expression; else the first found that
    /// match together.
    observations: Vec<&'a str>,
}

/// What came of all of them.
#[derive(Debug, Serialize)]
struct Answers<'a> {
    matched: bool,
    observations: usize,
    patterns: Vec<Answer<'a>>,
}

/// Matches.
///
/// # Errors
/// [`Silent`] when all has been said: 3 if nothing matches, 2 for a pattern that is none.
pub(crate) fn run(out: Say, args: &Match) -> anyhow::Result<()> {
    let (named, data) = read(args)?;
    let limits = MatchLimits::default();
    let mut matchers = Vec::new();
    for each in &named {
        matchers.push((each, matcher(each, args, &limits)?));
    }
    let data = Data::read(&data)?;
    let reachable = data.reachable();
    let observations = data.observations(&reachable);
    if data.is_timeless() {
        warn(
            "there is no observed-data: each observable counts as an observation, all at one instant",
        );
    }
    if observations.len() == 0 && observations.faults.is_empty() {
        warn("the data has no observed-data and no observables: there is nothing to match");
    }
    for fault in &observations.faults {
        warn(fault);
    }
    let mut patterns = Vec::new();
    for (named, matcher) in &matchers {
        let found = observations
            .find(matcher)
            .with_context(|| format!("`{}` has no answer", named.text))?;
        patterns.push(Answer {
            pattern: &named.text,
            indicator: named.indicator.as_deref(),
            matched: !found.is_empty(),
            observations: found,
        });
    }
    let answers = Answers {
        matched: patterns.iter().any(|answer| answer.matched),
        observations: observations.len(),
        patterns,
    };
    out.show(&answers, tell)?;
    if answers.matched {
        Ok(())
    } else if observations.faults.is_empty() {
        Err(Silent(Exit::NotProved).into())
    } else {
        Err(Silent(Exit::Failed).into())
    }
}

/// The patterns, and where the data is.
fn read(args: &Match) -> anyhow::Result<(Vec<Named>, Vec<PathBuf>)> {
    let (first, data) = match &args.pattern_file {
        Some(path) => (patterns::of_file(&file::read_text(path)?)?, &args.words[..]),
        None => {
            let word = &args.words[0];
            let is_file = !patterns::begins_pattern(word) && Path::new(word).is_file();
            let patterns = if is_file {
                patterns::of_file(&file::read_text(Path::new(word))?)?
            } else {
                vec![Named::of(word)]
            };
            (patterns, &args.words[1..])
        }
    };
    if data.is_empty() {
        let says = "no data to match: name files, directories, or - for standard input";
        Cli::command()
            .error(ErrorKind::MissingRequiredArgument, says)
            .exit();
    }
    Ok((first, data.iter().map(PathBuf::from).collect()))
}

/// Makes a pattern ready, or shows where it is wrong.
fn matcher(named: &Named, args: &Match, limits: &MatchLimits) -> anyhow::Result<Matcher> {
    let old = matches!(args.spec, super::validate::Spec::V20) || named.is_v20;
    let parsed = if old {
        Pattern::upgrade(&named.text, &ParseLimits::default())
    } else {
        named.text.parse::<Pattern>()
    };
    let pattern = match parsed {
        Ok(pattern) => pattern,
        Err(error) => {
            let position = error.position();
            show(named, position, Severity::Must, &error.kind().to_string());
            return Err(Silent(Exit::Usage).into());
        }
    };
    // Of an upgraded pattern the places are those in its new text.
    for finding in pattern::check(&pattern, limits).iter().filter(|_| !old) {
        let position = pattern::Position::find(&named.text, finding.span().start());
        let severity = match (finding.rule(), finding.rule().severity()) {
            // An extension may have added it.
            (pattern::Rule::UnknownProperty, _) | (_, pattern::Severity::Should) => {
                Severity::Should
            }
            (_, pattern::Severity::Must) => Severity::Must,
        };
        show(named, position, severity, &finding.to_string());
    }
    match Matcher::new(&pattern, *limits) {
        Ok(matcher) => Ok(matcher),
        Err(error) => {
            warn(&format!("the pattern cannot match anything: {error}"));
            Err(Silent(Exit::Usage).into())
        }
    }
}

/// Shows a place in a pattern, on standard error.
#[expect(clippy::print_stderr, reason = "standard output is for the answer")]
fn show(named: &Named, position: pattern::Position, severity: Severity, says: &str) {
    let paint = Paint::of_stderr();
    let word = match severity {
        Severity::Must => "error",
        Severity::Should => "warning",
    };
    let of = named.indicator.as_deref();
    let of = of.map_or(String::new(), |id| format!(" of {}", visible(id)));
    eprintln!(
        "{} in the pattern{of}, line {}, column {}: {}",
        paint.severity(severity, word),
        position.line(),
        position.column(),
        visible(says)
    );
    let (line, column) = (position.line(), position.column());
    let lines = excerpt(&named.text, line, column, line as u64, |caret| {
        paint.severity(severity, caret)
    });
    for line in lines.into_iter().flatten() {
        eprintln!("  {line}");
    }
}

#[expect(clippy::print_stderr, reason = "standard output is for the answer")]
fn warn(says: &str) {
    let paint = Paint::of_stderr();
    eprintln!(
        "{} {}",
        paint.severity(Severity::Should, "warning"),
        visible(says)
    );
}

fn tell(answers: &Answers<'_>) {
    for answer in &answers.patterns {
        let name = visible(answer.indicator.unwrap_or(answer.pattern));
        if answers.patterns.len() > 1 && !answer.matched {
            continue;
        }
        let count = answer.observations.len();
        match (answer.matched, count) {
            (false, _) => say::line("No match."),
            (true, 1) => say::line(format!("{name} matches")),
            (true, _) => say::line(format!("{name} matches {count} observations")),
        }
        for observation in &answer.observations {
            say::line(format!("  {}", visible(observation)));
        }
    }
    if answers.patterns.len() > 1 {
        let matched = answers.patterns.iter().filter(|answer| answer.matched);
        let (matched, all) = (matched.count(), answers.patterns.len());
        let observations = answers.observations;
        say::line(format!(
            "{matched} of {all} patterns match in {observations} observations."
        ));
    }
}
