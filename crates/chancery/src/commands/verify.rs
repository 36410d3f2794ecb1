//! `chancery verify`: what a file proves, by whom, since when, and what it does not. Needs no node and no network.

use std::path::Path;

use anyhow::Context as _;
use node::{
    bundle::{self, BundleFile},
    directory::{parse_card, parse_charter},
};
use record::{
    card::{Fingerprint, VerifiedCard},
    policy::Policy,
    verify::{FileKind, Proved, identify, verify},
};
use serde::Serialize;

use crate::{
    args::Verify,
    exit::{Misused, NotCompared, NotProved},
    file, say,
    say::Say,
};

/// The answer.
#[derive(Debug, Serialize)]
struct Verdict {
    /// What was read.
    kind: String,
    /// What is proved: one sentence each.
    proved: Vec<String>,
    /// What is not, though a reader might take it to be.
    not_proved: Vec<String>,
}

/// Verifies a file.
///
/// # Errors
/// [`NotProved`] when it does not hold; [`NotCompared`] when it does, and nothing says whose keys it was signed with.
pub(crate) fn run(out: Say, args: &Verify) -> anyhow::Result<()> {
    let bytes = file::read(&args.file)?;
    let fingerprints = args
        .fingerprints
        .iter()
        .map(|text| {
            text.parse()
                .with_context(|| format!("`{text}` cannot be read"))
        })
        .collect::<anyhow::Result<Vec<Fingerprint>>>()?;
    let identified = identify(&bytes);
    let has_cards = match identified {
        Some(kind) => matches!(kind, FileKind::Card | FileKind::Bundle),
        None => bytes.trim_ascii_start().starts_with(b"{"),
    };
    if !has_cards && !fingerprints.is_empty() {
        return Err(Misused(
            "a fingerprint is compared with a card, a charter or a record; what a proof is checked with is its policy: \
             name it with --policy",
        )
        .into());
    }
    let verdict = match identified {
        Some(FileKind::Card) => card(&bytes, &fingerprints)?,
        Some(FileKind::Bundle) => whole_record(&args.file, &fingerprints)?,
        Some(FileKind::Encrypted) => {
            anyhow::bail!(
                "this is encrypted: open it with `age --decrypt`, or import it with --identity"
            )
        }
        Some(FileKind::PrivateKey) => {
            anyhow::bail!("this is a private key: show it to nobody")
        }
        Some(FileKind::Policy) => {
            anyhow::bail!("this is a policy: name it with --policy beside the proof that it is for")
        }
        Some(FileKind::PartyNote) => {
            anyhow::bail!(
                "this is a party's declaration or acceptance; they are verified with the charter that carries them"
            )
        }
        None if has_cards => charter(&bytes, &fingerprints)?,
        kind => {
            let policy = args.policy.as_deref().ok_or(Misused(
                "whose keys are to be believed? Name the policy with --policy; `chancery prove --policy FILE` writes one \
                 beside the proof",
            ))?;
            let content = args.content.as_deref().map(file::read).transpose()?;
            judged(kind, &bytes, policy, content.as_deref())?
        }
    };
    out.show(&verdict, |verdict| {
        say::line("Proved:");
        for statement in &verdict.proved {
            say::line(format!("  {statement}"));
        }
        if !verdict.not_proved.is_empty() {
            say::line("Not proved:");
        }
        for statement in &verdict.not_proved {
            say::line(format!("  {statement}"));
        }
    })?;
    if has_cards && fingerprints.is_empty() {
        return Err(NotCompared(format!(
            "the {} holds together, and so would one that somebody else made with keys of their own: whose keys these \
             are was not checked. Give the fingerprint that a party read to you over the telephone with --fingerprint",
            verdict.kind
        ))
        .into());
    }
    Ok(())
}

fn not_proved(error: impl std::fmt::Display) -> anyhow::Error {
    NotProved(format!("NOT PROVED: {error}")).into()
}

/// The sentences that a proof proves; for the demo, which tells them as part of its story.
///
/// # Errors
/// [`NotProved`] when it does not hold.
pub(crate) fn proof(path: &Path, policy: &Path) -> anyhow::Result<Vec<String>> {
    let bytes = file::read(path)?;
    Ok(judged(identify(&bytes), &bytes, policy, None)?.proved)
}

fn judged(
    kind: Option<FileKind>,
    bytes: &[u8],
    path: &Path,
    content: Option<&[u8]>,
) -> anyhow::Result<Verdict> {
    let kind =
        kind.ok_or_else(|| not_proved("this is no proof, note, card, charter, policy or record"))?;
    let policy = Policy::parse(&file::read(path)?).with_context(|| path.display().to_string())?;
    let proved = verify(bytes, &policy, content).map_err(not_proved)?;
    let word = match proved {
        Proved::Item(_) => "item",
        Proved::Absence(_) => "absence",
        Proved::Fork(_) => "fork",
        Proved::Checkpoint(_) => "checkpoint",
        Proved::Card(_) => "card",
    };
    let mut not_proved: Vec<String> = proved.not_proved().into_iter().map(str::to_owned).collect();
    not_proved.push(format!("that the keys in {} are theirs", path.display()));
    tracing::debug!(?kind, "verified");
    Ok(Verdict {
        kind: word.to_owned(),
        proved: proved.statements(),
        not_proved,
    })
}

