//! The envelope (§3.7) as it is sent: contents as they lie in the store, joined by commas there, and copied no more.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// Bytes that are handed on at once, so that nobody compresses a whole page while other requests wait.
const PIECE_BYTES: usize = 128 << 10;

/// The body of an envelope with these objects, a comma between each two; its length is known before its first byte
/// goes out.
pub(super) fn envelope(next: Option<&str>, objects: Bytes) -> Body {
    if objects.is_empty() {
        // §3.7, §5.4: an empty envelope has no `objects`.
        return Body::from("{}");
    }
    let head = match next {
        // A cursor is letters, digits, `-` and `_`: nothing in it needs an escape.
        Some(next) => format!(r#"{{"more":true,"next":"{next}","objects":["#),
        None => r#"{"objects":["#.to_owned(),
    };
    Body::new(Pieces(VecDeque::from([
        head.into(),
        objects,
        Bytes::from_static(b"]}"),
    ])))
}

/// What has not gone out yet; nothing in it is empty.
struct Pieces(VecDeque<Bytes>);

impl Pieces {
    fn next_piece(&mut self) -> Option<Bytes> {
        let first = self.0.front_mut()?;
        if first.len() > PIECE_BYTES {
            return Some(first.split_to(PIECE_BYTES));
        }
        self.0.pop_front()
    }
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.get_mut().next_piece();
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|piece| piece.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use hyper::body::Body as _;

    use super::*;

    fn whole(next: Option<&str>, objects: &str) -> Vec<u8> {
        let mut body = envelope(next, Bytes::copy_from_slice(objects.as_bytes()));
        let said = body.size_hint().exact().unwrap();
        let mut bytes = Vec::new();
        let mut pieces = 0;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            while let Some(frame) = body.frame().await {
                let data = frame.unwrap().into_data().unwrap();
                assert!(!data.is_empty());
                pieces += 1;
                bytes.extend_from_slice(&data);
            }
        });
        assert!(body.is_end_stream());
        assert_eq!(bytes.len() as u64, said);
        assert!(pieces <= 3 + bytes.len() / PIECE_BYTES);
        bytes
    }

    #[test]
    fn nothing_is_an_empty_envelope() {
        assert_eq!(whole(None, ""), b"{}");
        // What is left of a page after everything behind it was deleted.
        assert_eq!(whole(Some("x"), ""), b"{}");
    }

    #[test]
    fn objects_stay_as_they_are() {
        let objects = r#"{"a":1.50},{}"#;
        assert_eq!(whole(None, objects), br#"{"objects":[{"a":1.50},{}]}"#);
        assert_eq!(
            whole(Some("n-_9"), objects),
            br#"{"more":true,"next":"n-_9","objects":[{"a":1.50},{}]}"#
        );
    }

    #[test]
    fn whatever_their_size_nothing_is_lost() {
        for size in [
            1,
            PIECE_BYTES - 1,
            PIECE_BYTES,
            PIECE_BYTES + 1,
            3 * PIECE_BYTES,
        ] {
            let objects = "7".repeat(size);
            let expected = format!(r#"{{"objects":[{objects}]}}"#);
            assert!(whole(None, &objects) == expected.as_bytes(), "{size}");
        }
    }
}
