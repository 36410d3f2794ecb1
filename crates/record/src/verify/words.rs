//! What a proof says, in words that do not say more.

use super::Proved;
use crate::opening::Opened;
use crate::policy::Judged;
use crate::time::UtcTime;

impl Proved {
    /// What is proved: one sentence each, with who and since when.
    #[must_use]
    pub fn statements(&self) -> Vec<String> {
        match self {
            Self::Item(item) => {
                let mut said = vec![format!(
                    "entry {} of log {} exists",
                    item.index(),
                    item.log()
                )];
                match item.opened() {
                    Opened::Withheld => {}
                    Opened::Class(class) => said.push(format!("it is of class {class}")),
                    Opened::Head { class, head } | Opened::Content { class, head } => {
                        said.push(format!("it is of class {class}"));
                        said.push(format!(
                            "its sender says it was sent at {}, as {}, {} bytes",
                            head.sent(),
                            head.media(),
                            head.content_bytes()
                        ));
                    }
                }
                if matches!(item.opened(), Opened::Content { .. }) {
                    said.push("its content is the one given".to_owned());
                }
                said.extend(vouched(item.judged()));
                said
            }
            Self::Absence(absence) => {
                let (start, end) = (absence.start().checkpoint(), absence.end().checkpoint());
                let classes: Vec<&str> = absence
                    .classes()
                    .iter()
                    .map(|class| class.as_str())
                    .collect();
                let mut said = vec![format!(
                    "log {} has no entry of class {} from index {} up to {}",
                    start.origin(),
                    classes.join(", "),
                    start.size(),
                    end.size()
                )];
                said.extend(
                    absence.held_by().iter().map(|name| {
                        format!("{name} held these entries and only these at both ends")
                    }),
                );
                for judged in [absence.start(), absence.end()] {
                    said.extend(vouched(judged));
                }
                said
            }
            Self::Fork(fork) => {
                let (older, newer) = (fork.older().checkpoint(), fork.newer().checkpoint());
                let mut said = vec![
                    format!("log {} has signed two histories", fork.log()),
                    format!("at size {} it signed root {}", older.size(), older.root()),
                    format!(
                        "its checkpoint of size {} has root {} there",
                        newer.size(),
                        fork.other_root()
                    ),
                ];
                for judged in [fork.older(), fork.newer()] {
                    said.extend(vouched(judged));
                }
                said
            }
            Self::Checkpoint(judged) => vouched(judged),
            Self::Card(card) => vec![
                format!(
                    "the card of {} is whole, and signed by the keys in it",
                    card.card().host
                ),
                format!("its fingerprint is {}", card.fingerprint()),
            ],
        }
    }

    /// What is not proved, though a reader might take it to be.
    #[must_use]
    pub fn not_proved(&self) -> Vec<&'static str> {
        match self {
            Self::Item(item) => {
                let mut not = vec!["that what it says is true"];
                match item.opened() {
                    Opened::Withheld | Opened::Class(_) => {
                        not.push("what it says, and when it was sent");
                    }
                    Opened::Head { .. } => not.push("what its content is"),
                    Opened::Content { .. } => {}
                }
                if item.judged().cosigners().is_empty() {
                    not.push("that anybody but its sender held it");
                } else {
                    not.push("that anybody read it or agreed");
                }
                not
            }
            Self::Absence(_) => vec![
                "that nobody tried to send one",
                "that none was sent elsewhere",
            ],
            Self::Fork(_) => {
                vec!["which of the two histories is the right one, or why there are two"]
            }
            Self::Checkpoint(_) => vec!["what is in the log"],
            Self::Card(_) => {
                vec!["that the card is theirs: compare the fingerprint with them, by another way"]
            }
        }
    }
}

fn vouched(judged: &Judged) -> Vec<String> {
    let checkpoint = judged.checkpoint();
    let what = format!("size {} with root {}", checkpoint.size(), checkpoint.root());
    let mut said = vec![match judged.log_time() {
        Some(time) => format!("{} signed {what} at {}", checkpoint.origin(), instant(time)),
        None => format!("{} signed {what}", checkpoint.origin()),
    }];
    said.extend(judged.cosigners().iter().map(|cosigner| {
        format!(
            "{} countersigned {what} at {}",
            cosigner.name,
            instant(cosigner.time)
        )
    }));
    said
}

/// A signed time, by its signer's own clock.
fn instant(seconds: u64) -> String {
    match seconds.checked_mul(1_000_000).map(UtcTime::from_micros) {
        Some(Ok(time)) => time.to_string().replace(".000000", ""),
        _ => format!("POSIX time {seconds}"),
    }
}
