//! Reading a policy file: bytes, lines, words.

use super::{Member, POLICY_BYTES_MAX, POLICY_ITEMS_MAX, Policy, PolicyError, PolicyLog, Rule};
use crate::decimal;
use crate::key::{KeyError, SignatureType, Vkey};

const NONE: &[u8] = b"none";

/// What the lines so far have defined.
#[derive(Default)]
struct Reader {
    logs: Vec<PolicyLog>,
    members: Vec<Member>,
    /// For each of `members`, whether a group has it.
    taken: Vec<bool>,
    /// `Some(None)` for `quorum none`.
    quorum: Option<Option<usize>>,
}

pub(super) fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
    if bytes.len() > POLICY_BYTES_MAX {
        return Err(PolicyError::TooLarge { bytes: bytes.len() });
    }
    let lines = match bytes.split_last() {
        None => return Err(PolicyError::NoQuorum),
        Some((b'\n', lines)) => lines,
        Some(_) => return Err(PolicyError::UnterminatedLine),
    };
    let mut reader = Reader::default();
    for (at, text) in lines.split(|&byte| byte == b'\n').enumerate() {
        reader.line(at + 1, text)?;
    }
    let quorum = reader.quorum.ok_or(PolicyError::NoQuorum)?;
    Ok(Policy {
        logs: reader.logs,
        members: reader.members,
        quorum,
    })
}

impl Reader {
    fn line(&mut self, line: usize, text: &[u8]) -> Result<(), PolicyError> {
        // tlog-policy: the allowed octets are 0x09, 0x0A, 0x20 to 0x7E, 0x80 to 0xFF.
        let control = |byte: &&u8| (**byte < 0x20 && **byte != b'\t') || **byte == 0x7f;
        if let Some(&byte) = text.iter().find(control) {
            return Err(PolicyError::ControlCharacter { line, byte });
        }
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let words: Vec<&[u8]> = text.split(blank).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            [comment, ..] if comment.starts_with(b"#") => Ok(()),
            [b"log", key] => self.log(line, key, None),
            [b"log", key, url] => self.log(line, key, Some(url)),
            [b"witness", name, key] => self.witness(line, name, key, None),
            [b"witness", name, key, url] => self.witness(line, name, key, Some(url)),
            [b"group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(line, name, threshold, members)
            }
            [b"quorum", name] => self.quorum(line, name),
            [b"log" | b"witness" | b"group" | b"quorum", ..] => {
                Err(PolicyError::WordCount { line })
            }
            _ => Err(PolicyError::UnknownKeyword { line }),
        }
    }

    fn log(&mut self, line: usize, key: &[u8], url: Option<&[u8]>) -> Result<(), PolicyError> {
        let key = vkey(line, key)?;
        let fits = matches!(
            key.kind(),
            SignatureType::Ed25519 | SignatureType::MlDsa44Cosignature
        );
        if !fits {
            return Err(PolicyError::KeyType { line });
        }
        if self
            .logs
            .iter()
            .any(|log| log.key.public_key() == key.public_key())
        {
            return Err(PolicyError::DuplicateKey { line });
        }
        if self.logs.len() == POLICY_ITEMS_MAX {
            return Err(PolicyError::TooMany { line });
        }
        self.logs.push(PolicyLog {
            key,
            url: url.map(<[u8]>::to_vec),
        });
        Ok(())
    }

    fn witness(
        &mut self,
        line: usize,
        name: &[u8],
        key: &[u8],
        url: Option<&[u8]>,
    ) -> Result<(), PolicyError> {
        let key = vkey(line, key)?;
        if !key.kind().is_timed() {
            return Err(PolicyError::KeyType { line });
        }
        let same_key = |member: &Member| match &member.rule {
            Rule::Witness { key: known, .. } => known.public_key() == key.public_key(),
            Rule::Group { .. } => false,
        };
        if self.members.iter().any(same_key) {
            return Err(PolicyError::DuplicateKey { line });
        }
        self.define(
            line,
            name,
            Rule::Witness {
                key,
                url: url.map(<[u8]>::to_vec),
            },
        )
    }

    fn group(
        &mut self,
        line: usize,
        name: &[u8],
        threshold: &[u8],
        names: &[&[u8]],
    ) -> Result<(), PolicyError> {
        let mut members = Vec::with_capacity(names.len());
        for name in names {
            let at = self.find(name).ok_or(PolicyError::UnknownName { line })?;
            if std::mem::replace(&mut self.taken[at], true) {
                return Err(PolicyError::MemberTwice { line });
            }
            members.push(at);
        }
        let threshold = match threshold {
            b"all" => members.len(),
            b"any" => 1,
            number => std::str::from_utf8(number)
                .ok()
                .and_then(decimal::parse)
                .and_then(|k| usize::try_from(k).ok())
                .filter(|k| (1..=members.len()).contains(k))
                .ok_or(PolicyError::Threshold { line })?,
        };
        self.define(line, name, Rule::Group { threshold, members })
    }

    fn quorum(&mut self, line: usize, name: &[u8]) -> Result<(), PolicyError> {
        if self.quorum.is_some() {
            return Err(PolicyError::SecondQuorum { line });
        }
        self.quorum = Some(match name {
            NONE => None,
            name => Some(self.find(name).ok_or(PolicyError::UnknownName { line })?),
        });
        Ok(())
    }

    fn define(&mut self, line: usize, name: &[u8], rule: Rule) -> Result<(), PolicyError> {
        if name == NONE || self.find(name).is_some() {
            return Err(PolicyError::DuplicateName { line });
        }
        let is_group = |rule: &Rule| matches!(rule, Rule::Group { .. });
        let alike = |member: &&Member| is_group(&member.rule) == is_group(&rule);
        if self.members.iter().filter(alike).count() == POLICY_ITEMS_MAX {
            return Err(PolicyError::TooMany { line });
        }
        self.members.push(Member {
            name: name.to_vec(),
            rule,
        });
        self.taken.push(false);
        Ok(())
    }

    fn find(&self, name: &[u8]) -> Option<usize> {
        self.members.iter().position(|member| member.name == name)
    }
}

fn vkey(line: usize, word: &[u8]) -> Result<Vkey, PolicyError> {
    std::str::from_utf8(word)
        .map_err(|_| KeyError::Syntax)
        .and_then(str::parse)
        .map_err(|reason| PolicyError::Key { line, reason })
}
