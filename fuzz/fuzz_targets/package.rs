//! Packages, packed items, openings, heads, entry bundles, control content.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::control::Control;
use record::entry::Entry;
use record::hash::LeafIndex;
use record::head::Head;
use record::opening::{Opening, Place, open};
use record::package::{PackedItem, Unpacked, encode_entries, pack, parse_entries};

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    if let Ok(unpacked) = Unpacked::new(rest)
        && let Ok(items) = unpacked.items(u16::from(first))
    {
        let packed = pack(items.clone()).unwrap();
        assert_eq!(
            Unpacked::new(&packed).unwrap().items(u16::from(first)),
            Ok(items)
        );
    }
    if let Ok(item) = PackedItem::parse(data) {
        assert_eq!(item.encode().unwrap(), data);
    }
    if let Ok(opening) = Opening::parse(data) {
        assert_eq!(opening.encode(), data);
        let log = "a.example/chancery/0123456789abcdef".parse().unwrap();
        let place = Place {
            log: &log,
            index: LeafIndex::ZERO,
        };
        let entry = opening
            .entry()
            .unwrap_or_else(|| Entry::parse(&[1; 33]).unwrap());
        let _ = open(&entry, &opening, place, None);
    }
    if let Ok(entries) = parse_entries(rest, u16::from(first)) {
        assert_eq!(encode_entries(&entries), rest);
    }
    if let Ok(head) = Head::parse(data) {
        assert_eq!(head.as_canonical().as_bytes(), data);
    }
    if let Ok(control) = Control::parse(data) {
        let printed = control.encode().unwrap();
        assert_eq!(Control::parse(printed.as_bytes()), Ok(control));
    }
});