fn card(bytes: &[u8], fingerprints: &[Fingerprint]) -> anyhow::Result<Verdict> {
    let text = std::str::from_utf8(bytes).map_err(not_proved)?;
    let card = parse_card(text).map_err(not_proved)?;
    let mut verdict = Verdict {
        kind: "card".to_owned(),
        proved: vec![format!(
            "{} holds together: its own keys have signed it",
            described(&card)
        )],
        not_proved: Vec::new(),
    };
    believe(&[card], fingerprints, &mut verdict)?;
    Ok(verdict)
}

fn charter(bytes: &[u8], fingerprints: &[Fingerprint]) -> anyhow::Result<Verdict> {
    let charter = parse_charter(bytes.trim_ascii()).map_err(|error| {
        not_proved(format!(
            "this is no proof, charter or record of Chancery: {error}"
        ))
    })?;
    let cards = charter
        .parties()
        .iter()
        .map(|party| parse_card(&party.card).map_err(not_proved))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let in_force = dialogue::CharterInForce::check(charter.clone(), &node::directory::NoteOpener)
        .map_err(not_proved)?;
    let mut verdict = Verdict {
        kind: "charter".to_owned(),
        proved: vec![format!(
            "the charter `{}` ({}) is in force: each of its parties has signed the same terms and declared its logs",
            charter.name(),
            in_force.dialogue()
        )],
        not_proved: Vec::new(),
    };
    verdict.proved.extend(cards.iter().map(described));
    believe(&cards, fingerprints, &mut verdict)?;
    Ok(verdict)
}

fn described(card: &VerifiedCard) -> String {
    let says = card.card();
    format!(
        "the card of {} ({}), fingerprint {}",
        says.name,
        says.host,
        card.fingerprint()
    )
}

/// Compares with what was read over the telephone.
fn believe(
    cards: &[VerifiedCard],
    fingerprints: &[Fingerprint],
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    for fingerprint in fingerprints {
        if !cards.iter().any(|card| card.fingerprint() == *fingerprint) {
            return Err(not_proved(format!(
                "no card here has the fingerprint {fingerprint}"
            )));
        }
    }
    for card in cards {
        let host = &card.card().host;
        if fingerprints.contains(&card.fingerprint()) {
            verdict.proved.push(format!(
                "the keys of {host} are those whose fingerprint you gave"
            ));
        } else {
            verdict.not_proved.push(format!(
                "that the keys are those of {host}: compare the fingerprint with them, and give it with --fingerprint"
            ));
        }
    }
    Ok(())
}

/// A whole exported record: the charter, and every log in it from its first entry.
fn whole_record(path: &Path, fingerprints: &[Fingerprint]) -> anyhow::Result<Verdict> {
    let file = std::fs::File::open(path)?;
    let record = BundleFile::open(file).map_err(not_proved)?;
    let record = bundle::verify(&record).map_err(not_proved)?;
    let mut verdict = Verdict {
        kind: "record".to_owned(),
        proved: vec![format!(
            "the charter `{}` ({}) is in force, signed by each of its parties",
            record.dialogue, record.charter
        )],
        not_proved: vec![
            "that nothing was added after this export".to_owned(),
            "that what was passed is true, or that a person read it".to_owned(),
        ],
    };
    verdict.proved.extend(record.cards.iter().map(described));
    for log in &record.logs {
        verdict.proved.push(format!(
            "{}/{}: {} entries make the tree that {} signed; {} contents match, {} are not disclosed",
            log.track, log.party, log.size, log.party, log.contents, log.undisclosed
        ));
        if let Some((by, size, at)) = log.receipts.iter().max_by_key(|(_, size, _)| *size) {
            let at = i64::try_from(*at)
                .ok()
                .and_then(|at| jiff::Timestamp::from_second(at).ok());
            let at = at.map(|at| format!(" at {at}")).unwrap_or_default();
            verdict.proved.push(format!(
                "{}/{}: {by} countersigned the first {size} of them as durably held{at}",
                log.track, log.party
            ));
        }
        if let Some(succeeds) = &log.succeeds {
            verdict.proved.push(format!(
                "{}/{}: it succeeds {succeeds}",
                log.track, log.party
            ));
        }
    }
    believe(&record.cards, fingerprints, &mut verdict)?;
    Ok(verdict)
}
