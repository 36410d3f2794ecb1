//! Adding more objects than one envelope holds.

use std::ops::Range;

use bytes::{BufMut, Bytes, BytesMut};
use futures::{Stream, stream};

use super::{collection::Collection, error::Error};
use crate::resource::Status;

const OPENING: &[u8] = br#"{"objects":["#;
const CLOSING: &[u8] = b"]}";

/// What became of some of the objects that were to be added.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Which of them.
    pub objects: Range<usize>,
    /// What became of them.
    pub what: SentWhat,
}

/// What became of objects that were to be added.
#[derive(Debug, Clone)]
pub enum SentWhat {
    /// The server took the envelope and says this of it; it may still be pending.
    Taken(Status),
    /// One object that is longer than the server takes in any envelope: it was left out.
    TooLong {
        /// The length of an envelope with this object alone.
        bytes: usize,
        /// The longest the server takes, as far as is known.
        bytes_max: usize,
    },
}

pub(super) fn send(
    collection: Collection,
    objects: Vec<Bytes>,
) -> impl Stream<Item = Result<Sent, Error>> + Send + 'static {
    let sending = Sending {
        collection,
        objects,
        from: 0,
        bytes_max: None,
        count_max: usize::MAX,
    };
    stream::try_unfold(sending, async |mut sending| {
        let sent = sending.step().await?;
        Ok(sent.map(|sent| (sent, sending)))
    })
}

struct Sending {
    collection: Collection,
    objects: Vec<Bytes>,
    from: usize,
    /// Longest body; asked of the server before the first.
    bytes_max: Option<usize>,
    /// Most objects in one, after the server said 413 to more.
    count_max: usize,
}

impl Sending {
    async fn step(&mut self) -> Result<Option<Sent>, Error> {
        if self.from == self.objects.len() {
            return Ok(None);
        }
        let bytes_max = match self.bytes_max {
            Some(bytes_max) => bytes_max,
            None => *self
                .bytes_max
                .insert(self.collection.root().body_bytes_max().await?),
        };
        loop {
            let (count, bytes) = self.fitting(bytes_max);
            if count == 0 {
                return Ok(Some(self.too_long(bytes, bytes_max)));
            }
            let body = self.envelope(count, bytes);
            match self.collection.add(body).await {
                Ok(status) => {
                    let objects = self.advance(count);
                    let what = SentWhat::Taken(status);
                    return Ok(Some(Sent { objects, what }));
                }
                // It takes less than it says.
                Err(Error::BodyTooLarge { .. }) if count > 1 => self.count_max = count / 2,
                Err(Error::BodyTooLarge { .. }) => {
                    return Ok(Some(self.too_long(bytes, bytes - 1)));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// How many of the objects that are left fit, and how long the body then is. If not even one does, how long it
    /// would be with it.
    fn fitting(&self, bytes_max: usize) -> (usize, usize) {
        let mut bytes = OPENING.len() + CLOSING.len();
        let mut count = 0;
        for object in self.objects[self.from..].iter().take(self.count_max) {
            let more = object.len() + usize::from(count > 0);
            if bytes + more > bytes_max {
                if count == 0 {
                    bytes += more;
                }
                break;
            }
            bytes += more;
            count += 1;
        }
        (count, bytes)
    }

    fn envelope(&self, count: usize, bytes: usize) -> Bytes {
        let mut body = BytesMut::with_capacity(bytes);
        body.put_slice(OPENING);
        for (index, object) in self.objects[self.from..self.from + count]
            .iter()
            .enumerate()
        {
            if index > 0 {
                body.put_u8(b',');
            }
            body.put_slice(object);
        }
        body.put_slice(CLOSING);
        body.freeze()
    }

    fn too_long(&mut self, bytes: usize, bytes_max: usize) -> Sent {
        Sent {
            objects: self.advance(1),
            what: SentWhat::TooLong { bytes, bytes_max },
        }
    }

    fn advance(&mut self, count: usize) -> Range<usize> {
        let from = self.from;
        self.from += count;
        from..self.from
    }
}
