//! How answers are printed: sentences and small tables for people, or the API's own JSON with `--json`.

#![expect(clippy::print_stdout, reason = "printing is this module's job")]

use serde::Serialize;

use node::view::{
    AlarmView, DeliveryView, DialogueView, DueView, FsckView, InquiryView, ItemView, PartyView,
    StatusView, SyncReport, TrackView,
};

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
            println!("{}", serde_json::to_string_pretty(value)?);
        } else {
            words(value);
        }
        Ok(())
    }

    /// Prints a sentence for people; nothing with `--json`.
    pub(crate) fn line(self, sentence: impl AsRef<str>) {
        if !self.json {
            println!("{}", sentence.as_ref());
        }
    }
}

/// A party with its fingerprint.
pub(crate) fn party(party: &PartyView) {
    println!("{} ({})", party.name, party.host);
    println!("  fingerprint  {}", party.fingerprint);
    println!("  node         {}", party.url);
    for office in &party.offices {
        println!("  office       {} ({})", office.name, office.id);
    }
}

/// A dialogue.
pub(crate) fn dialogue(dialogue: &DialogueView) {
    let state = if dialogue.in_force {
        "in force".to_owned()
    } else {
        format!("waiting for {}", dialogue.missing.join(", "))
    };
    println!("{}  {}  {state}", dialogue.name, dialogue.id);
    println!("  tracks  {}", dialogue.tracks.join(", "));
    for each in &dialogue.parties {
        println!("  {:<28} {}", each.host, each.fingerprint);
    }
}

/// A track with its logs.
pub(crate) fn track(track: &TrackView) {
    println!(
        "{} / {} ({})",
        track.dialogue_name, track.name, track.access
    );
    for log in &track.logs {
        let state = if log.state == "open" {
            String::new()
        } else {
            format!("  [{}]", log.state)
        };
        println!(
            "  {:<24} {:>7} entries: {} information, {} acts{state}",
            log.address, log.size, log.information, log.acts
        );
        for receipt in &log.receipts {
            let all = if receipt.size == log.size {
                "all of it"
            } else {
                "part of it"
            };
            println!(
                "    held by {} up to {} ({all})",
                receipt.party, receipt.size
            );
        }
    }
}

/// The four delivery facts, in one line.
pub(crate) fn delivery(delivery: &DeliveryView) -> String {
    let fact = |name: &str, fact: &Option<node::view::FactView>| match fact {
        Some(fact) => match &fact.how {
            Some(how) => format!("{how} {}", clock(&fact.at)),
            None => format!("{name} {}", clock(&fact.at)),
        },
        None => format!("not {name}"),
    };
    [
        fact("received", &delivery.received),
        fact("acknowledged", &delivery.acknowledged),
        fact("opened", &delivery.opened),
        fact("answered", &delivery.answered),
    ]
    .join(" · ")
}

/// The time of day of an RFC 3339 instant, for narrow places; the whole of it when it is another day's.
fn clock(at: &str) -> &str {
    at.get(11..19).unwrap_or(at)
}

/// An inquiry and where it stands.
pub(crate) fn inquiry(inquiry: &InquiryView) {
    println!(
        "Inquiry {} ({}), {} → {}: {}",
        inquiry.number, inquiry.item, inquiry.from, inquiry.to, inquiry.question
    );
    println!("  {}", delivery(&inquiry.delivery));
    let answer = inquiry
        .answer
        .as_deref()
        .map(|words| format!(": {words}"))
        .unwrap_or_default();
    println!("  {}{answer}", inquiry.status);
}

fn due(list: &[DueView]) {
    if list.is_empty() {
        println!("  nothing");
    }
    for each in list {
        let late = if each.overdue { "OVERDUE  " } else { "" };
        println!("  {late}{}", each.says);
    }
}

fn alarm(alarm: &AlarmView) {
    let evidence = if alarm.evidence {
        "  (evidence kept)"
    } else {
        ""
    };
    println!("  {} {}: {}{evidence}", alarm.at, alarm.kind, alarm.says);
}

/// Everything on one screen.
pub(crate) fn status(status: &StatusView) {
    println!(
        "{} ({}), {}",
        status.party.name, status.party.host, status.now
    );
    println!("\nDue from us");
    due(&status.due_from_us);
    println!("\nDue from others");
    due(&status.due_from_others);
    if !status.inquiries.is_empty() {
        println!("\nInquiries");
        status.inquiries.iter().for_each(inquiry);
    }
    println!("\nTracks");
    if status.tracks.is_empty() {
        println!("  none yet: `chancery track create NAME`, or `chancery dialogue found`");
    }
    status.tracks.iter().for_each(track);
    if !status.peers.is_empty() {
        println!("\nOther nodes");
    }
    for peer in &status.peers {
        let heard = peer.last_heard.as_deref().unwrap_or("never");
        match &peer.error {
            None => println!("  {}  reachable, last heard {heard}", peer.host),
            Some(error) => println!(
                "  {}  NOT reachable, last heard {heard}: {error}",
                peer.host
            ),
        }
    }
    if !status.alarms.is_empty() {
        println!("\nAlarms");
        status.alarms.iter().for_each(alarm);
    }
}

/// One item.
pub(crate) fn item(item: &ItemView) {
    println!(
        "{}  {} by {}, sent {}",
        item.item, item.class, item.party, item.sent
    );
    println!("  {} bytes of {}, {}", item.bytes, item.media, item.state);
    if let Some(facts) = &item.delivery {
        println!("  {}", delivery(facts));
    }
    for receipt in &item.receipts {
        println!(
            "  held by {} (receipt at size {})",
            receipt.party, receipt.size
        );
    }
    if let Some(content) = &item.content {
        match serde_json::to_string_pretty(content) {
            Ok(text) => println!("{text}"),
            Err(_) => println!("{content}"),
        }
    }
}

/// What a round of fetching brought.
pub(crate) fn sync(report: &SyncReport) {
    if report.logs.is_empty() {
        println!("There is no other party to fetch from.");
    }
    for line in &report.logs {
        let what = match (&line.error, line.after - line.before) {
            (Some(error), _) => format!("failed: {error}"),
            (None, 0) => "nothing new".to_owned(),
            (None, new) => format!("{new} new entries, {} held", line.after),
        };
        let receipt = if line.receipted {
            ", receipt signed"
        } else {
            ""
        };
        println!(
            "{}/{} from {}: {what}{receipt}",
            line.track, line.party, line.source
        );
    }
}

/// The result of reading everything again.
pub(crate) fn fsck(result: &FsckView) {
    for line in &result.logs {
        if line.faults.is_empty() {
            println!("{}: {} entries, clean", line.origin, line.entries);
        }
        for fault in &line.faults {
            println!("{}: {fault}", line.origin);
        }
    }
    for fault in &result.store {
        println!("database: {fault}");
    }
    println!(
        "{}",
        if result.clean {
            "Everything holds."
        } else {
            "Something does not hold."
        }
    );
}

/// A sentence for people.
pub(crate) fn line(sentence: impl AsRef<str>) {
    println!("{}", sentence.as_ref());
}

/// A value as it stands in a query.
pub(crate) fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// A document as it is, without a line of our own.
pub(crate) fn text(text: &str) {
    print!("{text}");
}
