//! The fixtures under `tests/data`.

use std::fs;
use std::path::{Path, PathBuf};

use stix::{BundleLimits, BundleReader};

/// A path under `tests/data`.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

/// The bytes of a fixture, unpacked if it is packed.
pub(crate) fn read(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    if path.extension().is_some_and(|extension| extension == "zst") {
        zstd::decode_all(&bytes[..]).expect("a whole zstd frame")
    } else {
        bytes
    }
}

/// The bytes of a fixture by its name.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    read(&path(name))
}

/// The text of a fixture by its name.
pub(crate) fn text(name: &str) -> String {
    String::from_utf8(bytes(name)).expect("fixtures are UTF-8")
}

/// The objects of a bundle, a list or a bare object.
pub(crate) fn objects(bytes: &[u8]) -> Vec<Vec<u8>> {
    let reader = BundleReader::new(bytes, BundleLimits::default());
    reader
        .map(|piece| piece.expect("fixtures are bundles").bytes)
        .collect()
}

/// Every file under `tests/data` that holds STIX objects, by its name there, in order.
pub(crate) fn files() -> Vec<String> {
    // Cases and examples have tests of their own; interop holds schemas, mapping no objects.
    const OTHER: [&str; 4] = [
        "oasis-validator-cases",
        "oasis-spec-examples",
        "oasis-examples/interop",
        "mapping",
    ];
    let root = path("");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).expect("tests/data") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path
                .strip_prefix(&root)
                .expect("below the root")
                .to_string_lossy();
            let plain = name.trim_end_matches(".zst");
            let is_stix = plain.ends_with(".json") || plain.ends_with(".stix2");
            if is_stix && !OTHER.iter().any(|other| name.contains(other)) {
                found.push(name.into_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 200, "the data is there");
    found
}
