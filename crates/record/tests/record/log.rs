//! Appending in any steps gives the same log; fsck finds each kind of damage by its name.

use proptest::prelude::*;
use record::append::{Edge, append, append_leaf_hashes};
use record::checkpoint::LogVerifier;
use record::entry::Class;
use record::fsck::{Fault, Summary, fsck};
use record::hash::Hash;
use record::head::MEDIA_NOTE;
use record::opening::{Level, OpenError, Opened};
use record::receipt::deserves_entry;
use record::tile::{BundleId, TileId, tiles, tiles_changed};
use record::tree::{TreeError, leaf_hash, root_at};

use crate::world::{Log, at, index, log_signer, log_verifier, origin, pair, size};

fn check(log: &Log) -> (Vec<Fault>, Summary) {
    let mut faults = Vec::new();
    let summary = fsck(log, &origin(), &[log_verifier()], |fault| {
        faults.push(fault);
    })
    .unwrap();
    assert_eq!(summary.faults, faults.len() as u64);
    (faults, summary)
}

/// A log of 300 items, signed after 3, 256 and 300.
fn healthy() -> Log {
    let mut log = Log::of(3);
    log.sign(100);
    log.grow(253, "content");
    log.sign(100);
    log.grow(44, "content");
    log.sign(200);
    log
}

#[test]
fn a_healthy_log_has_no_faults() {
    let mut log = healthy();
    let (faults, summary) = check(&log);
    assert_eq!(faults, []);
    let expected = Summary {
        size: size(300),
        checkpoints: 3,
        tiles: 3,
        entries: 300,
        contents: 300,
        withheld: 0,
        faults: 0,
    };
    assert_eq!(summary, expected);
    // Erased and withheld items are no faults.
    log.items[7].0.opening = log.items[7].0.opening.reduced_to(Level::Withheld).unwrap();
    log.items[8].0.opening = log.items[8].0.opening.reduced_to(Level::Class).unwrap();
    let (faults, summary) = check(&log);
    assert_eq!(
        (faults, summary.withheld, summary.contents),
        (vec![], 1, 298)
    );
}

#[test]
fn damage_is_told_by_name() {
    let faults = |damage: fn(&mut Log)| {
        let mut log = healthy();
        damage(&mut log);
        check(&log).0
    };
    assert_eq!(faults(|log| log.notes.clear()), [Fault::NoCheckpoint]);
    let full: TileId = "0/000".parse().unwrap();
    let partial: TileId = "0/001.p/44".parse().unwrap();
    let above: TileId = "1/000.p/1".parse().unwrap();
    for id in [full, partial, above] {
        let mut log = healthy();
        assert!(log.tiles.remove(&id).is_some());
        assert_eq!(check(&log).0, [Fault::TileMissing(id)]);
        let mut log = healthy();
        *log.tiles.get_mut(&id).unwrap().last_mut().unwrap() ^= 1;
        let first = usize::from(id.width()) - 1;
        assert_eq!(check(&log).0, [Fault::Tile { id, first }]);
        let mut log = healthy();
        log.tiles.get_mut(&id).unwrap().extend([0; 32]);
        assert_eq!(
            check(&log).0,
            [Fault::Tile {
                id,
                first: first + 1
            }]
        );
    }
    let missing = faults(|log| log.items.truncate(299));
    assert_eq!(
        missing,
        [Fault::EntriesMissing(BundleId::new(1, 44).unwrap())]
    );
    let found = faults(|log| log.items[5].1 = b"Content 5".to_vec());
    assert!(
        matches!(found[..], [Fault::Open { index: at, reason: OpenError::ContentMismatch { .. } }] if at == index(5))
    );
    let found = faults(|log| log.items[5].1.push(0));
    assert!(matches!(
        found[..],
        [Fault::Open {
            reason: OpenError::LengthMismatch {
                found: 10,
                expected: 9
            },
            ..
        }]
    ));
    let found = faults(|log| log.items[5].0.opening = log.items[6].0.opening.clone());
    assert!(matches!(
        found[..],
        [Fault::Open {
            reason: OpenError::EntryMismatch,
            ..
        }]
    ));

    // Two items swapped: each opens, and says that it belongs elsewhere; the tree is another one.
    let found = faults(|log| log.items.swap(1, 2));
    assert!(matches!(
        found[0],
        Fault::Open {
            reason: OpenError::SeqMismatch { .. },
            ..
        }
    ));
    assert!(matches!(
        found[1],
        Fault::Open {
            reason: OpenError::SeqMismatch { .. },
            ..
        }
    ));
    assert!(matches!(found[2], Fault::Root { size: at, .. } if at == size(3)));
    let roots = found
        .iter()
        .filter(|fault| matches!(fault, Fault::Root { .. }))
        .count();
    assert_eq!(roots, 3);
    assert!(matches!(found[4], Fault::Tile { id, first: 1 } if id == full));
}

