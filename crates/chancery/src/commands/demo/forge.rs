//! The forgery of the demo: what an insider can do who holds every key of a log. From the party's own exported
//! record, one item's words are changed, every hash above it is computed anew, and the whole is signed again.
//! Every signature of the result is valid; only the history is another than the one that was receipted.

use anyhow::Context as _;
use node::bundle::{BundleFile, BundleWriter};
use record::{
    append::{Edge, append_leaf_hashes},
    checkpoint::Checkpoint,
    cosignature::SigningTime,
    entry::{Class, Entry, Salts, seal},
    head::{Head, HeadDraft},
    key::LogSigner,
    opening::Opening,
    package::{PackedItem, Unpacked, encode_entries, pack, parse_entries},
    tile::{BundleId, bundles},
};

/// One item of the log, as it is going to be told.
struct Told {
    entry: Entry,
    opening: Opening,
    content: Vec<u8>,
}

/// Writes a bundle in which the item at `index` of the log of `signer` says `words` instead.
pub(super) fn forge(
    genuine: &BundleFile,
    log_hash: &str,
    signer: &LogSigner,
    index: u64,
    words: (&str, &str),
    time: u64,
) -> anyhow::Result<Vec<u8>> {
    let mut told = read(genuine, log_hash)?;
    let at = usize::try_from(index)?;
    let item = told.get_mut(at).context("there is no such item")?;
    let text = String::from_utf8(item.content.clone())?.replace(words.0, words.1);
    *item = reseal(signer, item, text.as_bytes())?;

    let leaves = told.iter().map(|item| item.entry.leaf_hash());
    let tree = append_leaf_hashes(&Edge::new(), leaves)?;
    let checkpoint = Checkpoint::new(
        signer.origin().key_name().clone(),
        tree.edge.size(),
        tree.root,
    )?;
    let note = signer.sign(&checkpoint, SigningTime::new(time, 0)?)?;

    let index = genuine.index();
    let mut bundle = BundleWriter::new(
        Vec::new(),
        &index.dialogue,
        &index.from,
        index.to.clone(),
        index.made.clone(),
    );
    bundle.add(&format!("checkpoint/{log_hash}"), note.as_bytes())?;
    for tile in &tree.tiles {
        bundle.add(&format!("tile/{log_hash}/{}", tile.id), &tile.bytes)?;
    }
    for run in bundles(tree.edge.size()) {
        let items = &told[range(run)?];
        let entries: Vec<Entry> = items.iter().map(|item| item.entry).collect();
        bundle.add(
            &format!("entries/{log_hash}/{run}"),
            &encode_entries(&entries),
        )?;
        let packed = items.iter().map(|item| PackedItem {
            opening: item.opening.clone(),
            content: Some(&item.content),
        });
        bundle.add(&format!("package/{log_hash}/{run}"), &pack(packed)?)?;
    }
    Ok(bundle.finish()?)
}

fn read(genuine: &BundleFile, log_hash: &str) -> anyhow::Result<Vec<Told>> {
    let mut told = Vec::new();
    let prefix = format!("entries/{log_hash}/");
    let names: Vec<String> = genuine.names(&prefix).map(str::to_owned).collect();
    for name in names {
        let run: BundleId = name[prefix.len()..].parse()?;
        let entries = genuine
            .read(&name)?
            .context("a file of the bundle is missing")?;
        let package = genuine.read(&format!("package/{log_hash}/{run}"))?;
        let package = Unpacked::new(&package.context("a package of the bundle is missing")?)?;
        let entries = parse_entries(&entries, run.width())?;
        for (entry, packed) in entries.into_iter().zip(package.items(run.width())?) {
            let content = packed.content.unwrap_or_default().to_vec();
            told.push(Told {
                entry,
                opening: packed.opening,
                content,
            });
        }
    }
    Ok(told)
}

fn reseal(signer: &LogSigner, item: &Told, content: &[u8]) -> anyhow::Result<Told> {
    let head = Head::parse(item.opening.head().context("the item is sealed")?)?;
    let draft = HeadDraft {
        log: &signer.origin(),
        seq: head.seq(),
        media: head.media(),
        sent: head.sent(),
        lang: head.lang(),
        office: head.office(),
        seen: head.seen(),
    };
    let class = item.opening.class().unwrap_or(Class::Information);
    let sealed = seal(&draft, class, content, &Salts::from_random(&[7; 96]))?;
    Ok(Told {
        entry: sealed.entry,
        opening: sealed.opening,
        content: content.to_vec(),
    })
}

fn range(run: BundleId) -> anyhow::Result<std::ops::Range<usize>> {
    Ok(usize::try_from(run.leaves().start)?..usize::try_from(run.leaves().end)?)
}
