use std::sync::atomic::{AtomicUsize, Ordering};

/// How TAXII 2.1's media type is written, the standard's own way first (TAXII 2.1 §1.6.8.2). Servers that compare it
/// as text want exactly one of these; the next is tried when one is answered with 406 or 415.
const MEDIA: [&str; 3] = [
    "application/taxii+json;version=2.1",
    "application/taxii+json; version=2.1",
    "application/taxii+json",
];

/// Which spelling the server takes, for `Accept` and for `Content-Type`. Learned once, kept for later requests.
#[derive(Debug, Default)]
pub(super) struct Spellings {
    accept: AtomicUsize,
    content_type: AtomicUsize,
}

/// Which of the two headers a server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// 406.
    Accept,
    /// 415.
    ContentType,
}

impl Spellings {
    pub(super) fn now(&self) -> Tried {
        Tried {
            accept: self.accept.load(Ordering::Relaxed),
            content_type: self.content_type.load(Ordering::Relaxed),
            left: [MEDIA.len() - 1; 2],
        }
    }

    /// Keeps what a server took.
    pub(super) fn keep(&self, tried: &Tried) {
        self.accept.store(tried.accept, Ordering::Relaxed);
        self.content_type
            .store(tried.content_type, Ordering::Relaxed);
    }
}

/// The spellings of one request.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    accept: usize,
    content_type: usize,
    left: [usize; 2],
}

impl Tried {
    pub(super) fn accept(&self) -> &'static str {
        MEDIA[self.accept % MEDIA.len()]
    }

    pub(super) fn content_type(&self) -> &'static str {
        MEDIA[self.content_type % MEDIA.len()]
    }

    /// Goes to the next spelling; `false` when all were tried.
    pub(super) fn next(&mut self, which: Which) -> bool {
        let (at, left) = match which {
            Which::Accept => (&mut self.accept, &mut self.left[0]),
            Which::ContentType => (&mut self.content_type, &mut self.left[1]),
        };
        if *left == 0 {
            return false;
        }
        *left -= 1;
        *at = (*at + 1) % MEDIA.len();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_tried_once_and_the_one_that_works_is_kept() {
        let spellings = Spellings::default();
        let mut tried = spellings.now();
        assert!(tried.next(Which::Accept));
        spellings.keep(&tried);

        let mut tried = spellings.now();
        let mut seen = vec![tried.accept()];
        while tried.next(Which::Accept) {
            seen.push(tried.accept());
        }
        assert_eq!(seen, [MEDIA[1], MEDIA[2], MEDIA[0]]);
        assert_eq!(tried.content_type(), MEDIA[0]);
    }
}
