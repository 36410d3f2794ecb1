//! The body of a request: it must keep the pace, may be compressed, and stays under the limit either way. Whatever goes
//! wrong with it while a handler reads it is told here, in the same words for every handler.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use async_compression::{
    tokio::bufread::{GzipDecoder, ZstdDecoder},
    zstd::DParameter,
};
use axum::{body::Body, extract::Request, response::Response};
use bytes::Bytes;
use futures::TryStreamExt as _;
use http::{HeaderValue, StatusCode, header};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::AsyncRead;
use tokio_util::io::{ReaderStream, StreamReader};

use crate::{
    api::body::BULK_BYTES_MAX, listen::pace::Pace, settings::WebLimits, web::refusal::refuse,
};

/// Most bytes of a body, as it is sent and as it is once decoded. What a handler takes may be less.
pub const BODY_BYTES_MAX: u64 = BULK_BYTES_MAX as u64;
/// Largest window of zstd, as a power of two: 8 MiB, which RFC 9659 asks every decoder of HTTP to stop at.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;
/// How much is decoded at a time, bytes.
const DECODED_PIECE_BYTES: usize = 64 << 10;
/// What may be sent compressed.
const ENCODINGS: &str = "gzip, zstd";

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFault {
    #[error(
        "the request's body came too slowly: at least {bytes_per_sec_min} bytes a second are expected, and {lag_secs} s of patience are used up"
    )]
    TooSlow {
        bytes_per_sec_min: u32,
        lag_secs: u64,
    },
    #[error(
        "the request's body is longer than {BODY_BYTES_MAX} bytes, the limit; send it in parts"
    )]
    TooLarge,
    #[error("the request's body was cut short: {0}")]
    CutShort(String),
    #[error("the request's body cannot be decoded from {encoding}: {why}")]
    Undecodable { encoding: &'static str, why: String },
    #[error("the content encoding `{0}` is not known here; send {ENCODINGS}, or neither")]
    Encoding(String),
}

impl BodyFault {
    fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::TooSlow { .. } => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::CutShort(_) => (StatusCode::BAD_REQUEST, "cut_short"),
            Self::Undecodable { .. } => (StatusCode::BAD_REQUEST, "undecodable"),
            Self::Encoding(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "encoding"),
        }
    }

    /// The answer to a request with such a body.
    pub(crate) fn refuse(&self, path: &str) -> Response {
        let (status, code) = self.status();
        let mut answer = refuse(path, status, code, &self.to_string());
        let headers = answer.headers_mut();
        match self {
            // Nobody can tell any more where the next request would begin.
            Self::TooSlow { .. } | Self::CutShort(_) | Self::TooLarge => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            // RFC 9110 §15.5.16: what would have been taken.
            Self::Encoding(_) => {
                headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(ENCODINGS));
            }
            Self::Undecodable { .. } => {}
        }
        answer
    }
}

/// What became of a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// What went wrong with it, if anything did.
    fault: Arc<OnceLock<BodyFault>>,
    /// Whether it was dropped before its end.
    unread: Arc<AtomicBool>,
}

impl Fate {
    fn seal(&self, fault: BodyFault) -> io::Error {
        let _ = self.fault.set(fault.clone());
        io::Error::other(fault)
    }

    /// A refusal of a handler that read a faulty body says only that; here is the reason. A handler that succeeded did
    /// not need the body.
    ///
    /// hyper closes a connection whose request was not read to its end. The answer says so, or else a client would send
    /// its next request into the closing connection and get nothing back.
    pub(crate) fn overrules(&self, answer: Response, path: &str) -> Response {
        let mut answer = match self.fault.get() {
            Some(fault) if !answer.status().is_success() => fault.refuse(path),
            _ => answer,
        };
        if self.unread.load(Ordering::Relaxed) {
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(header::CONNECTION, close);
        }
        answer
    }
}

