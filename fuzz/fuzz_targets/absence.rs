//! Proofs of absence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::absence::AbsenceProof;
use record::policy::Policy;

fuzz_target!(|data: &[u8]| {
    if let Ok(proof) = AbsenceProof::parse(data) {
        // Members that are unknown here are not kept.
        let printed = proof.encode().unwrap();
        assert_eq!(AbsenceProof::parse(&printed), Ok(proof.clone()));
        assert!(
            proof
                .verify(&Policy::parse(b"quorum none\n").unwrap())
                .is_err()
        );
    }
});
