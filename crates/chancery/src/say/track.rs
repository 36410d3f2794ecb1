//! A track, its logs and who holds how much of each.

use node::view::{LogView, TrackView};

use super::{counted, noun, write_line};
use crate::tame::tame;

/// A track with its logs.
pub(crate) fn track(track: &TrackView) {
    let ceiling = match &track.marking_ceiling {
        Some(level) => format!(", nothing above {level}"),
        None => String::new(),
    };
    let clearance = match track.clearance {
        0 => "",
        1 => ", cleared by an officer",
        2 => ", cleared by two officers",
        officers => &format!(", cleared by {officers} officers"),
    };
    // A private track is its own dialogue, of this party alone: `watchlist / watchlist` would tell nobody anything.
    let private = track.dialogue_name == track.name && track.logs.iter().all(|log| log.mine);
    let (of, access) = match private {
        true => (String::new(), "private"),
        false => (format!("{} / ", track.dialogue_name), &*track.access),
    };
    say!("{of}{} ({access}{ceiling}{clearance})", track.name);
    // Two copies of one node that both went on: only origins tell their logs apart.
    let name = |log: &LogView| {
        let same = track.logs.iter().filter(|each| each.address == log.address);
        match same.count() {
            1 => log.address.clone(),
            _ => log.origin.clone(),
        }
    };
    let widths = track.logs.iter().map(|log| name(log).chars().count());
    let width = widths.max().unwrap_or(0).max(24);
    for log in &track.logs {
        let state = if log.state == "open" {
            String::new()
        } else {
            format!("  [{}]", log.state)
        };
        say!(
            "  {:<width$} {:>7} {}: {} information, {}{state}",
            name(log),
            log.size,
            noun(log.size, "entry", "entries"),
            log.information,
            counted(log.acts, "act", "acts")
        );
        for receipt in &log.receipts {
            let all = if receipt.size == log.size {
                "all of it"
            } else {
                "part of it"
            };
            say!(
                "    held by {} up to {} ({all})",
                receipt.party,
                receipt.size
            );
        }
    }
}
