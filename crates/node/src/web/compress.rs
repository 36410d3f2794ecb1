//! Answers compressed for whoever says it can read them so.

use axum::body::HttpBody;
use http::header;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{And, SizeAbove},
    },
};

/// Answers of fewer bytes fit into one packet anyhow.
const BYTES_MIN: u16 = 1_024;
/// The level of gzip and zstd alike, measured on ATT&CK (Mobile, 7 MB, in pieces of 2 MB, one core of a busy machine):
/// gzip 1, 2, 3 and 6 leave 24, 19, 18 and 17 % at 185, 155, 69 and 30 MB/s; zstd 1, 2, 3 and 6 leave 13, 11, 11 and
/// 10 % at 370, 350, 210 and 85 MB/s. At 2 both have most of the gain, and beyond it the time is paid for little.
const LEVEL: CompressionLevel = CompressionLevel::Precise(2);

/// The media types that get smaller by it. Bundles and proofs are compressed already, or are not large.
const TYPES: [&str; 5] = [
    "application/taxii+json",
    "application/stix+json",
    "application/json",
    "application/openmetrics-text",
    "text/",
];

/// The layer that compresses.
pub(crate) fn layer() -> CompressionLayer<And<SizeAbove, Worth>> {
    CompressionLayer::new()
        .quality(LEVEL)
        .compress_when(SizeAbove::new(BYTES_MIN).and(Worth))
}

/// Whether an answer is of a type that gets smaller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Worth;

impl Predicate for Worth {
    fn should_compress<B: HttpBody>(&self, response: &http::Response<B>) -> bool {
        let media = response.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|value| value.to_str().ok()).unwrap_or("");
        // Events are to arrive one by one, not when a block is full.
        !media.starts_with("text/event-stream")
            && TYPES.iter().any(|known| media.starts_with(known))
    }
}
