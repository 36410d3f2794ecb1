//! Where the program's own log goes: standard error. A command says only what went wrong; a node that serves says what
//! its settings ask for.

use std::io::IsTerminal as _;

use node::settings::{LogFormat, LogSettings};
use tracing_subscriber::EnvFilter;

use crate::config;

/// The log of a command.
pub(crate) fn for_a_command(verbose: u8) {
    let level = level(verbose).unwrap_or("error").to_owned();
    let level = config::variable(config::RUST_LOG).unwrap_or(level);
    start(&LogSettings {
        format: LogFormat::Text,
        level,
    });
}

/// What `-v` asks for.
pub(crate) fn level(verbose: u8) -> Option<&'static str> {
    match verbose {
        0 => None,
        1 => Some("error,chancery=info,node=info,store=info,access=info"),
        2 => Some("error,chancery=debug,node=debug,store=debug,access=info"),
        _ => Some("debug"),
    }
}

/// Begins to log.
pub(crate) fn start(settings: &LogSettings) {
    // What the settings say was checked; a variable may still be wrong.
    let filter = EnvFilter::try_new(&settings.level).unwrap_or_else(|_| EnvFilter::new("error"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        // One object a line: `span.id` is the request's id in every line that belongs to one.
        LogFormat::Json => log.json().with_span_list(false).init(),
    }
}
