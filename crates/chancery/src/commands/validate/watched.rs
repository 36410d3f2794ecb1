//! Inputs that are watched as they are read: how far, and what was read last.

use std::io::{self, Read};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use stix::{Place, bundle::Splitter};

/// An input that moves a progress bar.
pub(super) struct Counted<R> {
    input: R,
    bar: Option<ProgressBar>,
}

impl<R> Counted<R> {
    /// Moves `bar`, if there is one.
    pub(super) fn new(input: R, bar: Option<ProgressBar>) -> Self {
        Self { input, bar }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        if let Some(bar) = &self.bar {
            bar.inc(length as u64);
        }
        Ok(length)
    }
}

/// A bar of bytes on standard error, if that is a terminal.
pub(super) fn progress_bar(size: u64) -> Option<ProgressBar> {
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
    let style = "{bar:40} {bytes}/{total_bytes} {binary_bytes_per_sec}, {eta} to go";
    let style = ProgressStyle::with_template(style).ok()?;
    (!bar.is_hidden()).then(|| bar.with_style(style))
}

/// An input that remembers what was read last, to show what stands around a place in it.
pub(super) struct Remembered<R> {
    input: R,
    /// Where what is remembered begins.
    offset: u64,
    last: Vec<u8>,
}

impl<R: Read> Remembered<R> {
    /// Remembers nothing yet.
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            offset: 0,
            last: Vec::new(),
        }
    }

    /// The line where reading stopped, as far as it is remembered, or the whole of what stands alone; and where that
    /// begins.
    pub(super) fn around(&self, splitter: &Splitter) -> (&[u8], Place) {
        // Of an object that stands alone all is at hand; the place is somewhere in it.
        let place = splitter.place();
        let stopped = place.offset.checked_sub(self.offset);
        let stopped = stopped.and_then(|at| usize::try_from(at).ok());
        let Some((before, after)) = stopped.and_then(|at| self.last.split_at_checked(at)) else {
            return (b"", place);
        };
        let newline = |byte: &u8| *byte == b'\n';
        let begin = before.iter().rposition(newline).map_or(0, |at| at + 1);
        let end = after.iter().position(newline).unwrap_or(after.len());
        let mut passed = Place::START;
        passed.advance(&before[begin..]);
        let at = Place {
            column: (place.column + 1).saturating_sub(passed.column).max(1),
            ..place
        };
        (&self.last[begin..before.len() + end], at)
    }
}

impl<R: Read> Read for Remembered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        if length > 0 {
            self.offset += self.last.len() as u64;
            self.last.clear();
            self.last.extend_from_slice(&buffer[..length]);
        }
        Ok(length)
    }
}
