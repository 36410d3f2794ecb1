//! `chancery validate`: judges STIX by the standard and shows what is wrong, and where. Needs no node.
//!
//! Every text is read as a stream, one object in memory at a time, so a bundle may be as large as the disk. What is
//! malformed is a problem with a place like any other and does not stop what comes after it, as far as that can be
//! told apart.

use std::{io, path::PathBuf};

use clap::{Args, ValueEnum};
use stix::{CheckOptions, Checker, Rule, Severity, SpecVersion, policy::HouseRule};

use crate::{
    exit::{Exit, Silent},
    say,
    say::Say,
};

mod excerpt;
mod human;
mod input;
mod json_lines;
mod judge;
mod lines;
mod schemas;
mod tally;
mod watched;

pub(crate) use excerpt::{Paint, excerpt, visible};
pub(crate) use input::sources;

use judge::{Judge, Sink};
use tally::Tally;

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Files, directories (every *.json, *.jsonl, *.ndjson, *.stix and *.stix2 in them), or - for standard input
    #[arg(required_unless_present = "list_rules", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print a line of JSON for each object, {"valid", "errors", "warnings", …}; read standard input as one JSON text
    /// a line. What is read line by line is answered line by line
    #[arg(long, conflicts_with = "quiet")]
    pub jsonl: bool,
    /// What SHOULD be otherwise makes an object invalid too
    #[arg(long)]
    pub strict: bool,
    /// Judge by these rules only (repeat for each; `stix.2.9.*` is all that begin so)
    #[arg(long = "rule", value_name = "RULE", value_parser = rules)]
    pub only: Vec<Rules>,
    /// Leave these rules out (repeat for each)
    #[arg(long = "no-rule", value_name = "RULE", value_parser = rules)]
    pub without: Vec<Rules>,
    /// A rule of your own: what objects of a type have to have, or with `should` before it ought to
    #[arg(long = "house-rule", value_name = "[should ]TYPE: PROPERTY, …", value_parser = house_rule)]
    pub house: Vec<HouseText>,
    /// Check extensions against the JSON schemas in this directory, each called extension-definition--….json; nothing
    /// is fetched
    #[arg(long, value_name = "DIR")]
    pub schemas: Option<PathBuf>,
    /// Demand this version of STIX of every object [default: that which each object says]
    #[arg(long, value_enum, value_name = "VERSION")]
    pub spec: Option<Spec>,
    /// Show at most this many places of each rule; 0 shows all
    #[arg(long, default_value_t = 3, value_name = "COUNT")]
    pub show: u64,
    /// Print nothing; the exit code says it
    #[arg(short, long)]
    pub quiet: bool,
    /// List the rules: name, MUST or SHOULD, section, what it is about
    #[arg(long)]
    pub list_rules: bool,
}

/// A version of STIX.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Spec {
    /// STIX 2.0
    #[value(name = "2.0")]
    V20,
    /// STIX 2.1
    #[value(name = "2.1")]
    V21,
}

/// The rules that one argument names.
#[derive(Debug, Clone)]
pub(crate) struct Rules(Vec<Rule>);

/// A house rule that parses; it is parsed where it is used, for it is no value to clone.
#[derive(Debug, Clone)]
pub(crate) struct HouseText(String);

fn rules(text: &str) -> Result<Rules, String> {
    let found: Vec<Rule> = match text.strip_suffix('*') {
        Some(prefix) => Rule::ALL
            .iter()
            .copied()
            .filter(|rule| rule.id().starts_with(prefix))
            .collect(),
        None => Rule::from_id(text).into_iter().collect(),
    };
    if found.is_empty() {
        return Err(
            "no rule has this name; `chancery validate --list-rules` lists them".to_owned(),
        );
    }
    Ok(Rules(found))
}

fn house_rule(text: &str) -> Result<HouseText, String> {
    match text.parse::<HouseRule>() {
        Ok(_) => Ok(HouseText(text.to_owned())),
        Err(error) => Err(error.to_string()),
    }
}

