//! Verifying an exported record offline, with nothing but the file: the charter and who signed it, every log's keys,
//! tree, openings and receipts. What makes the parties *them* is their fingerprints, which the reader compares.

use std::collections::BTreeMap;

use dialogue::CharterInForce;
use record::{
    append::{Edge, append_leaf_hashes},
    card::VerifiedCard,
    checkpoint::VerifiedCheckpoint,
    declaration::VerifiedDeclaration,
    entry::Entry,
    hash::{Hash, LeafIndex},
    note::SignedNote,
    opening::{Level, Opened, Place, open},
    package::{Unpacked, parse_entries},
    receipt::Receipt,
    tile::bundles,
};

use super::BundleFile;
use crate::{
    directory::{NoteOpener, parse_card, parse_charter, parse_declaration},
    resource::{LogHash, Resource},
};

/// What an exported record proves.
#[derive(Debug, Clone)]
pub struct VerifiedRecord {
    /// The dialogue's name.
    pub dialogue: String,
    /// The charter's id.
    pub charter: String,
    /// The cards of the parties that signed it, with the fingerprints to compare.
    pub cards: Vec<VerifiedCard>,
    /// Each log that is in it whole.
    pub logs: Vec<VerifiedLog>,
}

/// One log of an exported record.
#[derive(Debug, Clone)]
pub struct VerifiedLog {
    /// Its track.
    pub track: String,
    /// Whose.
    pub party: String,
    /// Its origin.
    pub origin: String,
    /// Entries, all of them in the signed tree.
    pub size: u64,
    /// Items of which the content is here and matches.
    pub contents: u64,
    /// Items of which less is here: sealed, erased, or never held.
    pub undisclosed: u64,
    /// Who countersigned how much of it, and when (POSIX seconds).
    pub receipts: Vec<(String, u64, u64)>,
    /// The log it succeeds, and why that one ended.
    pub succeeds: Option<String>,
}

