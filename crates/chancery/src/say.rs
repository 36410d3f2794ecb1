//! How answers are printed: sentences and small tables for people, or the API's own JSON with `--json`.

use std::{
    borrow::Cow,
    fmt,
    io::{self, Write as _},
};

use jiff::Timestamp;
use serde::Serialize;

use node::view::{
    AlarmView, DeliveryView, DialogueView, DueView, FsckView, InquiryView, ItemView, PartyView,
    StatusView, SyncReport,
};

use crate::{
    fold,
    tame::{on_one_line, tame},
};

/// A line for people on standard output.
macro_rules! say {
    ($($words:tt)*) => { write_line(&tame(&format!($($words)*))) };
}

mod track;

pub(crate) use track::track;

/// Writes to standard output. Whoever stops reading early (`chancery status | head`) has seen enough.
#[expect(clippy::print_stderr, reason = "standard output is what failed")]
fn write_out(words: fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    match out.write_fmt(words).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            eprintln!("chancery: standard output cannot be written: {error}");
            std::process::exit(1);
        }
    }
}

/// Writes a line, broken where the terminal ends.
fn write_line(line: &str) {
    match fold::width(&io::stdout()) {
        Some(width) => write_out(format_args!("{}\n", fold::fold(line, width))),
        None => write_out(format_args!("{line}\n")),
    }
}

/// Whether people or programs read what is printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Say {
    /// Print JSON.
    pub json: bool,
}

impl Say {
    /// Prints `value` as JSON, or hands over to `words`.
    pub(crate) fn show<T: Serialize>(
        self,
        value: &T,
        words: impl FnOnce(&T),
    ) -> anyhow::Result<()> {
        if self.json {
            let json = serde_json::to_string_pretty(value)?;
            write_out(format_args!("{json}\n"));
        } else {
            words(value);
        }
        Ok(())
    }

    /// Prints a sentence for people; nothing with `--json`.
    pub(crate) fn line(self, sentence: impl AsRef<str>) {
        if !self.json {
            say!("{}", sentence.as_ref());
        }
    }
}

/// A party with its fingerprint.
pub(crate) fn party(party: &PartyView) {
    say!("{} ({})", party.name, party.host);
    say!("  fingerprint  {}", party.fingerprint);
    say!("  node         {}", party.url);
    for office in &party.offices {
        say!("  office       {} ({})", office.name, office.id);
    }
}

/// A dialogue.
pub(crate) fn dialogue(dialogue: &DialogueView) {
    let state = if dialogue.in_force {
        "in force".to_owned()
    } else {
        format!("waiting for {}", dialogue.missing.join(", "))
    };
    say!("{}  {}  {state}", dialogue.name, dialogue.id);
    say!("  tracks  {}", dialogue.tracks.join(", "));
    for each in &dialogue.parties {
        say!("  {:<28} {}", each.host, each.fingerprint);
    }
}

/// The four delivery facts, two a line.
pub(crate) fn delivery(delivery: &DeliveryView) -> [String; 2] {
    let fact = |name: &str, fact: &Option<node::view::FactView>| match fact {
        Some(fact) => format!("{} {}", fact.how.as_deref().unwrap_or(name), time(&fact.at)),
        None => format!("not {name}"),
    };
    let pair = |one: String, other: String| format!("{one:<34}  {other}");
    [
        pair(
            fact("received", &delivery.received),
            fact("acknowledged", &delivery.acknowledged),
        ),
        pair(
            fact("opened", &delivery.opened),
            fact("answered", &delivery.answered),
        ),
    ]
}

/// An instant as people are shown it everywhere: RFC 3339, UTC, to the second.
pub(crate) fn time(at: &str) -> String {
    match at.parse::<Timestamp>() {
        Ok(at) => instant(at),
        Err(_) => at.to_owned(),
    }
}

/// The same of an instant that is one already.
pub(crate) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An inquiry and where it stands.
pub(crate) fn inquiry(inquiry: &InquiryView) {
    say!(
        "Inquiry {} ({}), {} → {}: {}",
        inquiry.number,
        inquiry.item,
        inquiry.from,
        inquiry.to,
        on_one_line(&inquiry.question)
    );
    for facts in delivery(&inquiry.delivery) {
        say!("  {facts}");
    }
    let answer = inquiry
        .answer
        .as_deref()
        .map(|words| format!(": {}", on_one_line(words)))
        .unwrap_or_default();
    say!("  {}{answer}", inquiry.status);
}

fn due(list: &[DueView]) {
    if list.is_empty() {
        say!("  nothing");
    }
    for each in list {
        let late = if each.overdue { "OVERDUE  " } else { "" };
        say!("  {late}{}", each.says);
    }
}

fn alarm(alarm: &AlarmView) {
    let evidence = if alarm.evidence {
        "  (`chancery evidence` writes what proves it)"
    } else {
        ""
    };
    say!(
        "  {}  {} {}: {}{evidence}",
        alarm.id,
        time(&alarm.at),
        alarm.kind,
        alarm.says
    );
}