#[test]
fn bad_checkpoints_are_told_by_name() {
    let mut log = healthy();
    log.notes[1] = b"no note".to_vec();
    assert!(matches!(
        check(&log).0[..],
        [Fault::CheckpointNote { number: 1, .. }]
    ));
    let mut log = healthy();
    let text = String::from_utf8(log.notes[1].clone()).unwrap();
    log.notes[1] = text.replacen("\n256\n", "\n255\n", 1).into_bytes();
    assert!(matches!(
        check(&log).0[..],
        [Fault::Checkpoint { number: 1, .. }]
    ));
    let mut log = healthy();
    log.notes.swap(0, 2);
    let found = check(&log).0;
    assert!(matches!(
        found[..],
        [
            Fault::Shrunk { number: 1, .. },
            Fault::TimeWentBack {
                number: 1,
                time: 100,
                earlier: 200
            },
            Fault::Shrunk { number: 2, .. },
            Fault::TimeWentBack { number: 2, .. }
        ]
    ));
    // The log has signed another history of the same size.
    let mut log = healthy();
    let mut other = Log::of(299);
    other.grow(1, "other");
    other.sign(300);
    log.notes.push(other.notes[0].clone());
    assert!(matches!(check(&log).0[..], [Fault::Root { size: at, .. }] if at == size(300)));
    // Earlier keys of the log are believed too, others are not.
    let stranger = LogVerifier::new(pair("a.example/chancery/00000000000000ff").vkeys()).unwrap();
    let log = healthy();
    let mut faults = 0;
    let keys = [stranger.clone(), log_verifier()];
    fsck(&log, &origin(), &keys, |_| faults += 1).unwrap();
    assert_eq!(faults, 0);
    fsck(&log, &origin(), &[stranger], |_| faults += 1).unwrap();
    assert_eq!(faults, 4);
}

#[test]
fn missing_openings_and_contents_are_told() {
    struct Without(Log);
    impl record::fsck::LogReader for Without {
        type Error = std::convert::Infallible;
        fn checkpoints(&self) -> Result<Vec<Vec<u8>>, Self::Error> {
            self.0.checkpoints()
        }
        fn entries(&self, id: BundleId) -> Result<Option<Vec<u8>>, Self::Error> {
            let mut bytes = self.0.entries(id)?;
            if id.index() == 1
                && let Some(bytes) = &mut bytes
            {
                bytes[1] = 34;
            }
            Ok(bytes)
        }
        fn stored_tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Self::Error> {
            self.0.stored_tile(id)
        }
        fn opening(&self, at: record::hash::LeafIndex) -> Result<Option<Vec<u8>>, Self::Error> {
            match at.get() {
                1 => Ok(None),
                2 => Ok(Some(vec![9, 9])),
                _ => self.0.opening(at),
            }
        }
        fn content(&self, at: record::hash::LeafIndex) -> Result<Option<Vec<u8>>, Self::Error> {
            if at.get() == 3 {
                Ok(None)
            } else {
                self.0.content(at)
            }
        }
    }
    let mut faults = Vec::new();
    fsck(&Without(healthy()), &origin(), &[log_verifier()], |fault| {
        faults.push(fault);
    })
    .unwrap();
    assert!(matches!(
        faults[..],
        [
            Fault::OpeningMissing(one),
            Fault::Opening { index: two, .. },
            Fault::ContentMissing(three),
            Fault::Entries { .. }
        ] if (one, two, three) == (index(1), index(2), index(3))
    ));
}

