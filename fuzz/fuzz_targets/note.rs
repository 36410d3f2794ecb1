//! Notes, lines and keys print back as they were read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::key::{PrivateKey, Vkey};
use record::note::{SignatureLine, SignedNote};

fuzz_target!(|data: &[u8]| {
    if let Ok(note) = SignedNote::parse(data) {
        assert_eq!(note.as_bytes(), data);
        let again = SignedNote::new(note.text().to_owned(), note.lines().to_vec()).unwrap();
        assert_eq!(again.as_bytes(), data);
    }
    if let Ok(lines) = SignatureLine::parse_all(data) {
        let printed: String = lines.iter().map(ToString::to_string).collect();
        assert_eq!(printed.as_bytes(), data);
    }
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(vkey) = text.parse::<Vkey>() {
        assert_eq!(vkey.to_string(), text);
        let _ = vkey.verify("text\n", data);
    }
    if let Ok(key) = text.parse::<PrivateKey>() {
        assert_eq!(
            key.to_file().trim_end_matches('\n'),
            text.trim_end_matches('\n')
        );
    }
});
