//! The 518 proof vectors of transparency-dev/merkle (Apache-2.0, licence beside them).
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use record::hash::{Hash, LeafIndex, TreeSize};
use record::tree::{
    verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    desc: String,
    want_err: bool,
    leaf_idx: Option<u64>,
    tree_size: Option<u64>,
    start: Option<u64>,
    end: Option<u64>,
    size: Option<u64>,
    size1: Option<u64>,
    size2: Option<u64>,
    root: Option<String>,
    root1: Option<String>,
    root2: Option<String>,
    leaf_hash: Option<String>,
    proof: Option<Vec<String>>,
}

/// What refuses a vector: a value that cannot be built, or the verifier.
fn verify(vector: &Vector) -> Result<(), String> {
    // Some "hashes" are words such as "don't care 1"; our `Hash` cannot hold those, so the hash of the
    // word stands for it: equal words stay equal, and the verifier and not the parser must refuse.
    let hash = |text: &Option<String>| -> Result<Hash, String> {
        let bytes = STANDARD.decode(text.as_ref().unwrap()).unwrap();
        if bytes.is_empty() {
            return Err("not a hash".to_owned());
        }
        Ok(<[u8; 32]>::try_from(bytes.as_slice())
            .map_or_else(|_| Hash::of_parts(&[b"word", &bytes]), Hash::new))
    };
    let index = |n: Option<u64>| LeafIndex::new(n.unwrap()).map_err(|err| err.to_string());
    let size = |n: Option<u64>| TreeSize::new(n.unwrap()).map_err(|err| err.to_string());
    let proof = vector
        .proof
        .iter()
        .flatten()
        .map(|text| hash(&Some(text.clone())));
    let proof: Vec<Hash> = proof.collect::<Result<_, _>>()?;
    let verdict = if vector.tree_size.is_some() {
        verify_inclusion(
            &hash(&vector.leaf_hash)?,
            index(vector.leaf_idx)?,
            size(vector.tree_size)?,
            &proof,
            &hash(&vector.root)?,
        )
    } else if vector.size1.is_some() {
        verify_consistency(
            size(vector.size1)?,
            size(vector.size2)?,
            &proof,
            &hash(&vector.root1)?,
            &hash(&vector.root2)?,
        )
    } else if vector.leaf_idx.is_some() {
        verify_subtree_inclusion(
            &hash(&vector.leaf_hash)?,
            index(vector.leaf_idx)?,
            index(vector.start)?,
            size(vector.end)?,
            &proof,
            &hash(&vector.root)?,
        )
    } else {
        verify_subtree_consistency(
            index(vector.start)?,
            size(vector.end)?,
            size(vector.size)?,
            &proof,
            &hash(&vector.root1)?,
            &hash(&vector.root2)?,
        )
    };
    verdict.map_err(|err| err.to_string())
}

fn run(folder: &Path) -> usize {
    let mut run_so_far = 0;
    for path in std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if path.is_dir() {
            run_so_far += run(&path);
            continue;
        }
        let vector: Vector =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let verdict = verify(&vector);
        assert_eq!(
            verdict.is_err(),
            vector.want_err,
            "{path:?} {}: {verdict:?}",
            vector.desc
        );
        run_so_far += 1;
    }
    run_so_far
}

fn run_all(folder: &str) -> usize {
    run(&Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/merkle")
        .join(folder))
}

#[test]
fn inclusion() {
    assert_eq!(run_all("inclusion"), 98);
}

#[test]
fn consistency() {
    assert_eq!(run_all("consistency"), 98);
}

#[test]
fn subtree_inclusion() {
    assert_eq!(run_all("subtreeinclusion"), 204);
}

#[test]
fn subtree_consistency() {
    assert_eq!(run_all("subtreeconsistency"), 118);
}
