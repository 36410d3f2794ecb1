//! `chancery verify`: checks a proof, a card, a charter or a whole exported record, offline, and says what is proved, by
//! whom, since when, and what is not.

use std::path::Path;

use anyhow::{Context as _, anyhow, ensure};
use dialogue::CharterInForce;
use node::{
    bundle::{self, BundleFile, VerifiedRecord},
    directory::{NoteOpener, parse_card, parse_charter},
    setup::party_view,
    view::PartyView,
};
use record::{
    card::Fingerprint,
    policy::Policy,
    verify::{FileKind, Proved, identify, verify},
};
use serde::Serialize;

use crate::{args::Verify, exit::NotProved, file, say, say::Say};

/// What is printed.
#[derive(Serialize)]
struct Verdict {
    proved: Vec<String>,
    not_proved: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<VerifiedRecord>,
}

/// Checks a file.
///
/// # Errors
/// [`NotProved`] when it does not hold.
pub fn run(out: Say, args: &Verify) -> anyhow::Result<()> {
    let fingerprints = args
        .fingerprints
        .iter()
        .map(|text| text.parse().with_context(|| format!("`{text}`")))
        .collect::<anyhow::Result<Vec<Fingerprint>>>()?;
    let bytes = file::read(&args.file)?;
    let verdict = match identify(&bytes) {
        Some(FileKind::Bundle) => whole_record(&args.file, &fingerprints)?,
        Some(FileKind::Card) => card(&bytes, &fingerprints)?,
        None if bytes.starts_with(b"{") => charter(&bytes, &fingerprints)?,
        Some(FileKind::Encrypted) => {
            return Err(anyhow!(
                "the file is encrypted; decrypt it with `age --decrypt` first"
            ));
        }
        _ => {
            let policy = args.policy.as_deref();
            let policy =
                policy.context("this is checked against a policy: name one with --policy")?;
            let content = args.content.as_deref().map(file::read).transpose()?;
            judged(&bytes, policy, content.as_deref())?
        }
    };
    out.show(&verdict, |verdict| {
        verdict.proved.iter().for_each(say::line);
        if !verdict.not_proved.is_empty() {
            say::line("Not proved:");
        }
        verdict
            .not_proved
            .iter()
            .for_each(|line| say::line(format!("  {line}")));
    })
}

/// The sentences that a proof proves; for the demo, which tells them as part of its story.
///
/// # Errors
/// [`NotProved`].
pub fn proof(path: &Path, policy: &Path) -> anyhow::Result<Vec<String>> {
    Ok(judged(&file::read(path)?, policy, None)?.proved)
}

fn judged(bytes: &[u8], policy: &Path, content: Option<&[u8]>) -> anyhow::Result<Verdict> {
    let policy = Policy::parse(&file::read(policy)?)
        .with_context(|| format!("{} is no policy", policy.display()))?;
    let proved = verify(bytes, &policy, content).map_err(|error| NotProved(error.to_string()))?;
    Ok(verdict(&proved))
}

fn verdict(proved: &Proved) -> Verdict {
    Verdict {
        proved: proved.statements(),
        not_proved: proved.not_proved().into_iter().map(str::to_owned).collect(),
        record: None,
    }
}

fn card(bytes: &[u8], fingerprints: &[Fingerprint]) -> anyhow::Result<Verdict> {
    let text = std::str::from_utf8(bytes).context("a card is text")?;
    let card = parse_card(text).map_err(|error| NotProved(error.to_string()))?;
    compare(&[card.fingerprint()], fingerprints)?;
    Ok(Verdict {
        proved: parties(&[party_view(&card)], "The card is signed by the keys in it"),
        not_proved: theirs(fingerprints, 1),
        record: None,
    })
}

fn charter(bytes: &[u8], fingerprints: &[Fingerprint]) -> anyhow::Result<Verdict> {
    let charter = parse_charter(bytes).map_err(NotProved)?;
    let name = charter.name().to_owned();
    let in_force = CharterInForce::check(charter, &NoteOpener)
        .map_err(|error| NotProved(error.to_string()))?;
    let cards = in_force
        .charter()
        .parties()
        .iter()
        .map(|party| parse_card(&party.card))
        .collect::<Result<Vec<_>, _>>()?;
    let found: Vec<Fingerprint> = cards
        .iter()
        .map(record::card::VerifiedCard::fingerprint)
        .collect();
    compare(&found, fingerprints)?;
    let views: Vec<PartyView> = cards.iter().map(party_view).collect();
    Ok(Verdict {
        proved: parties(
            &views,
            &format!("The charter of {name} is in force, signed by"),
        ),
        not_proved: theirs(fingerprints, found.len()),
        record: None,
    })
}

fn whole_record(path: &Path, fingerprints: &[Fingerprint]) -> anyhow::Result<Verdict> {
    let opened = BundleFile::open(std::fs::File::open(path)?);
    let opened = opened.map_err(|error| NotProved(error.to_string()))?;
    let record = bundle::verify(&opened).map_err(NotProved)?;
    let found = record
        .parties
        .iter()
        .map(|party| Ok(party.fingerprint.parse()?))
        .collect::<anyhow::Result<Vec<Fingerprint>>>()?;
    compare(&found, fingerprints)?;
    let mut proved = parties(
        &record.parties,
        &format!("The charter of {} is in force, signed by", record.dialogue),
    );
    for log in &record.logs {
        proved.push(format!(
            "{}/{}: {} entries in the tree signed by {}; {} contents match, {} are not disclosed.",
            log.track, log.party, log.size, log.party, log.contents, log.undisclosed
        ));
        if let Some((by, size, at)) = log.receipts.iter().max_by_key(|(_, size, _)| *size) {
            let at = i64::try_from(*at)
                .ok()
                .and_then(|at| jiff::Timestamp::from_second(at).ok());
            let at = at.map(|at| format!(" at {at}")).unwrap_or_default();
            proved.push(format!(
                "  {by} countersigned the first {size} of them as durably held{at}."
            ));
        }
        if let Some(succeeds) = &log.succeeds {
            proved.push(format!("  It succeeds {succeeds}."));
        }
    }
    let mut not_proved = theirs(fingerprints, found.len());
    not_proved.push("that nothing was added after this export".to_owned());
    not_proved.push("that what was passed is true, or that a person read it".to_owned());
    Ok(Verdict {
        proved,
        not_proved,
        record: Some(record),
    })
}

fn parties(parties: &[PartyView], says: &str) -> Vec<String> {
    let mut lines = vec![format!("{says}:")];
    lines.extend(
        parties
            .iter()
            .map(|party| format!("  {} ({}) {}", party.name, party.host, party.fingerprint)),
    );
    lines
}

fn theirs(given: &[Fingerprint], parties: usize) -> Vec<String> {
    if given.len() >= parties {
        return Vec::new();
    }
    vec![
        "whose keys these are: compare each fingerprint with the party itself (--fingerprint)"
            .to_owned(),
    ]
}

/// Every fingerprint that was given must be there.
fn compare(found: &[Fingerprint], given: &[Fingerprint]) -> anyhow::Result<()> {
    let missing = given.iter().find(|given| !found.contains(given));
    if let Some(missing) = missing {
        return Err(NotProved(format!("no party in it has the fingerprint {missing}")).into());
    }
    ensure!(!found.is_empty(), "there is no party in it");
    Ok(())
}
