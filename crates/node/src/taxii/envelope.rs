//! The envelope (§3.7) as it is sent: contents as they lie in the store, joined by commas.

use std::{
    borrow::Cow,
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

/// Bytes that go out at once. Small contents are gathered to it: a system call for each would cost more than copying
/// them; a larger one goes out as it is.
const PIECE_BYTES: usize = 128 << 10;

/// The body of an envelope with these objects; its length is known before its first byte goes out.
pub(super) fn envelope(next: Option<&str>, objects: Vec<Bytes>) -> Body {
    if objects.is_empty() {
        // §3.7, §5.4: an empty envelope has no `objects`.
        return Body::from("{}");
    }
    let head = match next {
        // A cursor is letters, digits, `-` and `_`: nothing in it needs an escape.
        Some(next) => format!(r#"{{"more":true,"next":"{next}","objects":["#),
        None => r#"{"objects":["#.to_owned(),
    };
    let commas = objects.len() as u64 - 1;
    let contents: u64 = objects.iter().map(|each| each.len() as u64).sum();
    Body::new(Pieces {
        left: head.len() as u64 + contents + commas + END.len() as u64,
        lead: head.into(),
        objects: objects.into(),
    })
}

const END: &[u8] = b"]}";

struct Pieces {
    /// What stands before the next object and has not gone out yet: the head, or a comma.
    lead: Cow<'static, str>,
    objects: VecDeque<Bytes>,
    /// Bytes that have not gone out yet.
    left: u64,
}

impl Pieces {
    fn next_piece(&mut self) -> Option<Bytes> {
        if self.left == 0 {
            return None;
        }
        let capacity = usize::try_from(self.left).map_or(PIECE_BYTES, |it| it.min(PIECE_BYTES));
        let mut piece = Vec::with_capacity(capacity);
        loop {
            let Some(object) = self.objects.front() else {
                piece.extend_from_slice(END);
                break;
            };
            if object.len() > PIECE_BYTES {
                piece.extend_from_slice(self.lead.as_bytes());
                self.lead = Cow::Borrowed("");
                if !piece.is_empty() {
                    break;
                }
                let large = self.take()?;
                return Some(self.sent(large));
            }
            if piece.len() + self.lead.len() + object.len() > PIECE_BYTES && !piece.is_empty() {
                break;
            }
            piece.extend_from_slice(self.lead.as_bytes());
            piece.extend_from_slice(object);
            self.take();
        }
        Some(self.sent(piece.into()))
    }

    fn take(&mut self) -> Option<Bytes> {
        self.lead = Cow::Borrowed(",");
        self.objects.pop_front()
    }

    fn sent(&mut self, piece: Bytes) -> Bytes {
        self.left -= piece.len() as u64;
        piece
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
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use hyper::body::Body as _;
    use proptest::prelude::*;

    use super::*;

    fn whole(next: Option<&str>, objects: Vec<Bytes>) -> Vec<u8> {
        let mut body = envelope(next, objects);
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
        assert!(
            pieces <= 3 + 3 * bytes.len() / PIECE_BYTES,
            "{pieces} for {}",
            bytes.len()
        );
        bytes
    }

    #[test]
    fn nothing_is_an_empty_envelope() {
        assert_eq!(whole(None, Vec::new()), b"{}");
        // What is left of a page after everything behind it was deleted.
        assert_eq!(whole(Some("x"), Vec::new()), b"{}");
    }

    #[test]
    fn objects_are_joined_as_they_are() {
        let objects = || {
            vec![
                Bytes::from_static(b"{\"a\":1.50}"),
                Bytes::from_static(b"{}"),
            ]
        };
        assert_eq!(whole(None, objects()), br#"{"objects":[{"a":1.50},{}]}"#);
        assert_eq!(
            whole(Some("n-_9"), objects()),
            br#"{"more":true,"next":"n-_9","objects":[{"a":1.50},{}]}"#
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_their_sizes_nothing_is_lost(sizes in prop::collection::vec(
            prop_oneof![1..2_000_usize, PIECE_BYTES - 3..PIECE_BYTES + 3, Just(3 * PIECE_BYTES)], 1..40,
        )) {
            let texts: Vec<String> = sizes.iter().map(|size| "7".repeat(*size)).collect();
            let objects = texts.iter().map(|text| Bytes::from(text.clone())).collect();
            let expected = format!(r#"{{"objects":[{}]}}"#, texts.join(","));
            prop_assert!(whole(None, objects) == expected.as_bytes());
        }
    }
}
