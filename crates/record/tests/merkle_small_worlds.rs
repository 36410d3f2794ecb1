//! Every tree up to 256 leaves, every leaf, every pair of sizes, against the recursive definitions
//! of RFC 6962 §2.1 and merkle-tree-certs §4, written here a second time and as plainly as possible.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::HashMap;
use std::convert::Infallible;

use record::hash::{Hash, LeafIndex, TREE_SIZE_MAX, TreeSize};
use record::tile::{TileId, tiles, tiles_changed};
use record::tree::{
    Frontier, FrontierError, ProofError, TileReader, TreeError, consistency_proof, empty_root,
    frontier_at, inclusion_proof, leaf_hash, leaf_hash_at, node_hash, root_at,
    subtree_consistency_proof, verify_consistency, verify_inclusion, verify_subtree_consistency,
    verify_subtree_inclusion,
};

const N: u64 = 256;

fn leaves(count: u64) -> Vec<Hash> {
    (0..count)
        .map(|index| leaf_hash(&index.to_be_bytes()))
        .collect()
}

fn size(n: u64) -> TreeSize {
    TreeSize::new(n).unwrap()
}

fn index(n: u64) -> LeafIndex {
    LeafIndex::new(n).unwrap()
}

/// The largest power of two below n.
fn k(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

#[derive(Default)]
struct Oracle {
    leaves: Vec<Hash>,
    roots: HashMap<(usize, usize), Hash>,
}

impl Oracle {
    fn mth(&mut self, lo: usize, hi: usize) -> Hash {
        if let Some(&known) = self.roots.get(&(lo, hi)) {
            return known;
        }
        let root = match hi - lo {
            0 => empty_root(),
            1 => self.leaves[lo],
            n => node_hash(&self.mth(lo, lo + k(n)), &self.mth(lo + k(n), hi)),
        };
        self.roots.insert((lo, hi), root);
        root
    }

    fn path(&mut self, m: usize, lo: usize, hi: usize) -> Vec<Hash> {
        let n = hi - lo;
        if n == 1 {
            return Vec::new();
        }
        let middle = lo + k(n);
        let (mut path, sibling) = if m < middle {
            (self.path(m, lo, middle), self.mth(middle, hi))
        } else {
            (self.path(m, middle, hi), self.mth(lo, middle))
        };
        path.push(sibling);
        path
    }

    fn subproof(&mut self, start: usize, end: usize, lo: usize, hi: usize, b: bool) -> Vec<Hash> {
        if start == lo && end == hi {
            return if b {
                Vec::new()
            } else {
                vec![self.mth(lo, hi)]
            };
        }
        let middle = lo + k(hi - lo);
        let (mut proof, sibling) = if end <= middle {
            (
                self.subproof(start, end, lo, middle, b),
                self.mth(middle, hi),
            )
        } else if start >= middle {
            (
                self.subproof(start, end, middle, hi, b),
                self.mth(lo, middle),
            )
        } else {
            (
                self.subproof(middle, end, middle, hi, false),
                self.mth(lo, middle),
            )
        };
        proof.push(sibling);
        proof
    }
}

fn oracle(count: u64) -> Oracle {
    Oracle {
        leaves: leaves(count),
        ..Oracle::default()
    }
}

/// All tiles of a tree, each hash computed by the definition: MTH(D[(n*256+i)*256^l : …]).
struct Tiles(HashMap<TileId, Vec<u8>>);

impl Tiles {
    fn of(oracle: &mut Oracle, n: u64) -> Self {
        let tiles = tiles(size(n)).map(|id| {
            let span = 256usize.pow(id.level().into());
            let first = id.index() as usize * 256;
            let hashes = (first..first + usize::from(id.width()))
                .flat_map(|i| *oracle.mth(i * span, (i + 1) * span).as_bytes());
            (id, hashes.collect())
        });
        Self(tiles.collect())
    }
}

impl TileReader for Tiles {
    type Error = TileId;

    fn tile(&self, id: TileId) -> Result<Vec<u8>, TileId> {
        self.0.get(&id).cloned().ok_or(id)
    }
}

/// Calls back with every proof that is wrong in one hash or in its length.
fn damaged(proof: &[Hash], every_bit: bool, mut check: impl FnMut(&[Hash], bool)) {
    for at in 0..proof.len() {
        for bit in (0..256).step_by(if every_bit { 1 } else { 97 }) {
            let mut bytes = *proof[at].as_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let mut wrong = proof.to_vec();
            wrong[at] = Hash::new(bytes);
            check(&wrong, false);
        }
    }
    for len in 0..proof.len() {
        check(&proof[..len], true);
        check(&proof[len + 1..], true);
    }
    let extra = Hash::of(b"extra");
    for (longer, extra) in [(1, extra), (2, extra), (64, extra), (1, empty_root())] {
        check(&[proof, &vec![extra; longer]].concat(), true);
        check(&[&vec![extra; longer], proof].concat(), true);
    }
}

#[test]
fn every_root_and_frontier() {
    let mut oracle = oracle(N);
    let mut frontier = Frontier::new();
    for n in 0..=N {
        let tiles = Tiles::of(&mut oracle, n);
        let root = oracle.mth(0, n as usize);
        assert_eq!(frontier.root(), root, "pushed, {n}");
        assert_eq!(root_at(&tiles, size(n)).unwrap(), root, "from tiles, {n}");
        assert_eq!(frontier_at(&tiles, size(n)).unwrap(), frontier, "{n}");
        let parts = Frontier::from_parts(size(n), frontier.hashes().to_vec()).unwrap();
        assert_eq!(parts, frontier);
        if n < N {
            let leaf = leaf_hash_at(&tiles, index(n), size(n));
            assert!(matches!(leaf, Err(TreeError::OutOfRange { asked, .. }) if asked == n));
            frontier.push(oracle.leaves[n as usize]).unwrap();
        }
    }
}

#[test]
fn every_inclusion_proof() {
    let mut oracle = oracle(N);
    for n in 1..=N {
        let tiles = Tiles::of(&mut oracle, n);
        let root = oracle.mth(0, n as usize);
        for i in 0..n {
            let leaf = oracle.leaves[i as usize];
            let proof = inclusion_proof(&tiles, index(i), size(n)).unwrap();
            assert_eq!(proof, oracle.path(i as usize, 0, n as usize), "{i} in {n}");
            let verify = |proof: &[Hash]| verify_inclusion(&leaf, index(i), size(n), proof, &root);
            assert_eq!(verify(&proof), Ok(()));
            if n % 16 < 3 || n > 250 {
                let every_bit = (i, n) == (5, 17) || i + 1 == n && n == 251;
                damaged(&proof, every_bit, |wrong, length| {
                    let expected = if length {
                        ProofError::Length {
                            found: wrong.len(),
                            expected: proof.len(),
                        }
                    } else {
                        ProofError::RootMismatch
                    };
                    assert_eq!(verify(wrong), Err(expected));
                });
                let other = verify_inclusion(&root, index(i), size(n), &proof, &leaf);
                assert!(n == 1 || other == Err(ProofError::RootMismatch));
            }
            // The proof for one place proves no other.
            for j in (0..n).step_by(7).filter(|&j| j != i) {
                assert!(verify_inclusion(&leaf, index(j), size(n), &proof, &root).is_err());
            }
        }
        let beyond = verify_inclusion(&root, index(n), size(n), &[], &root);
        assert_eq!(beyond, Err(ProofError::OutOfRange { asked: n, size: n }));
        let beyond = inclusion_proof(&tiles, index(n), size(n));
        assert!(matches!(beyond, Err(TreeError::OutOfRange { .. })));
    }
}

#[test]
fn every_consistency_proof() {
    let mut oracle = oracle(N);
    for n in 1..=N {
        let tiles = Tiles::of(&mut oracle, n);
        let root = oracle.mth(0, n as usize);
        for m in 1..=n {
            let old = oracle.mth(0, m as usize);
            let proof = consistency_proof(&tiles, size(m), size(n)).unwrap();
            assert_eq!(
                proof,
                oracle.subproof(0, m as usize, 0, n as usize, true),
                "{m} to {n}"
            );
            let verify = |proof: &[Hash]| verify_consistency(size(m), size(n), proof, &old, &root);
            assert_eq!(verify(&proof), Ok(()));
            if n % 16 < 3 || n > 250 {
                damaged(
                    &proof,
                    (m, n) == (6, 8) || (m, n) == (100, 251),
                    |wrong, length| match verify(wrong) {
                        Err(ProofError::Length { found, expected }) if length => {
                            assert_eq!((found, expected), (wrong.len(), proof.len()));
                        }
                        Err(ProofError::RootMismatch | ProofError::OldRootMismatch) if !length => {}
                        other => panic!("{m} to {n}: {other:?}"),
                    },
                );
            }
            let wrong = Hash::of(b"wrong");
            let from = verify_consistency(size(m), size(n), &proof, &wrong, &root);
            assert!(from.is_err());
            let to = verify_consistency(size(m), size(n), &proof, &old, &wrong);
            assert_eq!(to, Err(ProofError::RootMismatch));
            let backwards = verify_consistency(size(n + 1), size(n), &proof, &old, &root);
            assert_eq!(
                backwards,
                Err(ProofError::OutOfRange {
                    asked: n + 1,
                    size: n
                })
            );
        }
        assert_eq!(consistency_proof(&tiles, size(0), size(n)).unwrap(), []);
        let from_nothing = verify_consistency(size(0), size(n), &[], &empty_root(), &root);
        assert_eq!(from_nothing, Err(ProofError::OldTreeEmpty));
        assert!(matches!(
            consistency_proof(&tiles, size(n + 1), size(n)),
            Err(TreeError::OutOfRange { .. })
        ));
    }
}

#[test]
fn every_subtree_proof() {
    let n_max = 70;
    let mut oracle = oracle(n_max);
    for n in 1..=n_max {
        let tiles = Tiles::of(&mut oracle, n);
        let root = oracle.mth(0, n as usize);
        for start in 0..n {
            for end in start + 1..=n {
                let subtree = oracle.mth(start as usize, end as usize);
                let valid = start % (end - start).next_power_of_two() == 0;
                let proof = subtree_consistency_proof(&tiles, index(start), size(end), size(n));
                if !valid {
                    assert!(matches!(proof, Err(TreeError::NotASubtree { .. })));
                    let refused = verify_subtree_consistency(
                        index(start),
                        size(end),
                        size(n),
                        &[],
                        &subtree,
                        &root,
                    );
                    assert_eq!(refused, Err(ProofError::NotASubtree { start, end }));
                    continue;
                }
                let proof = proof.unwrap();
                let expected = oracle.subproof(start as usize, end as usize, 0, n as usize, true);
                assert_eq!(proof, expected, "[{start}, {end}) of {n}");
                let verify = |proof: &[Hash]| {
                    verify_subtree_consistency(
                        index(start),
                        size(end),
                        size(n),
                        proof,
                        &subtree,
                        &root,
                    )
                };
                assert_eq!(verify(&proof), Ok(()));
                if n % 9 == 0 {
                    damaged(&proof, false, |wrong, _| assert!(verify(wrong).is_err()));
                }
                let leaf = (start + end) / 2;
                let path = oracle.path(leaf as usize, start as usize, end as usize);
                let leaf_hash = oracle.leaves[leaf as usize];
                let inside = verify_subtree_inclusion(
                    &leaf_hash,
                    index(leaf),
                    index(start),
                    size(end),
                    &path,
                    &subtree,
                );
                assert_eq!(inside, Ok(()));
            }
        }
    }
}

#[test]
fn trees_of_three_levels() {
    // Large enough for two levels of tiles, too large for the oracle to try every pair.
    let n = 66_000;
    let mut oracle = oracle(n);
    let tiles = Tiles::of(&mut oracle, n);
    let root = oracle.mth(0, n as usize);
    assert_eq!(root_at(&tiles, size(n)).unwrap(), root);
    for i in [0, 1, 255, 256, 257, 32_768, 65_535, 65_536, 65_999] {
        let proof = inclusion_proof(&tiles, index(i), size(n)).unwrap();
        assert_eq!(proof, oracle.path(i as usize, 0, n as usize));
        let old = oracle.mth(0, i as usize + 1);
        let consistency = consistency_proof(&tiles, size(i + 1), size(n)).unwrap();
        assert_eq!(
            verify_consistency(size(i + 1), size(n), &consistency, &old, &root),
            Ok(())
        );
        // A reader that has grown tiles only serves older sizes too.
        let grown = Grown(&tiles, size(n));
        assert_eq!(root_at(&grown, size(i + 1)).unwrap(), old);
    }
}

/// Keeps only the newest state of each tile, as a store does.
struct Grown<'a>(&'a Tiles, TreeSize);

