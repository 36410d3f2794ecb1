//! What is admitted is canonical, stays so, and is what `serde_json` reads and spells.
#![no_main]

use json::{AdmissionError, Limits, admit, is_canonical};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        bytes_max: 1 << 16,
        depth_max: 64,
    };
    match admit(data, &limits) {
        Ok(admitted) => {
            assert_eq!(is_canonical(admitted.as_bytes(), &limits), Ok(()));
            assert_eq!(
                is_canonical(data, &limits).is_ok(),
                data == admitted.as_bytes()
            );
            let theirs: serde_json::Value = serde_json::from_slice(data).unwrap();
            let theirs = serde_json_canonicalizer::to_string(&theirs).unwrap();
            assert_eq!(admitted.as_str(), theirs);
        }
        Err(
            AdmissionError::DuplicateMember { .. }
            | AdmissionError::IntegerTooLarge { .. }
            | AdmissionError::TooDeep { .. }
            | AdmissionError::TooLarge { .. },
        ) => {}
        Err(err) => {
            assert!(is_canonical(data, &limits).is_err());
            let theirs = serde_json::from_slice::<serde_json::Value>(data);
            assert!(theirs.is_err(), "{err}");
        }
    }
});
