//! Checkpoints, tile paths, policies and witness requests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::checkpoint::Checkpoint;
use record::policy::Policy;
use record::tile::TileId;
use record::time::UtcTime;
use record::witness_wire::{
    AddCheckpoint, AddEntriesHeader, EntriesPackage, MirrorInfo, package_ranges,
};

fuzz_target!(|data: &[u8]| {
    if let Ok(request) = AddCheckpoint::parse(data) {
        assert_eq!(request.to_text().as_bytes(), data);
    }
    if let Some(info) = MirrorInfo::parse(data) {
        assert_eq!(info.to_text().as_bytes(), data);
    }
    let mut rest = data;
    if let Ok(header) = AddEntriesHeader::take(&mut rest) {
        let mut printed = header.encode().unwrap();
        for range in package_ranges(header.start, header.end) {
            let Ok(package) = EntriesPackage::take(&mut rest, range) else {
                break;
            };
            package.encode_into(&mut printed).unwrap();
        }
        assert_eq!(printed, data[..data.len() - rest.len()]);
    }
    let _ = Policy::parse(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.to_text(), text);
    }
    if let Ok(tile) = text.parse::<TileId>() {
        assert_eq!(tile.to_string(), text);
    }
    if let Ok(time) = text.parse::<UtcTime>() {
        assert_eq!(time.to_string(), text);
    }
});