impl TileReader for Grown<'_> {
    type Error = TileId;

    fn tile(&self, id: TileId) -> Result<Vec<u8>, TileId> {
        self.0
            .tile(TileId::covering(id.level(), id.index(), self.1).unwrap())
    }
}

#[test]
fn tiles_that_do_not_fit_are_refused() {
    struct Always(usize);
    impl TileReader for Always {
        type Error = Infallible;
        fn tile(&self, _: TileId) -> Result<Vec<u8>, Infallible> {
            Ok(vec![0; self.0])
        }
    }
    for bytes in [0, 31, 32, 33, 65, 8192 + 32] {
        let err = root_at(&Always(bytes), size(2)).unwrap_err();
        assert!(matches!(err, TreeError::BadTile { bytes: found, .. } if found == bytes));
    }
    assert!(root_at(&Always(64), size(2)).is_ok());
    assert!(root_at(&Always(8192), size(2)).is_ok());
    let missing = root_at(&Tiles(HashMap::new()), size(2)).unwrap_err();
    assert!(matches!(missing, TreeError::Reader(id) if id.to_string() == "0/000.p/2"));
}

#[test]
fn frontier_refusals() {
    let count = Frontier::from_parts(size(3), vec![empty_root()]).unwrap_err();
    assert_eq!(
        count,
        FrontierError::Count {
            size: size(3),
            expected: 2,
            found: 1
        }
    );
    let mut frontier = Frontier::from_parts(size(6), vec![empty_root(); 2]).unwrap();
    for height in [2, 3, 63, 64, 255] {
        let err = frontier.push_subtree(height, empty_root()).unwrap_err();
        assert_eq!(
            err,
            FrontierError::Unaligned {
                size: size(6),
                height
            }
        );
    }
    frontier.push_subtree(1, empty_root()).unwrap();
    assert_eq!(frontier.size(), size(8));
    let mut full = Frontier::from_parts(size(TREE_SIZE_MAX), vec![empty_root()]).unwrap();
    assert!(matches!(
        full.push(empty_root()),
        Err(FrontierError::Size(_))
    ));
    assert!(matches!(
        Frontier::new().push_subtree(41, empty_root()),
        Err(FrontierError::Size(_))
    ));
    assert!(matches!(
        Frontier::new().push_subtree(64, empty_root()),
        Err(FrontierError::Unaligned { .. })
    ));
}

#[test]
fn subtrees_append_like_leaves() {
    let mut oracle = oracle(N);
    for n in 0..N {
        for height in 0..=(n.trailing_zeros().min(8)) as u8 {
            let end = n + (1 << height);
            if end > N {
                continue;
            }
            let tiles = Tiles::of(&mut oracle, n);
            let mut frontier = frontier_at(&tiles, size(n)).unwrap();
            frontier
                .push_subtree(height, oracle.mth(n as usize, end as usize))
                .unwrap();
            assert_eq!(frontier.root(), oracle.mth(0, end as usize));
        }
    }
}

#[test]
fn changed_tiles_are_those_that_differ() {
    for (old, new) in (0..40).flat_map(|a| (0..40).map(move |b| (a * 41, b * 53))) {
        let before: Vec<TileId> = tiles(size(old)).collect();
        let expected: Vec<TileId> = tiles(size(new))
            .filter(|id| old < new && !before.contains(id))
            .collect();
        let changed: Vec<TileId> = tiles_changed(size(old), size(new)).collect();
        assert_eq!(changed, expected, "{old} to {new}");
    }
}
