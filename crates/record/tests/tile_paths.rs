//! Paths of tiles and bundles (c2sp.org/tlog-tiles), against the text and against `tlog_tiles`.

use proptest::prelude::*;
use record::hash::{TREE_SIZE_MAX, TreeSize};
use record::tile::{BundleId, TileError, TileId, bundles, bundles_changed, tiles};

#[test]
fn the_example_of_the_specification() {
    // "For example, a tree of size 70,000 will be represented by …"
    let ids: Vec<TileId> = tiles(TreeSize::new(70_000).unwrap()).collect();
    let count = |level: u8, partial: bool| {
        ids.iter()
            .filter(|id| id.level() == level && id.is_partial() == partial)
            .count()
    };
    assert_eq!((count(0, false), count(0, true)), (273, 1));
    assert_eq!((count(1, false), count(1, true)), (1, 1));
    assert_eq!((count(2, false), count(2, true)), (0, 1));
    let paths: Vec<String> = ids
        .iter()
        .filter(|id| id.is_partial())
        .map(|id| id.path())
        .collect();
    assert_eq!(
        paths,
        ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    );
    let ids: Vec<String> = tiles(TreeSize::new(256).unwrap())
        .map(|id| id.to_string())
        .collect();
    assert_eq!(ids, ["0/000", "1/000.p/1"]);
    assert_eq!(
        BundleId::new(1_234_067, 256).unwrap().entries_path(),
        "tile/entries/x001/x234/067"
    );
    assert_eq!(
        BundleId::new(0, 255).unwrap().package_path(),
        "package/000.p/255"
    );
}

#[test]
fn other_spellings_are_refused() {
    for path in [
        "",
        "0",
        "0/",
        "/000",
        "0/0",
        "0/00",
        "0/0000",
        "00/000",
        "+0/000",
        "0/x000/001",
        "0/001/002",
        "0/x001",
        "0/000.p/0x",
        "0/000.p/",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/-1",
        "0/000.P/1",
        "0/000/",
        "0//000",
        "0/x1/000",
        "0/X001/000",
        "0/000.p/1.p/1",
        " 0/000",
        "0/00٠",
        "0/x999/x999/x999/x999/x999/x999/x999/999",
        "256/000",
    ] {
        assert_eq!(path.parse::<TileId>(), Err(TileError::Path), "{path}");
    }
    assert_eq!("0/000.p/0".parse::<TileId>(), Err(TileError::Width(0)));
    assert_eq!("0/000.p/257".parse::<TileId>(), Err(TileError::Width(257)));
    assert_eq!("6/000".parse::<TileId>(), Err(TileError::Level(6)));
    assert_eq!("63/000".parse::<TileId>(), Err(TileError::Level(63)));
    let beyond = (TREE_SIZE_MAX >> 8) + 1;
    assert_eq!(BundleId::new(beyond, 1), Err(TileError::Index(beyond)));
    assert_eq!(TileId::new(4, 2, 1), Err(TileError::Index(2)));
}

#[test]
fn bundles_hold_every_leaf_once() {
    for n in [0, 1, 255, 256, 257, 1000, 70_000] {
        let size = TreeSize::new(n).unwrap();
        assert!(bundles(size).flat_map(BundleId::leaves).eq(0..n), "{n}");
    }
    let changed = bundles_changed(TreeSize::new(300).unwrap(), TreeSize::new(600).unwrap());
    let changed: Vec<String> = changed.map(|id| id.to_string()).collect();
    assert_eq!(changed, ["001", "002.p/88"]);
}

proptest! {
    #[test]
    fn round_trip(level in 0u8..4, index in 0u64..1 << 16, width in 1u16..=256) {
        let id = TileId::new(level, index, width);
        prop_assume!(id.is_ok());
        let id = id.unwrap();
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        // `tlog_tiles` prints Go's form, with the height in front.
        let theirs = tlog_tiles::Tile::new(8, level, index, width.into(), false).path();
        prop_assert_eq!(id.path(), theirs.replacen("tile/8/", "tile/", 1));
    }

    #[test]
    fn one_spelling_for_each(path in "[0-2]/(x?[0-9]{2,3}/){0,2}[0-9]{3}(\\.p/[0-9]{1,3})?") {
        if let Ok(id) = path.parse::<TileId>() {
            prop_assert_eq!(id.to_string(), path);
        }
    }
}
