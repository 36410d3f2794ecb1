//! A bundle on a stick: the tar, its index, every file in it, and the verification of a whole record.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use node::bundle::{BundleFile, verify};

fuzz_target!(|data: &[u8]| {
    let Ok(bundle) = BundleFile::open(Cursor::new(data.to_vec())) else { return };
    for name in bundle.names("") {
        let listed = bundle.index().files.iter().find(|file| file.name == name).expect("what is there is listed");
        let bytes = bundle.read(name).expect("memory can be read").expect("it is there");
        assert_eq!(bytes.len() as u64, listed.bytes);
    }
    let _ = verify(&bundle);
});
