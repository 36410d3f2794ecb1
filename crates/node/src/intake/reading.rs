//! A body while it comes in: split into its objects, which are read on other threads as soon as there are enough of
//! them. What was sent is never held as a whole, only what may be passed of it.
//!
//! A STIX bundle, a TAXII envelope (TAXII 2.1 §3.7), a JSON list, or one object. The whole of it is read before its
//! first object is stored, so that a body that was cut short or is no JSON leaves nothing behind (TAXII 2.1 §5.5).

use std::{collections::VecDeque, num::NonZero, thread};

use bytes::Bytes;
use stix::{
    BundleLimits,
    bundle::{Container, Splitter},
    tree::Arena,
};
use tokio::task::{JoinHandle, spawn_blocking};

use super::{
    Admission, BodyError, REQUEST_BYTES_MAX, REQUEST_OBJECTS_MAX, Rules,
    admit::{Part, part},
    body::is_an_object,
};

/// Bytes of objects that one thread reads at a time: less is read sooner than a thread begins.
const PART_BYTES: usize = 256 << 10;
/// How much of a body that is there already is split before what was split is read.
const STEP_BYTES: usize = 64 << 10;

/// A body of which a part was read.
pub(crate) struct Reading {
    rules: Rules,
    utf8: Utf8,
    splitter: Splitter,
    /// Objects that no thread reads yet.
    waiting: Vec<Vec<u8>>,
    waiting_bytes: usize,
    /// How many objects threads read already.
    begun: usize,
    /// In the order of the body, no more than there are cores.
    running: VecDeque<JoinHandle<Result<Part, BodyError>>>,
    admission: Admission,
}

impl Reading {
    /// Begins.
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            utf8: Utf8::default(),
            splitter: Splitter::new(BundleLimits {
                // A single object that is too long is refused alone, later.
                object_bytes_max: REQUEST_BYTES_MAX,
                objects_max: REQUEST_OBJECTS_MAX,
                total_bytes_max: REQUEST_BYTES_MAX as u64,
                depth_max: json::DEPTH_MAX,
            }),
            waiting: Vec::new(),
            waiting_bytes: 0,
            begun: 0,
            running: VecDeque::new(),
            admission: Admission::new(rules.ceiling),
            rules,
        }
    }

    /// Takes the next bytes. Waits while every core has objects of this body to read.
    ///
    /// # Errors
    /// [`BodyError`]; the reading is of no further use then.
    pub(crate) async fn push(&mut self, bytes: &[u8]) -> Result<(), BodyError> {
        self.utf8.push(bytes)?;
        let (waiting, waiting_bytes) = (&mut self.waiting, &mut self.waiting_bytes);
        self.splitter.push(bytes, |piece| {
            *waiting_bytes += piece.bytes.len();
            waiting.push(piece.bytes);
        })?;
        if self.waiting_bytes >= PART_BYTES {
            self.begin().await?;
        }
        Ok(())
    }

    /// Ends the body: every object of it was read, in order.
    ///
    /// # Errors
    /// [`BodyError`]; nothing of the body may be taken then.
    pub(crate) async fn finish(mut self) -> Result<Admission, BodyError> {
        let mut arena = Arena::default();
        let (bare, container) = self.splitter.finish(&mut arena)?;
        self.admission.is_list = container == Container::List;
        if let (Some(piece), Container::Bare) = (bare, container)
            && is_an_object(&mut arena, &piece.bytes)?
        {
            self.waiting.push(piece.bytes);
        }
        if !self.waiting.is_empty() {
            self.begin().await?;
        }
        while !self.running.is_empty() {
            self.join().await?;
        }
        Ok(self.admission)
    }

    /// Has a thread read what waits.
    async fn begin(&mut self) -> Result<(), BodyError> {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        while self.running.len() >= cores {
            self.join().await?;
        }
        let objects = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let (first, rules) = (self.begun, self.rules.clone());
        self.begun += objects.len();
        self.running
            .push_back(spawn_blocking(move || part(first, objects, &rules)));
        Ok(())
    }

    /// Waits for the earliest that a thread reads.
    async fn join(&mut self) -> Result<(), BodyError> {
        let Some(earliest) = self.running.pop_front() else {
            return Ok(());
        };
        let part = earliest.await.map_err(BodyError::Stopped)??;
        self.admission.extend(part);
        Ok(())
    }
}

/// Whether bytes that come in pieces are UTF-8.
#[derive(Default)]
struct Utf8 {
    /// Bytes of whole characters.
    len: usize,
    /// The beginning of a character of which the rest is still to come.
    cut: Vec<u8>,
}

impl Utf8 {
    /// # Errors
    /// [`BodyError::NotUtf8`].
    fn push(&mut self, mut bytes: &[u8]) -> Result<(), BodyError> {
        while let (false, [next, rest @ ..]) = (self.cut.is_empty(), bytes) {
            self.cut.push(*next);
            bytes = rest;
            let character = std::mem::take(&mut self.cut);
            self.whole(&character)?;
        }
        self.whole(bytes)
    }

    /// Takes bytes that begin with a character.
    fn whole(&mut self, bytes: &[u8]) -> Result<(), BodyError> {
        let valid = match std::str::from_utf8(bytes) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => {
                let offset = self.len + error.valid_up_to();
                return Err(BodyError::NotUtf8 { offset });
            }
        };
        self.len += valid;
        self.cut.extend_from_slice(&bytes[valid..]);
        Ok(())
    }
}

/// Reads a body that is there already.
///
/// # Errors
/// [`BodyError`]; nothing of it may be taken then.
pub(crate) async fn admit(body: Bytes, rules: Rules) -> Result<Admission, BodyError> {
    let mut reading = Reading::new(rules);
    for bytes in body.chunks(STEP_BYTES) {
        reading.push(bytes).await?;
    }
    // What is left is what was split off.
    drop(body);
    reading.finish().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_may_be_cut_anywhere() {
        let text = "aé€😀z".as_bytes();
        for step in 1..=text.len() {
            let mut utf8 = Utf8::default();
            for bytes in text.chunks(step) {
                utf8.push(bytes).expect("the text is UTF-8");
            }
            assert_eq!((utf8.len, utf8.cut.len()), (text.len(), 0));
        }
    }

    #[test]
    fn the_first_byte_of_what_is_no_character_is_told() {
        let text = b"a\xc3\xa9\xe2\x82(";
        for step in 1..=text.len() {
            let mut utf8 = Utf8::default();
            let told = text.chunks(step).try_for_each(|bytes| utf8.push(bytes));
            assert!(
                matches!(told, Err(BodyError::NotUtf8 { offset: 3 })),
                "{told:?}"
            );
        }
    }
}
