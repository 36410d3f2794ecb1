//! `chancery config`: what the settings are in the end, what is wrong with them, and what there is to set.

use std::path::Path;

use clap::Subcommand;
use node::{
    clock::{Clock as _, SystemClock},
    home::Home,
};
use serde::Serialize;
use serde_json::json;

use crate::{
    config::{self, Effective, Problem},
    exit::NotProved,
    say::{self, Say},
};

/// Subcommands of `config`.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print every setting as it is in the end, and who says so
    #[command(after_help = "Example:\n  CHANCERY_WEB_LISTEN=127.0.0.1:8080 chancery config show")]
    Show,
    /// Tell everything that is wrong with the settings and what they name, all at once
    #[command(
        after_help = "Example:\n  chancery --home /var/lib/chancery config check && systemctl restart chancery"
    )]
    Check,
    /// Print a complete node.toml with the meaning of every setting; needs no node
    #[command(after_help = "Example:\n  chancery config example > node.toml")]
    Example,
}

/// A setting as programs read it.
#[derive(Serialize)]
struct Shown {
    key: &'static str,
    value: Option<toml::Value>,
    source: String,
}

/// What is wrong, as programs read it.
#[derive(Serialize)]
struct Told {
    place: String,
    says: String,
}

/// Runs a subcommand.
pub(crate) fn run(home: &Path, out: Say, command: &Config) -> anyhow::Result<()> {
    match command {
        Config::Show => show(&Home::at(home).existing()?, out),
        Config::Check => check(&Home::at(home).existing()?, out),
        Config::Example => {
            let example = config::example();
            out.show(&json!({ "node.toml": example }), |_| say::text(&example))
        }
    }
}

fn show(home: &Home, out: Say) -> anyhow::Result<()> {
    let layers = config::layers(home, &[])?;
    let shown: Vec<Shown> = layers.effective.iter().map(shown).collect();
    out.show(&shown, |shown| {
        for one in shown {
            let value = one
                .value
                .as_ref()
                .map_or("not set".to_owned(), ToString::to_string);
            say::line(format!(
                "{:<60} # {}",
                format!("{} = {value}", one.key),
                one.source
            ));
        }
    })?;
    match layers.problems() {
        [] => Ok(()),
        problems => Err(config::Problems(problems.to_vec()).into()),
    }
}

fn shown(effective: &Effective) -> Shown {
    Shown {
        key: effective.setting.key,
        value: effective.value.clone(),
        source: effective.source.to_string(),
    }
}

fn check(home: &Home, out: Say) -> anyhow::Result<()> {
    let layers = config::layers(home, &[])?;
    let mut problems = layers.problems().to_vec();
    problems.extend_from_slice(layers.doubts());
    // What is on the machine is looked at as far as the settings can be read.
    if let Ok(settings) = layers.settings() {
        problems.extend(config::look(home, &settings, SystemClock.now()));
    }
    let told: Vec<Told> = problems.iter().map(told).collect();
    out.show(&told, |told| match told.is_empty() {
        true => say::line("the settings can be read, and the machine is as they say"),
        false => problems
            .iter()
            .for_each(|problem| say::line(problem.to_string())),
    })?;
    match problems.len() {
        0 => Ok(()),
        1 => Err(NotProved("one thing is wrong".to_owned()).into()),
        count => Err(NotProved(format!("{count} things are wrong")).into()),
    }
}

fn told(problem: &Problem) -> Told {
    Told {
        place: problem.place.clone(),
        says: problem.says.clone(),
    }
}