/// Everything on one screen.
pub(crate) fn status(status: &StatusView) {
    say!(
        "{} ({}), {}",
        status.party.name,
        status.party.host,
        time(&status.now)
    );
    say!("\nDue from us");
    due(&status.due_from_us);
    say!("\nDue from others");
    due(&status.due_from_others);
    if !status.inquiries.is_empty() {
        say!("\nInquiries");
        status.inquiries.iter().for_each(inquiry);
    }
    say!("\nTracks");
    if status.tracks.is_empty() {
        say!("  none yet: `chancery track create NAME`, or `chancery dialogue found`");
    }
    status.tracks.iter().for_each(track);
    if !status.peers.is_empty() {
        say!("\nOther nodes");
    }
    for peer in &status.peers {
        let heard = peer.last_heard.as_deref().map(time);
        match (&peer.error, heard.as_deref()) {
            (None, None) => say!("  {}  not spoken with yet", peer.host),
            (None, Some(heard)) => say!("  {}  reachable, last heard {heard}", peer.host),
            (Some(error), heard) => say!(
                "  {}  NOT reachable, last heard {}: {error}",
                peer.host,
                heard.unwrap_or("never")
            ),
        }
    }
    if !status.alarms.is_empty() {
        say!("\nAlarms");
        status.alarms.iter().for_each(alarm);
    }
}

/// One item.
pub(crate) fn item(item: &ItemView) {
    say!(
        "{}  {} by {}, sent {}",
        item.item,
        item.class,
        item.party,
        item.sent
    );
    say!("  {} bytes of {}, {}", item.bytes, item.media, item.state);
    if let Some(facts) = &item.delivery {
        for facts in delivery(facts) {
            say!("  {facts}");
        }
    }
    for receipt in &item.receipts {
        say!(
            "  held by {} (receipt at size {})",
            receipt.party,
            receipt.size
        );
    }
    if let Some(content) = &item.content {
        match serde_json::to_string_pretty(content) {
            Ok(json) => write_out(format_args!("{}\n", tame(&json))),
            Err(_) => say!("{content}"),
        }
    }
}

/// What a round of fetching brought.
pub(crate) fn sync(report: &SyncReport) {
    if report.logs.is_empty() {
        say!("There is no other party to fetch from.");
    }
    for line in &report.logs {
        let what = match (&line.error, line.after - line.before) {
            (Some(error), _) => format!("failed: {error}"),
            (None, 0) => "nothing new".to_owned(),
            (None, new) => format!(
                "{}, {} held",
                counted(new, "new entry", "new entries"),
                line.after
            ),
        };
        let receipt = if line.receipted {
            ", receipt signed"
        } else {
            ""
        };
        say!(
            "{}/{} from {}: {what}{receipt}",
            line.track,
            line.party,
            line.source
        );
    }
}

/// The result of reading everything again.
pub(crate) fn fsck(result: &FsckView) {
    for line in &result.logs {
        if line.faults.is_empty() {
            say!(
                "{}: {}, clean",
                line.origin,
                counted(line.entries, "entry", "entries")
            );
        }
        for fault in &line.faults {
            say!("{}: {fault}", line.origin);
        }
    }
    for fault in &result.store {
        say!("database: {fault}");
    }
    say!(
        "{}",
        if result.clean {
            "Everything holds."
        } else {
            "Something does not hold."
        }
    );
}

/// A number with what it counts.
pub(crate) fn counted(number: u64, one: &'static str, more: &'static str) -> String {
    format!("{number} {}", noun(number, one, more))
}

fn noun(number: u64, one: &'static str, more: &'static str) -> &'static str {
    if number == 1 { one } else { more }
}

/// A sentence for people.
pub(crate) fn line(sentence: impl AsRef<str>) {
    say!("{}", sentence.as_ref());
}

/// A sentence beside what is printed, on standard error: a script that takes the output does not get it.
#[expect(clippy::print_stderr, reason = "it is meant to be apart")]
pub(crate) fn aside(sentence: impl AsRef<str>) {
    eprintln!("{}", fitting(&tame(sentence.as_ref())));
}

/// A text for standard error, broken where the terminal ends.
pub(crate) fn fitting(text: &str) -> Cow<'_, str> {
    match fold::width(&io::stderr()) {
        Some(width) => Cow::Owned(fold::fold(text, width)),
        None => Cow::Borrowed(text),
    }
}

/// A value as one segment of a path.
pub(crate) fn segment(value: &str) -> String {
    encode(value).replace('+', "%20")
}

/// A value as it stands in a query.
pub(crate) fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// A command that is copied: never broken.
pub(crate) fn command(command: &str) {
    write_out(format_args!("{}\n", tame(command)));
}

/// A document as it is, without a line of our own.
pub(crate) fn text(text: &str) {
    write_out(format_args!("{text}"));
}
