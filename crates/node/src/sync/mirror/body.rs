//! The body of an add-entries request as it comes in: bytes off the front, unzipped where they are zipped. No more of it
//! is in memory than one package and the part of the stream that came last.

use std::io::Write as _;

use axum::body::{Body, BodyDataStream};
use bytes::{Buf as _, Bytes, BytesMut};
use flate2::write::MultiGzDecoder;
use futures::StreamExt as _;
use http::{HeaderMap, StatusCode, header};
use record::witness_wire::AddEntriesError;
use tokio_util::sync::CancellationToken;

use crate::{parties::Refusal, peer::SILENCE_TIME_MAX};

/// Zipped bytes that are unzipped in one go; they make at most about a thousand times as many.
const UNZIP_BYTES: usize = 4 << 10;

/// A request body.
pub(super) struct Incoming {
    stream: BodyDataStream,
    /// Holds what was unzipped until it is taken out.
    unzip: Option<MultiGzDecoder<Vec<u8>>>,
    /// Came, and is to be unzipped piece by piece: it may swell a thousandfold.
    zipped: Bytes,
    buffer: BytesMut,
    /// Bytes that may still come, as sent.
    left: usize,
    /// Nothing more comes: it ended, broke off, or had its limit.
    ended: bool,
    stop: CancellationToken,
}

impl Incoming {
    /// A body of which `bytes_max` bytes are read at most. Reading ends early with `stop`.
    ///
    /// # Errors
    /// `415` for a media type or a content coding that tlog-mirror does not have.
    pub(super) fn new(
        headers: &HeaderMap,
        body: Body,
        bytes_max: usize,
        stop: CancellationToken,
    ) -> Result<Self, Refusal> {
        let unsupported = |says| Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, says);
        let said = |name| headers.get(name).map(http::HeaderValue::as_bytes);
        if said(header::CONTENT_TYPE) != Some(b"application/octet-stream") {
            return Err(unsupported("entries come as application/octet-stream"));
        }
        let unzip = match said(header::CONTENT_ENCODING) {
            None | Some(b"identity") => None,
            Some(b"gzip") => Some(MultiGzDecoder::new(Vec::new())),
            Some(_) => return Err(unsupported("entries come as they are or with gzip")),
        };
        Ok(Self {
            stream: body.into_data_stream(),
            unzip,
            zipped: Bytes::new(),
            buffer: BytesMut::new(),
            left: bytes_max,
            ended: false,
            stop,
        })
    }

    /// Takes what `parse` reads off the front, waiting for more of the stream while that is cut short; `None` when the
    /// body ends before.
    ///
    /// # Errors
    /// Those of `parse`, but for [`AddEntriesError::Short`].
    pub(super) async fn take<T>(
        &mut self,
        parse: impl Fn(&mut &[u8]) -> Result<T, AddEntriesError>,
    ) -> Result<Option<T>, AddEntriesError> {
        loop {
            let mut rest: &[u8] = &self.buffer;
            match parse(&mut rest) {
                Ok(taken) => {
                    let left = rest.len();
                    self.buffer.advance(self.buffer.len() - left);
                    return Ok(Some(taken));
                }
                Err(AddEntriesError::Short) if self.ended => return Ok(None),
                Err(AddEntriesError::Short) => self.more().await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits for more. A stream that breaks off or is silent too long ends there: what came whole before counts.
    async fn more(&mut self) {
        if !self.zipped.is_empty() {
            return self.unzip();
        }
        if self.left == 0 {
            return self.end();
        }
        let next = tokio::select! {
            () = self.stop.cancelled() => None,
            next = tokio::time::timeout(SILENCE_TIME_MAX, self.stream.next()) => next.ok().flatten(),
        };
        let Some(Ok(mut part)) = next else {
            return self.end();
        };
        part.truncate(self.left);
        self.left -= part.len();
        match self.unzip {
            None => self.buffer.extend_from_slice(&part),
            Some(_) => self.zipped = part,
        }
    }

    /// Unzips one piece. What is not zipped as it says ends the body.
    fn unzip(&mut self) {
        let piece = self.zipped.split_to(UNZIP_BYTES.min(self.zipped.len()));
        let Some(unzip) = &mut self.unzip else {
            return;
        };
        let intact = unzip.write_all(&piece).and_then(|()| unzip.flush()).is_ok();
        self.buffer.extend_from_slice(unzip.get_ref());
        unzip.get_mut().clear();
        if !intact {
            self.end();
        }
    }

    fn end(&mut self) {
        self.ended = true;
        self.zipped.clear();
        if let Some(unzip) = &mut self.unzip {
            // Cut short, it still has what came before the cut.
            let _ = unzip.try_finish();
            self.buffer.extend_from_slice(unzip.get_ref());
            unzip.get_mut().clear();
        }
    }
}