/// Puts the body of a request under watch, and decodes it if it is compressed.
pub(crate) fn watched(
    mut request: Request,
    limits: &WebLimits,
    fate: &Fate,
) -> Result<Request, BodyFault> {
    let hint = request.body().size_hint();
    if hint.exact() == Some(0) {
        // Nothing is nothing in every encoding.
        request.headers_mut().remove(header::CONTENT_ENCODING);
        return Ok(request);
    }
    if hint.lower() > BODY_BYTES_MAX {
        return Err(BodyFault::TooLarge);
    }
    let (mut parts, body) = request.into_parts();
    let watched = Watched {
        body,
        bytes_left: BODY_BYTES_MAX,
        pace: Pace::new(limits.bytes_per_sec_min, limits.lag_time_max()),
        limits: (limits.bytes_per_sec_min, limits.lag_secs),
        fate: fate.clone(),
    };
    let encoding = parts.headers.get(header::CONTENT_ENCODING);
    let encoding = encoding.map(|value| value.to_str().map(str::trim).unwrap_or("?").to_owned());
    let body = match encoding.as_deref() {
        None => Body::new(watched),
        Some(name) if name.is_empty() || name.eq_ignore_ascii_case("identity") => {
            Body::new(watched)
        }
        Some(name) if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => {
            let mut decoder = GzipDecoder::new(pieces(watched));
            decoder.multiple_members(true);
            decoded(decoder, "gzip", fate)
        }
        Some(name) if name.eq_ignore_ascii_case("zstd") => {
            let window = [DParameter::window_log_max(ZSTD_WINDOW_LOG_MAX)];
            let mut decoder = ZstdDecoder::with_params(pieces(watched), &window);
            decoder.multiple_members(true);
            decoded(decoder, "zstd", fate)
        }
        Some(name) => return Err(BodyFault::Encoding(name.to_owned())),
    };
    if parts.headers.remove(header::CONTENT_ENCODING).is_some() {
        // It was the length of something else.
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    Ok(Request::from_parts(parts, body))
}

fn pieces(watched: Watched) -> impl tokio::io::AsyncBufRead + Send + Unpin {
    let stream = Body::new(watched).into_data_stream();
    StreamReader::new(stream.map_err(io::Error::other))
}

fn decoded(
    decoder: impl AsyncRead + Send + Unpin + 'static,
    encoding: &'static str,
    fate: &Fate,
) -> Body {
    let stream = ReaderStream::with_capacity(decoder, DECODED_PIECE_BYTES);
    let (fate, mut bytes_left) = (fate.clone(), BODY_BYTES_MAX);
    let stream = stream
        .map_err({
            let fate = fate.clone();
            // If the body itself failed, that is sealed already, and the first reason stays.
            move |error| {
                let why = error.to_string();
                fate.seal(BodyFault::Undecodable { encoding, why })
            }
        })
        .and_then(move |piece| {
            let left = bytes_left.checked_sub(piece.len() as u64);
            bytes_left = left.unwrap_or(0);
            let taken = match left {
                Some(_) => Ok(piece),
                None => Err(fate.seal(BodyFault::TooLarge)),
            };
            std::future::ready(taken)
        });
    Body::from_stream(stream)
}

/// A body under watch.
#[derive(Debug)]
struct Watched {
    body: Body,
    bytes_left: u64,
    pace: Pace,
    limits: (u32, u64),
    fate: Fate,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            self.fate.unread.store(true, Ordering::Relaxed);
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) else {
            ready!(this.pace.poll_behind(cx));
            let (bytes_per_sec_min, lag_secs) = this.limits;
            return Poll::Ready(Some(Err(this.fate.seal(BodyFault::TooSlow {
                bytes_per_sec_min,
                lag_secs,
            }))));
        };
        let frame = match frame {
            None => return Poll::Ready(None),
            Some(Err(error)) => {
                let fault = BodyFault::CutShort(error.to_string());
                return Poll::Ready(Some(Err(this.fate.seal(fault))));
            }
            Some(Ok(frame)) => frame,
        };
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        this.pace.moved(bytes);
        match this.bytes_left.checked_sub(bytes as u64) {
            Some(left) => this.bytes_left = left,
            None => return Poll::Ready(Some(Err(this.fate.seal(BodyFault::TooLarge)))),
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