/// Checks everything in a whole record.
///
/// # Errors
/// A sentence that says what does not hold, and where.
pub fn verify(bundle: &BundleFile) -> Result<VerifiedRecord, String> {
    let id = bundle.index().dialogue.clone();
    let charter = file(bundle, &format!("charter/{id}"))?;
    let charter = parse_charter(&charter)?;
    let in_force =
        CharterInForce::check(charter, &NoteOpener).map_err(|error| error.to_string())?;
    let cards: Vec<VerifiedCard> = in_force
        .charter()
        .parties()
        .iter()
        .map(|party| parse_card(&party.card).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    let declared = declarations(bundle, &cards, &id)?;
    let mut logs = Vec::new();
    for (origin, declaration) in &declared {
        let log = LogHash::of(origin);
        if bundle.names(&format!("checkpoint/{log}")).next().is_some() {
            logs.push(
                one_log(bundle, log, declaration, &cards)
                    .map_err(|why| format!("{origin}: {why}"))?,
            );
        }
    }
    let unknown = bundle.names("checkpoint/").count() - logs.len();
    if unknown > 0 {
        return Err(format!(
            "{unknown} logs in it are declared by no party of the charter"
        ));
    }
    Ok(VerifiedRecord {
        dialogue: in_force.charter().name().to_owned(),
        charter: id,
        cards,
        logs,
    })
}

fn file(bundle: &BundleFile, name: &str) -> Result<bytes::Bytes, String> {
    let bytes = bundle.read(name).map_err(|error| error.to_string())?;
    bytes.ok_or_else(|| format!("{name} is not in it; export with --whole"))
}

/// The newest declaration of each origin, verified with its party's card.
fn declarations(
    bundle: &BundleFile,
    cards: &[VerifiedCard],
    dialogue: &str,
) -> Result<BTreeMap<String, VerifiedDeclaration>, String> {
    let mut declared: BTreeMap<String, VerifiedDeclaration> = BTreeMap::new();
    for name in bundle.names("declaration/") {
        let note = file(bundle, name)?;
        let note = std::str::from_utf8(&note).map_err(|_| format!("{name} is no text"))?;
        let read = cards
            .iter()
            .find_map(|card| parse_declaration(note, card.party()).ok());
        let read = read.ok_or_else(|| format!("{name} is signed by no party of the charter"))?;
        if read.declaration().dialogue != dialogue {
            return Err(format!("{name} is about another dialogue"));
        }
        let origin = read.declaration().origin.to_string();
        let newer = declared
            .get(&origin)
            .is_none_or(|held| held.declaration().serial < read.declaration().serial);
        if newer {
            declared.insert(origin, read);
        }
    }
    Ok(declared)
}

fn one_log(
    bundle: &BundleFile,
    log: LogHash,
    declaration: &VerifiedDeclaration,
    cards: &[VerifiedCard],
) -> Result<VerifiedLog, String> {
    let says = declaration.declaration();
    let name = Resource::Checkpoint(log).bundle_name().unwrap_or_default();
    let note = SignedNote::parse(&file(bundle, &name)?).map_err(|error| error.to_string())?;
    let checkpoint = declaration
        .log()
        .verify(note)
        .map_err(|error| error.to_string())?;
    let mut verified = VerifiedLog {
        track: says.track.clone(),
        party: says.party.to_string(),
        origin: says.origin.to_string(),
        size: checkpoint.size().get(),
        contents: 0,
        undisclosed: 0,
        receipts: Vec::new(),
        succeeds: says
            .predecessor
            .as_ref()
            .map(|each| format!("{}: {}", each.origin, each.reason)),
    };
    let roots = entries(bundle, log, declaration, &checkpoint, &mut verified)?;
    for name in bundle.names(&format!("receipt/{log}/")) {
        let note = SignedNote::parse(&file(bundle, name)?).map_err(|error| error.to_string())?;
        for card in cards.iter().filter(|card| card.card().host != says.party) {
            let Ok(receipt) = Receipt::verify(note.clone(), declaration.log(), card.receipt())
            else {
                continue;
            };
            let size = receipt.checkpoint().size().get();
            if roots.get(&size) != Some(receipt.checkpoint().root()) {
                return Err(format!("{name} is a receipt for another history"));
            }
            verified
                .receipts
                .push((card.card().host.to_string(), size, receipt.receipt().time()));
        }
    }
    verified.receipts.sort();
    Ok(verified)
}

/// Recomputes the tree from the entries and opens each; returns the root at every size that a receipt names.
fn entries(
    bundle: &BundleFile,
    log: LogHash,
    declaration: &VerifiedDeclaration,
    checkpoint: &VerifiedCheckpoint,
    verified: &mut VerifiedLog,
) -> Result<BTreeMap<u64, Hash>, String> {
    let wanted: std::collections::BTreeSet<u64> = bundle
        .names(&format!("receipt/{log}/"))
        .filter_map(|name| name.rsplit('/').next()?.parse().ok())
        .collect();
    let mut roots = BTreeMap::new();
    let mut edge = Edge::new();
    for run in bundles(checkpoint.size()) {
        let name = Resource::Entries(log, run)
            .bundle_name()
            .unwrap_or_default();
        let entries =
            parse_entries(&file(bundle, &name)?, run.width()).map_err(|error| error.to_string())?;
        let name = Resource::Package(log, run)
            .bundle_name()
            .unwrap_or_default();
        let package =
            Unpacked::new(&file(bundle, &name)?).map_err(|error| format!("{name}: {error}"))?;
        let packed = package
            .items(run.width())
            .map_err(|error| format!("{name}: {error}"))?;
        for ((index, entry), packed) in (run.leaves().start..).zip(&entries).zip(packed) {
            let content = match packed.content {
                Some(content) => Some(bytes::Bytes::copy_from_slice(content)),
                None => alone(bundle, log, &packed.opening)?,
            };
            match opened(
                declaration,
                index,
                entry,
                &packed.opening,
                content.as_deref(),
            )? {
                Opened::Content { .. } => verified.contents += 1,
                _ => verified.undisclosed += 1,
            }
            edge = append_leaf_hashes(&edge, [entry.leaf_hash()])
                .map_err(|error| error.to_string())?
                .edge;
            if wanted.contains(&(index + 1)) {
                roots.insert(index + 1, edge.root());
            }
        }
    }
    if edge.root() != *checkpoint.root() {
        return Err("its entries do not make the root that was signed".to_owned());
    }
    Ok(roots)
}

fn opened(
    declaration: &VerifiedDeclaration,
    index: u64,
    entry: &Entry,
    opening: &record::opening::Opening,
    content: Option<&[u8]>,
) -> Result<Opened, String> {
    let at = LeafIndex::new(index).map_err(|error| error.to_string())?;
    let place = Place {
        log: &declaration.declaration().origin,
        index: at,
    };
    open(entry, opening, place, content).map_err(|error| format!("item {index}: {error}"))
}

/// A content that its package left out.
fn alone(
    bundle: &BundleFile,
    log: LogHash,
    opening: &record::opening::Opening,
) -> Result<Option<bytes::Bytes>, String> {
    if opening.level() != Level::Content {
        return Ok(None);
    }
    let head = opening
        .head()
        .map(record::head::Head::parse)
        .transpose()
        .map_err(|error| error.to_string())?;
    let Some(head) = head else { return Ok(None) };
    let name = Resource::Content(log, *head.content())
        .bundle_name()
        .unwrap_or_default();
    bundle.read(&name).map_err(|error| error.to_string())
}
