//! Proof files, fork evidence and the front door.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::fork::ForkEvidence;
use record::hash::{Hash, LeafIndex, TreeSize};
use record::policy::Policy;
use record::proof::TlogProof;
use record::tree::{verify_consistency, verify_inclusion, verify_subtree_consistency};
use record::verify::verify;

fuzz_target!(|data: &[u8]| {
    if let Ok(proof) = TlogProof::parse(data) {
        assert_eq!(proof.to_text().as_bytes(), data);
    }
    if let Ok(evidence) = ForkEvidence::parse(data) {
        // Members that are unknown here are not kept.
        let printed = evidence.encode().unwrap();
        assert_eq!(ForkEvidence::parse(printed.as_bytes()), Ok(evidence));
    }
    let policy = Policy::parse(b"quorum none\n").unwrap();
    assert!(verify(data, &policy, None).is_err() || data.starts_with(b"chancery/card/v1\n"));

    // Any numbers, any hashes: an error or the truth, in bounded time.
    let Some((numbers, hashes)) = data.split_first_chunk::<24>() else {
        return;
    };
    let number = |at: usize| {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&numbers[at..at + 8]);
        u64::from_be_bytes(bytes) >> (numbers[at + 7] & 63)
    };
    let (chunks, _) = hashes.as_chunks::<32>();
    let hashes: Vec<Hash> = chunks.iter().copied().map(Hash::new).collect();
    let (Ok(a), Ok(b), Ok(c)) = (
        LeafIndex::new(number(0)),
        TreeSize::new(number(8)),
        TreeSize::new(number(16)),
    ) else {
        return;
    };
    let root = hashes.first().copied().unwrap_or(Hash::of(b""));
    let _ = verify_inclusion(&root, a, b, &hashes, &root);
    let _ = verify_consistency(b, c, &hashes, &root, &root);
    let _ = verify_subtree_consistency(a, b, c, &hashes, &root, &root);
});
