//! The body of a request to add objects: its type, then its bytes, within their limits.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use taxii::media::check_content_type;
use tokio::sync::OwnedSemaphorePermit;

use super::problem::Problem;
use crate::node::Node;

/// Bytes that are asked for at once of what all bodies may take together.
const GRAIN_BYTES: usize = 64 << 10;
/// Most bytes that are set aside for a body before any of it has come, whatever its Content-Length says.
const AHEAD_BYTES_MAX: u64 = 1 << 20;
/// When to come again if the bodies under way take all there is.
const FULL_RETRY_SECS: u16 = 5;

/// An envelope as it was sent, whole.
pub(super) struct EnvelopeBody {
    pub(super) bytes: Bytes,
    /// Holds its share of what all bodies may take together.
    pub(super) share: Option<OwnedSemaphorePermit>,
}

impl FromRequest<Node> for EnvelopeBody {
    type Rejection = Problem;

    async fn from_request(request: Request, node: &Node) -> Result<Self, Problem> {
        check_type(request.headers())?;
        let bytes_max = node.settings().taxii.max_content_length();
        let length = content_length(request.headers());
        if length.is_some_and(|length| length > bytes_max) {
            return Err(Problem::too_large(bytes_max));
        }
        read(request.into_body(), length, bytes_max, node).await
    }
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let unsupported = |words: String| {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Problem::new(
            status,
            "unsupported_media_type",
            "unsupported media type",
            words,
        )
    };
    if headers.get_all(header::CONTENT_TYPE).iter().count() > 1 {
        return Err(unsupported(
            "there is more than one Content-Type".to_owned(),
        ));
    }
    let content_type = headers.get(header::CONTENT_TYPE);
    check_content_type(content_type.map(|value| value.to_str().unwrap_or("?")))?;
    // Encodings that the listener understands are undone before; what is left is one it does not.
    let encoding = headers.get(header::CONTENT_ENCODING);
    let encoding = encoding.map(|value| value.to_str().unwrap_or("?"));
    match encoding {
        Some(other) if !other.eq_ignore_ascii_case("identity") => Err(unsupported(format!(
            "the Content-Encoding {other:?} is not understood"
        ))),
        Some(_) | None => Ok(()),
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

async fn read(
    mut body: Body,
    length: Option<u64>,
    bytes_max: u64,
    node: &Node,
) -> Result<EnvelopeBody, Problem> {
    let ahead = length.unwrap_or(0).min(AHEAD_BYTES_MAX);
    let mut bytes = Vec::with_capacity(usize::try_from(ahead).unwrap_or(0));
    let mut share = None;
    let mut covered = 0;
    while let Some(frame) = body.frame().await {
        // Cut short of its Content-Length or of its last chunk: nothing of it is stored.
        let frame = frame.map_err(|error| {
            Problem::bad_request("cut_short", format!("the body was cut short: {error}"))
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if (bytes.len() + data.len()) as u64 > bytes_max {
            return Err(Problem::too_large(bytes_max));
        }
        while covered < bytes.len() + data.len() {
            take_grain(node, &mut share)?;
            covered += GRAIN_BYTES;
        }
        bytes.extend_from_slice(&data);
    }
    if length.is_some_and(|length| length != bytes.len() as u64) {
        let words = format!(
            "the body is {} bytes, its Content-Length says otherwise",
            bytes.len()
        );
        return Err(Problem::bad_request("cut_short", words));
    }
    Ok(EnvelopeBody {
        bytes: bytes.into(),
        share,
    })
}

/// Never waits: two bodies that each wait for what the other holds would wait for ever.
fn take_grain(node: &Node, share: &mut Option<OwnedSemaphorePermit>) -> Result<(), Problem> {
    let Some(grain) = node.taxii_keep().grain() else {
        let words = "too much is being added at once; nothing of this request was stored";
        return Err(Problem::later(FULL_RETRY_SECS, words));
    };
    match share {
        Some(share) => share.merge(grain),
        None => *share = Some(grain),
    }
    Ok(())
}

/// How many grains all bodies may take together.
pub(super) fn grains(bodies_bytes_max: u64) -> usize {
    let grains = bodies_bytes_max.div_ceil(GRAIN_BYTES as u64).max(1);
    usize::try_from(grains).map_or(tokio::sync::Semaphore::MAX_PERMITS, |it| {
        it.min(tokio::sync::Semaphore::MAX_PERMITS)
    })
}
