//! Writing policies: any that was read, and the one of a dialogue.

use super::{Policy, PolicyError, Rule};
use crate::checkpoint::{LogVerifier, ReceiptVerifier, WitnessVerifier};
use crate::key::Vkey;

/// How many of a policy's receivers and witnesses must have countersigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// Nobody; the log's own lines are enough.
    Nobody,
    /// At least this many, from 1 to their number.
    AtLeast(usize),
    /// All of them.
    All,
}

/// Builds the policy of a dialogue: its logs, and the receipts and witnesses that count
/// (`docs/FORMATS.md` §8).
///
/// What is built is written as a file and read back, so every rule of the format has one place.
#[derive(Debug, Clone, Default)]
pub struct PolicyBuilder {
    file: String,
    countersigners: Vec<String>,
}

impl PolicyBuilder {
    /// A policy without logs and witnesses.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a log: a line for each of its keys.
    #[must_use]
    pub fn log(mut self, log: &LogVerifier) -> Self {
        for key in log.keys() {
            self.line(&["log", &key.to_string()]);
        }
        self
    }

    /// Adds a party's receipt: both its keys must have countersigned.
    #[must_use]
    pub fn receipt(self, party: &ReceiptVerifier) -> Self {
        self.countersigner("all", party.keys())
    }

    /// Adds a witness: any of its keys is enough.
    #[must_use]
    pub fn witness(self, witness: &WitnessVerifier) -> Self {
        self.countersigner("any", witness.keys())
    }

    /// Ends the policy with its quorum.
    ///
    /// # Errors
    /// A [`PolicyError`] when something was added twice, or fewer than required were added.
    pub fn build(mut self, required: Required) -> Result<Policy, PolicyError> {
        let threshold = match required {
            Required::Nobody => {
                self.line(&["quorum", "none"]);
                return Policy::parse(self.file.as_bytes());
            }
            Required::AtLeast(count) => count.to_string(),
            Required::All => "all".to_owned(),
        };
        let mut words = vec!["group", "countersigned", &threshold];
        let names = std::mem::take(&mut self.countersigners);
        words.extend(names.iter().map(String::as_str));
        self.line(&words);
        self.line(&["quorum", "countersigned"]);
        Policy::parse(self.file.as_bytes())
    }

    /// A line for each key, and a group of them that has the name of the keys.
    fn countersigner(mut self, threshold: &str, keys: &[Vkey]) -> Self {
        let Some(first) = keys.first() else {
            return self;
        };
        let group = first.name().as_str().to_owned();
        // Ids tell the keys of one name apart, and no key name has a plus sign.
        let names: Vec<String> = keys
            .iter()
            .map(|key| format!("{group}+{}", key.id()))
            .collect();
        for (key, name) in keys.iter().zip(&names) {
            self.line(&["witness", name, &key.to_string()]);
        }
        let mut words = vec!["group", &group, threshold];
        words.extend(names.iter().map(String::as_str));
        self.line(&words);
        self.countersigners.push(group);
        self
    }

    fn line(&mut self, words: &[&str]) {
        self.file.push_str(&words.join(" "));
        self.file.push('\n');
    }
}

impl Policy {
    /// Writes the policy file: logs, then witnesses and groups in their order, then the quorum. Comments
    /// are gone; reading it gives the same policy.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = Vec::new();
        for log in &self.logs {
            let key = log.key.to_string();
            write_line(&mut file, &[b"log", key.as_bytes()], log.url.as_deref());
        }
        for member in &self.members {
            match &member.rule {
                Rule::Witness { key, url } => {
                    let key = key.to_string();
                    let words = [b"witness", member.name.as_slice(), key.as_bytes()];
                    write_line(&mut file, &words, url.as_deref());
                }
                Rule::Group { threshold, members } => {
                    let threshold = match *threshold {
                        all if all == members.len() => "all".to_owned(),
                        1 => "any".to_owned(),
                        some => some.to_string(),
                    };
                    let mut words = vec![b"group", member.name.as_slice(), threshold.as_bytes()];
                    words.extend(members.iter().map(|&at| self.members[at].name.as_slice()));
                    write_line(&mut file, &words, None);
                }
            }
        }
        let quorum = self.quorum.map(|at| self.members[at].name.as_slice());
        write_line(&mut file, &[b"quorum", quorum.unwrap_or(b"none")], None);
        file
    }
}

fn write_line(file: &mut Vec<u8>, words: &[&[u8]], url: Option<&[u8]>) {
    file.extend(words.join(&b' '));
    if let Some(url) = url {
        file.push(b' ');
        file.extend_from_slice(url);
    }
    file.push(b'\n');
}