#[test]
fn the_root_of_a_log_survives_a_restart_at_every_size() {
    let mut log = Log::default();
    for n in 0..=520 {
        let edge = Edge::load(&log, size(n)).unwrap();
        assert_eq!(edge, log.edge, "{n}");
        assert_eq!(root_at(&log, size(n)).unwrap(), edge.root());
        log.grow(1, "content");
    }
    let missing = Edge::load(&Log::default(), size(1));
    assert!(matches!(missing, Err(TreeError::Reader(_))));
}

#[test]
fn appending_leaves_the_old_edge_as_it_was() {
    let log = Log::of(3);
    let before = log.edge.clone();
    let entries: Vec<_> = log.items.iter().map(|(sealed, _)| sealed.entry).collect();
    let appended = append(&log.edge, &entries).unwrap();
    assert_eq!(log.edge, before);
    assert_eq!(appended.edge.size(), size(6));
    let nothing = append(&log.edge, []).unwrap();
    assert_eq!(
        (nothing.tiles.len(), nothing.edge, nothing.root),
        (0, before.clone(), before.root())
    );
}

#[test]
fn receipts_and_heartbeats_deserve_no_entry() {
    assert!(!deserves_entry(&Opened::Class(Class::Filler)));
    assert!(deserves_entry(&Opened::Class(Class::Control)));
    assert!(deserves_entry(&Opened::Class(Class::Inquiry)));
    assert!(deserves_entry(&Opened::Withheld));
    let head = |media: &str| {
        let origin = origin();
        let seen = record::head::Seen::new();
        let draft = record::head::HeadDraft {
            log: &origin,
            seq: index(0),
            media,
            sent: "2026-11-22T08:00:00.000000Z".parse().unwrap(),
            lang: None,
            office: None,
            seen: &seen,
        };
        let salts = record::entry::Salts::from_random(&[5; 96]);
        let sealed = record::entry::seal(&draft, Class::Control, b"x", &salts).unwrap();
        let head = record::head::Head::parse(sealed.opening.head().unwrap()).unwrap();
        Opened::Head {
            class: Class::Control,
            head,
        }
    };
    assert!(!deserves_entry(&head(MEDIA_NOTE)));
    assert!(deserves_entry(&head(record::head::MEDIA_CONTROL)));
    assert_eq!(
        log_signer()
            .sign(&Log::of(1).checkpoint(), at(9))
            .unwrap()
            .lines()
            .len(),
        2
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Any batches write the same tiles, and each batch writes exactly those that changed.
    #[test]
    fn batches_do_not_matter(batches in prop::collection::vec(0usize..700, 1..6)) {
        let leaves: Vec<Hash> = (0..batches.iter().sum::<usize>()).map(|n| leaf_hash(&n.to_be_bytes())).collect();
        let mut edge = Edge::new();
        let mut written = std::collections::HashMap::new();
        let mut done = 0;
        for batch in batches {
            let old = edge.size();
            let appended = append_leaf_hashes(&edge, leaves[done..done + batch].iter().copied()).unwrap();
            done += batch;
            edge = appended.edge;
            let mut ids: Vec<TileId> = appended.tiles.iter().map(|tile| tile.id).collect();
            ids.sort();
            let mut expected: Vec<TileId> = tiles_changed(old, edge.size()).collect();
            expected.sort();
            prop_assert_eq!(ids, expected);
            written.extend(appended.tiles.into_iter().map(|tile| (tile.id, tile.bytes)));
        }
        let at_once = append_leaf_hashes(&Edge::new(), leaves).unwrap();
        prop_assert_eq!(at_once.root, edge.root());
        let mut count = 0;
        for tile in at_once.tiles {
            prop_assert_eq!(&written[&tile.id], &tile.bytes);
            count += 1;
        }
        prop_assert_eq!(count, tiles(edge.size()).count());
        prop_assert_eq!(at_once.edge, edge);
    }
}
