//! The body of a request to add objects: its type, then its bytes, within their limits.

use axum::{
    body::Body,
    extract::{FromRequest, Request},
};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt as _;
use taxii::media::check_content_type;
use tokio::sync::OwnedSemaphorePermit;

use super::problem::Problem;
use crate::{
    intake::{Admission, Reading, Rules},
    node::Node,
};

/// Bytes that are asked for at once of what all bodies may take together.
const GRAIN_BYTES: u64 = 64 << 10;
/// When to come again if the bodies under way take all there is.
const FULL_RETRY_SECS: u16 = 5;

/// An envelope of which nothing was read yet, and which may be one by what its headers say.
pub(super) struct EnvelopeBody {
    body: Body,
    length: Option<u64>,
    bytes_max: u64,
}

/// An envelope that was read whole.
pub(super) struct Envelope {
    /// What is in it.
    pub(super) admission: Admission,
    /// How long it was.
    pub(super) bytes_len: u64,
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
        Ok(Self {
            body: request.into_body(),
            length,
            bytes_max,
        })
    }
}

impl EnvelopeBody {
    /// Reads it, its objects while the rest of it is on its way. What is wrong with it is told when it has come whole,
    /// because many a client does not listen before.
    pub(super) async fn read(mut self, node: &Node, rules: Rules) -> Result<Envelope, Problem> {
        let mut share = None;
        let (mut bytes_len, mut covered) = (0, 0);
        let mut reading = Ok(Reading::new(rules));
        while let Some(frame) = self.body.frame().await {
            // Cut short of its Content-Length or of its last chunk: nothing of it is stored.
            let frame = frame.map_err(|error| {
                Problem::bad_request("cut_short", format!("the body was cut short: {error}"))
            })?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            bytes_len += data.len() as u64;
            if bytes_len > self.bytes_max {
                return Err(Problem::too_large(self.bytes_max));
            }
            let Ok(going) = &mut reading else { continue };
            while covered < bytes_len {
                take_grain(node, &mut share)?;
                covered += GRAIN_BYTES;
            }
            if let Err(error) = going.push(&data).await {
                (reading, share) = (Err(error), None);
            }
        }
        if self.length.is_some_and(|length| length != bytes_len) {
            let words = format!("the body is {bytes_len} bytes, its Content-Length says otherwise");
            return Err(Problem::bad_request("cut_short", words));
        }
        Ok(Envelope {
            admission: reading?.finish().await?,
            bytes_len,
            share,
        })
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
    let grains = bodies_bytes_max.div_ceil(GRAIN_BYTES).max(1);
    usize::try_from(grains).map_or(tokio::sync::Semaphore::MAX_PERMITS, |it| {
        it.min(tokio::sync::Semaphore::MAX_PERMITS)
    })
}
