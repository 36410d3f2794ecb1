//! Measures the item path: `cargo run --release -p chancery-record --example item_speed`.
#![expect(clippy::print_stdout, reason = "a measurement is for reading")]

use std::time::Instant;

use record::append::{Edge, append};
use record::entry::{Class, Entry, Salts, Sealed, seal};
use record::hash::LeafIndex;
use record::head::{HeadDraft, MEDIA_STIX, Seen};
use record::name::Origin;
use record::opening::{Place, open};
use record::package::{PackedItem, Unpacked, pack};

const ITEMS: u64 = 100 * 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let log: Origin = "a.example/chancery/0123456789abcdef".parse()?;
    let (seen, salts) = (Seen::new(), Salts::from_random(&[7; 96]));
    let content = "a STIX object is about this long; ".repeat(30).into_bytes();
    let measure = |name: &str, start: Instant| {
        println!(
            "{name}: {:.0} items/s",
            ITEMS as f64 / start.elapsed().as_secs_f64()
        );
    };

    let start = Instant::now();
    let mut sealed: Vec<Sealed> = Vec::new();
    for seq in 0..ITEMS {
        let draft = HeadDraft {
            log: &log,
            seq: LeafIndex::new(seq)?,
            media: MEDIA_STIX,
            sent: "2026-11-22T08:00:00.000000Z".parse()?,
            lang: None,
            office: None,
            seen: &seen,
        };
        sealed.push(seal(&draft, Class::Information, &content, &salts)?);
    }
    measure("seal", start);

    let start = Instant::now();
    let entries: Vec<Entry> = sealed.iter().map(|sealed| sealed.entry).collect();
    let mut edge = Edge::new();
    for bundle in entries.chunks(256) {
        edge = append(&edge, bundle)?.edge;
    }
    measure("append", start);

    let start = Instant::now();
    let mut packages = Vec::new();
    for bundle in sealed.chunks(256) {
        let item = |sealed: &Sealed| sealed.opening.clone();
        let items = bundle.iter().map(|sealed| PackedItem {
            opening: item(sealed),
            content: Some(&content),
        });
        packages.push(pack(items)?);
    }
    measure("pack", start);

    let start = Instant::now();
    let mut seq = 0;
    for package in &packages {
        for item in Unpacked::new(package)?.items(256)? {
            let place = Place {
                log: &log,
                index: LeafIndex::new(seq)?,
            };
            open(&entries[seq as usize], &item.opening, place, item.content)?;
            seq += 1;
        }
    }
    measure("unpack and open", start);
    Ok(())
}