/// Judges what the arguments name.
///
/// # Errors
/// [`Silent`], when all has been said: 3 if something is invalid, 1 if something cannot be read.
pub(crate) fn run(out: Say, args: &Validate) -> anyhow::Result<()> {
    if args.list_rules {
        return list_rules(out);
    }
    let mut judge = Judge::new(checker(args), house(args)?, args.strict);
    let mut tally = Tally::default();
    let written = if args.jsonl {
        let mut sink = json_lines::JsonLines::new(args.files.len() > 1, args.strict);
        judge_all(args, &mut judge, &mut tally, &mut sink)
    } else if args.quiet || out.json {
        judge_all(args, &mut judge, &mut tally, &mut Nowhere)
    } else {
        let mut sink = human::Human::new(args.show);
        judge_all(args, &mut judge, &mut tally, &mut sink)
    };
    match written {
        // Whoever stops reading early has seen enough, but not all is judged.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Err(Silent(Exit::Failed).into());
        }
        written => written?,
    }
    if out.json && !args.jsonl {
        out.show(&tally.view(), |_| {})?;
    } else if !args.quiet && !args.jsonl {
        tally.print(Paint::of_stdout());
    }
    tally.exit()
}

fn judge_all(
    args: &Validate,
    judge: &mut Judge,
    tally: &mut Tally,
    sink: &mut impl Sink,
) -> io::Result<()> {
    let quiet = args.quiet || args.jsonl;
    for path in &args.files {
        let sources = match sources(path) {
            Ok(sources) => sources,
            Err(error) => {
                sink.unreadable(&path.display().to_string(), &error)?;
                tally.unreadable += 1;
                continue;
            }
        };
        for source in sources {
            let read = judge.source(&source, args.jsonl, !quiet, tally, sink);
            match read {
                Ok(()) => {}
                Err(judge::Stopped::Written(error)) => return Err(error),
                Err(judge::Stopped::Read(error)) => {
                    sink.unreadable(source.name(), &error)?;
                    tally.unreadable += 1;
                }
            }
        }
    }
    sink.end()
}

fn checker(args: &Validate) -> Checker {
    let named = |rules: &[Rules], rule: &Rule| rules.iter().any(|Rules(some)| some.contains(rule));
    let off = |rule: &Rule| {
        named(&args.without, rule) || (!args.only.is_empty() && !named(&args.only, rule))
    };
    Checker::new(CheckOptions {
        off: Rule::ALL.iter().copied().filter(off).collect(),
        spec: args.spec.map(|spec| match spec {
            Spec::V20 => SpecVersion::V20,
            Spec::V21 => SpecVersion::V21,
        }),
        ..CheckOptions::default()
    })
}

fn house(args: &Validate) -> anyhow::Result<Vec<HouseRule>> {
    let mut rules = Vec::new();
    for HouseText(text) in &args.house {
        rules.push(text.parse()?);
    }
    if let Some(directory) = &args.schemas {
        rules.push(schemas::rule(directory)?);
    }
    Ok(rules)
}

/// Prints every rule.
fn list_rules(out: Say) -> anyhow::Result<()> {
    let word = |rule: &Rule| match rule.severity() {
        Severity::Must => "MUST",
        Severity::Should => "SHOULD",
    };
    let rows: Vec<serde_json::Value> = Rule::ALL
        .iter()
        .map(|rule| {
            serde_json::json!({
                "rule": rule.id(), "severity": word(rule), "section": rule.section(),
                "summary": rule.summary(), "hint": rule.hint(),
            })
        })
        .collect();
    out.show(&rows, |_| {
        for rule in Rule::ALL {
            let section = rule.section();
            say::line(format!(
                "{:<30} {:<6}  {section:<16}  {}",
                rule.id(),
                word(rule),
                rule.summary()
            ));
        }
    })
}

/// Where nothing is printed.
struct Nowhere;

impl Sink for Nowhere {
    fn judged(&mut self, _: &judge::Judged<'_>) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::print_stderr, reason = "what cannot be read is told even so")]
    fn unreadable(&mut self, name: &str, error: &io::Error) -> io::Result<()> {
        eprintln!("chancery: {name} cannot be read: {error}");
        Ok(())
    }
}
