//! The one grammar: RFC 8259, without exceptions, over text that is UTF-8 already.
//!
//! The walk is a loop with an explicit stack, so its depth is bounded by the limit and not by the
//! thread's stack, and it is generic over the sink, so the check and the rewriting are each compiled
//! to straight code.

use crate::error::{Fault, Kind};
use crate::text;

/// The text between two quotation marks, with every escape known to be well formed.
#[derive(Clone, Copy)]
pub(crate) struct Quoted<'a> {
    /// The bytes between the quotation marks, as spelled.
    pub(crate) raw: &'a str,
    /// Offset of the opening quotation mark.
    pub(crate) offset: usize,
    /// Whether there is a backslash in it.
    pub(crate) escaped: bool,
}

/// What is told about the text, in its order. Offsets are in bytes from its start.
pub(crate) trait Sink {
    /// White space was met.
    fn space(&mut self, offset: usize) -> Result<(), Fault>;
    fn open_array(&mut self);
    fn close_array(&mut self);
    fn open_object(&mut self);
    fn close_object(&mut self) -> Result<(), Fault>;
    /// A comma between elements or members.
    fn comma(&mut self);
    /// The name of a member; its value comes next.
    fn name(&mut self, name: Quoted<'_>) -> Result<(), Fault>;
    fn string(&mut self, string: Quoted<'_>) -> Result<(), Fault>;
    fn number(&mut self, spelled: &str, offset: usize) -> Result<(), Fault>;
    /// `true`, `false` or `null`.
    fn literal(&mut self, spelled: &'static str);
}

#[derive(Clone, Copy)]
enum Container {
    Array,
    Object,
}

/// Walks one JSON text from its first byte to its last.
pub(crate) fn walk<S: Sink>(text: &str, depth_max: usize, sink: &mut S) -> Result<(), Fault> {
    let mut cursor = Cursor {
        text,
        bytes: text.as_bytes(),
        at: 0,
    };
    let mut open: Vec<Container> = Vec::with_capacity(16);
    cursor.space(sink)?;
    loop {
        // A value is due here. An opened container that is not empty makes another one due.
        match cursor.peek() {
            Some(b'{') => {
                cursor.descend(&mut open, Container::Object, depth_max)?;
                sink.open_object();
                cursor.space(sink)?;
                if cursor.peek() != Some(b'}') {
                    cursor.name(sink)?;
                    continue;
                }
            }
            Some(b'[') => {
                cursor.descend(&mut open, Container::Array, depth_max)?;
                sink.open_array();
                cursor.space(sink)?;
                if cursor.peek() != Some(b']') {
                    continue;
                }
            }
            Some(b'"') => {
                let string = cursor.quoted()?;
                sink.string(string)?;
            }
            Some(b'-' | b'0'..=b'9') => {
                let offset = cursor.at;
                let spelled = cursor.number()?;
                sink.number(spelled, offset)?;
            }
            Some(b't') => cursor.literal("true", sink)?,
            Some(b'f') => cursor.literal("false", sink)?,
            Some(b'n') => cursor.literal("null", sink)?,
            _ => return Err(Kind::Syntax("a value").at(cursor.at)),
        }
        // A value, or an empty container's opening bracket, has just ended: close what closes here.
        loop {
            cursor.space(sink)?;
            let Some(&container) = open.last() else {
                return match cursor.peek() {
                    None => Ok(()),
                    Some(_) => Err(Kind::Trailing.at(cursor.at)),
                };
            };
            match (container, cursor.peek()) {
                (Container::Object, Some(b'}')) => {
                    cursor.at += 1;
                    sink.close_object()?;
                    open.pop();
                }
                (Container::Array, Some(b']')) => {
                    cursor.at += 1;
                    sink.close_array();
                    open.pop();
                }
                (Container::Object, Some(b',')) => {
                    cursor.at += 1;
                    sink.comma();
                    cursor.space(sink)?;
                    cursor.name(sink)?;
                    break;
                }
                (Container::Array, Some(b',')) => {
                    cursor.at += 1;
                    sink.comma();
                    cursor.space(sink)?;
                    break;
                }
                (Container::Object, _) => return Err(Kind::Syntax("`,` or `}`").at(cursor.at)),
                (Container::Array, _) => return Err(Kind::Syntax("`,` or `]`").at(cursor.at)),
            }
        }
    }
}

struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn space<S: Sink>(&mut self, sink: &mut S) -> Result<(), Fault> {
        if !matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            return Ok(());
        }
        sink.space(self.at)?;
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        Ok(())
    }

    fn descend(
        &mut self,
        open: &mut Vec<Container>,
        container: Container,
        depth_max: usize,
    ) -> Result<(), Fault> {
        if open.len() >= depth_max {
            return Err(Kind::TooDeep.at(self.at));
        }
        open.push(container);
        self.at += 1;
        Ok(())
    }

    fn name<S: Sink>(&mut self, sink: &mut S) -> Result<(), Fault> {
        if self.peek() != Some(b'"') {
            return Err(Kind::Syntax("a member name").at(self.at));
        }
        let name = self.quoted()?;
        sink.name(name)?;
        self.space(sink)?;
        if self.peek() != Some(b':') {
            return Err(Kind::Syntax("`:`").at(self.at));
        }
        self.at += 1;
        self.space(sink)
    }

    fn literal<S: Sink>(&mut self, spelled: &'static str, sink: &mut S) -> Result<(), Fault> {
        if !self.text[self.at..].starts_with(spelled) {
            return Err(Kind::Syntax("a value").at(self.at));
        }
        self.at += spelled.len();
        sink.literal(spelled);
        Ok(())
    }

    /// Reads a string whose opening quotation mark is next.
    fn quoted(&mut self) -> Result<Quoted<'a>, Fault> {
        let offset = self.at;
        let start = offset + 1;
        let mut escaped = false;
        self.at = start;
        loop {
            self.at += text::plain_len(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    let raw = &self.text[start..self.at];
                    self.at += 1;
                    return Ok(Quoted {
                        raw,
                        offset,
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return Err(Kind::Syntax("an escaped control character").at(self.at)),
                None => return Err(Kind::Syntax("a closing quotation mark").at(self.at)),
            }
        }
    }

    /// Steps over one escape, or over the two of a surrogate pair.
    fn escape(&mut self) -> Result<(), Fault> {
        let offset = self.at;
        match self.bytes.get(offset + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at = offset + 2;
                Ok(())
            }
            Some(b'u') => {
                let unit = self.unit(offset)?;
                self.at = offset + 6;
                match unit {
                    0xD800..=0xDBFF => {
                        let low = match self.bytes.get(self.at..self.at + 2) {
                            Some(br"\u") => self.unit(self.at)?,
                            _ => return Err(Kind::LoneSurrogate.at(offset)),
                        };
                        if !matches!(low, 0xDC00..=0xDFFF) {
                            return Err(Kind::LoneSurrogate.at(offset));
                        }
                        self.at += 6;
                        Ok(())
                    }
                    0xDC00..=0xDFFF => Err(Kind::LoneSurrogate.at(offset)),
                    _ => Ok(()),
                }
            }
            _ => Err(Kind::Syntax("an escape").at(offset)),
        }
    }

    /// The UTF-16 code unit of the `\uXXXX` that starts at `offset`.
    fn unit(&self, offset: usize) -> Result<u16, Fault> {
        self.bytes
            .get(offset + 2..offset + 6)
            .and_then(text::hex4)
            .ok_or_else(|| Kind::Syntax("four hexadecimal digits").at(offset))
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
            if matches!(self.peek(), Some(b'0'..=b'9')) {
                return Err(Kind::Syntax("no digit after a leading zero").at(self.at));
            }
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            return Err(Kind::Syntax("a digit").at(self.at));
        }
        Ok(())
    }
}
