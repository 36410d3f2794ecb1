//! Whether an input is one JSON text, or one on each line; and the lines of the latter.

use std::io::{self, BufRead, Cursor, Read};

/// How much of an input is looked at to tell.
const LOOK_BYTES_MAX: usize = 64 * 1024;

/// An input whose beginning has been looked at, put together again.
pub(super) type Looked<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// What an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One JSON text, on however many lines.
    Document,
    /// One JSON text a line.
    Lines,
}

/// Looks at the beginning of `input`. `expected` is what its name or the arguments say it is; what it turns out to be
/// has the last word where it is clear.
///
/// No more than the first line is read if that is a whole text and lines are expected: who writes it may be waiting
/// for the answer.
pub(super) fn look<R: Read>(mut input: R, expected: Form) -> io::Result<(Form, Looked<R>)> {
    let mut begin = Vec::new();
    let mut chunk = [0; 4096];
    let form = loop {
        if let Some(form) = tell(&begin, expected, false) {
            break form;
        }
        if begin.len() >= LOOK_BYTES_MAX {
            break expected;
        }
        match input.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(0) => break tell(&begin, expected, true).unwrap_or(expected),
            Ok(length) => begin.extend_from_slice(&chunk[..length]),
        }
    };
    Ok((form, Cursor::new(begin).chain(input)))
}

/// What a text that begins so is, once that is known.
fn tell(begin: &[u8], expected: Form, ended: bool) -> Option<Form> {
    let mut lines = begin.split_inclusive(|byte| *byte == b'\n');
    let mut whole = || loop {
        let line = lines.next()?;
        if !line.trim_ascii().is_empty() {
            return Some((line.trim_ascii(), line.ends_with(b"\n") || ended));
        }
    };
    let (first, first_ends) = whole()?;
    if !first_ends {
        return None;
    }
    if depth(first) <= 0 {
        let begins = |line: &[u8]| line.starts_with(b"{") || line.starts_with(b"[");
        return match (expected, whole()) {
            (Form::Lines, _) => Some(Form::Lines),
            (Form::Document, Some((second, _))) if begins(first) && begins(second) => {
                Some(Form::Lines)
            }
            (Form::Document, None) if !ended => None,
            (Form::Document, _) => Some(Form::Document),
        };
    }
    // Unfinished: a document goes on with a member or an item, a broken line is followed by another text.
    let goes_on = matches!(first.last(), Some(b'{' | b'[' | b','));
    match whole() {
        None if goes_on && !ended => None,
        Some((second, _)) if goes_on && (!second.starts_with(b"{") || first.starts_with(b"[")) => {
            Some(Form::Document)
        }
        None | Some(_) => Some(expected),
    }
}

/// How many lists and objects are open at the end of a line.
fn depth(line: &[u8]) -> i64 {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth
}

/// The bytes of one line, up to its line feed; reading ends there.
pub(super) struct Line<'r, R> {
    input: &'r mut R,
    state: State,
}

/// How far a line has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Its end has not come yet.
    Within,
    /// Its line feed has been read.
    Terminated,
    /// The input has ended.
    Exhausted,
}

impl<'r, R: BufRead> Line<'r, R> {
    /// The line that `input` stands in.
    pub(super) fn of(input: &'r mut R) -> Self {
        Self {
            input,
            state: State::Within,
        }
    }

    /// Reads up to `bytes_max` bytes of the line into `text`; says whether there was a line at all.
    pub(super) fn begin(mut self, text: &mut Vec<u8>, bytes_max: usize) -> io::Result<bool> {
        let length = self.by_ref().take(bytes_max as u64).read_to_end(text)?;
        Ok(length > 0 || self.state == State::Terminated)
    }

    /// Passes over what is left of the line; says how many bytes that was.
    pub(super) fn skip(mut self) -> io::Result<u64> {
        io::copy(&mut self, &mut io::sink())
    }
}

impl<R: BufRead> Read for Line<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.state != State::Within || buffer.is_empty() {
            return Ok(0);
        }
        let held = self.input.fill_buf()?;
        let length = held.len().min(buffer.len());
        let newline = held[..length].iter().position(|byte| *byte == b'\n');
        let taken = newline.unwrap_or(length);
        buffer[..taken].copy_from_slice(&held[..taken]);
        if newline.is_some() {
            self.state = State::Terminated;
        } else if held.is_empty() {
            self.state = State::Exhausted;
        }
        self.input.consume(taken + usize::from(newline.is_some()));
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str, expected: Form) -> Form {
        let (form, mut whole) = look(text.as_bytes(), expected).unwrap();
        let mut again = String::new();
        whole.read_to_string(&mut again).unwrap();
        assert_eq!(again, text, "nothing is lost");
        form
    }

    #[test]
    fn a_document_is_told_from_lines() {
        for (text, as_lines, as_document) in [
            // One text on one line is what it was expected to be.
            ("{\"a\":1}", Form::Lines, Form::Document),
            ("{\"a\":1}\n", Form::Lines, Form::Document),
            ("", Form::Lines, Form::Document),
            // Two of them are lines.
            ("{\"a\":1}\n{\"a\":2}", Form::Lines, Form::Lines),
            ("\n {}\n\n{}", Form::Lines, Form::Lines),
            // As printers write them.
            ("{\n  \"a\": 1\n}\n", Form::Document, Form::Document),
            ("[\n  {\n", Form::Document, Form::Document),
            ("[\n{}\n,\n{}]", Form::Document, Form::Document),
            ("{\"a\": 1,\n \"b\": 2}", Form::Document, Form::Document),
            // Broken lines.
            ("{\"a\":\n{}\n", Form::Lines, Form::Document),
            ("{\"a\":1,\n{\"b\":1}\n", Form::Lines, Form::Document),
            ("{\"a\": \"{\n{}", Form::Lines, Form::Document),
            ("nothing of the kind\n{}", Form::Lines, Form::Document),
            ("{}\nnothing of the kind", Form::Lines, Form::Document),
        ] {
            assert_eq!(form(text, Form::Lines), as_lines, "{text:?} of lines");
            assert_eq!(form(text, Form::Document), as_document, "{text:?}");
        }
    }

    #[test]
    fn who_writes_line_by_line_is_not_kept_waiting() {
        /// Gives one line, and then would wait for ever.
        struct Waiting(bool);
        impl Read for Waiting {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                assert!(!self.0, "read on after a whole line");
                self.0 = true;
                buffer[..3].copy_from_slice(b"{}\n");
                Ok(3)
            }
        }
        let (form, _) = look(Waiting(false), Form::Lines).unwrap();
        assert_eq!(form, Form::Lines);
    }

    #[test]
    fn a_line_ends_at_its_line_feed() {
        let mut input = io::BufReader::with_capacity(2, &b"one\ntwo"[..]);
        let mut text = String::new();
        Line::of(&mut input).read_to_string(&mut text).unwrap();
        assert_eq!(text, "one");
        assert_eq!(Line::of(&mut input).skip().unwrap(), 3);
    }
}
