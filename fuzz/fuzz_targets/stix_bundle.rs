//! A bundle, an envelope, a list or an object: the same pieces whatever the chunks, each where it is said to be.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stix::{
    BundleLimits, BundleReader, CheckOptions, Checker, Place, check_bundle, tree::Arena,
    bundle::Splitter,
};

fuzz_target!(|data: &[u8]| {
    let Some((size, text)) = data.split_first() else { return };
    let limits = BundleLimits { object_bytes_max: 1 << 14, objects_max: 200, depth_max: 32, ..BundleLimits::default() };
    let mut whole = Vec::new();
    let mut failed = None;
    for piece in BundleReader::new(text, limits) {
        match piece {
            Ok(piece) => whole.push(piece),
            Err(error) => failed = Some(error.to_string()),
        }
    }
    let mut splitter = Splitter::new(limits);
    let mut pieces = Vec::new();
    let mut chunked = Ok(());
    for chunk in text.chunks(usize::from(*size).max(1)) {
        chunked = splitter.push(chunk, |piece| pieces.push(piece));
        if chunked.is_err() {
            break;
        }
    }
    let ended = chunked.and_then(|()| splitter.finish(&mut Arena::default()));
    match ended {
        Ok((last, _)) => {
            pieces.extend(last);
            assert_eq!(failed, None);
        }
        Err(error) => assert_eq!(failed, Some(error.to_string())),
    }
    assert_eq!(whole, pieces);
    for piece in &pieces {
        let at = piece.place.offset as usize;
        assert_eq!(&text[at..at + piece.bytes.len()], &piece.bytes[..]);
        let mut place = Place::START;
        place.advance(&text[..at]);
        assert_eq!(place, piece.place);
    }
    let mut checker = Checker::new(CheckOptions::default());
    let mut judged = 0;
    let _ = check_bundle(&mut checker, text, limits, |_, _| judged += 1);
    assert_eq!(judged, whole.len());
});
