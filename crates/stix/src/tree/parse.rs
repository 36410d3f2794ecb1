//! Text to nodes: RFC 8259, held to the rules of admission.

use super::fault::{DEPTH_MAX, NODES_MAX, SyntaxError, SyntaxFault, TEXT_BYTES_MAX};
use super::{Arena, Kind, Node, Tree, number};

pub(super) fn parse<'t>(arena: &'t mut Arena, text: &'t [u8]) -> Result<Tree<'t>, SyntaxError> {
    arena.nodes.clear();
    arena.decoded.clear();
    if text.len() > TEXT_BYTES_MAX {
        return Err(SyntaxError {
            offset: 0,
            fault: SyntaxFault::TooLong(text.len()),
        });
    }
    if text.starts_with(b"\xEF\xBB\xBF") {
        return Err(SyntaxError {
            offset: 0,
            fault: SyntaxFault::ByteOrderMark,
        });
    }
    let text = std::str::from_utf8(text).map_err(|err| SyntaxError {
        offset: err.valid_up_to(),
        fault: SyntaxFault::Utf8,
    })?;
    let mut parser = Parser {
        bytes: text.as_bytes(),
        text,
        at: 0,
        arena,
        depth: 0,
    };
    let done = parser.whole();
    let offset = parser.at;
    done.map_err(|fault| SyntaxError { offset, fault })?;
    Ok(Tree {
        text,
        nodes: &arena.nodes,
        decoded: &arena.decoded,
    })
}

struct Parser<'p> {
    bytes: &'p [u8],
    text: &'p str,
    at: usize,
    arena: &'p mut Arena,
    depth: usize,
}

type Step = Result<(), SyntaxFault>;

impl Parser<'_> {
    fn whole(&mut self) -> Step {
        self.space();
        self.value()?;
        self.space();
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(SyntaxFault::Trailing)
        }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, SyntaxFault> {
        self.bytes
            .get(self.at)
            .copied()
            .ok_or(SyntaxFault::Truncated)
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) -> Result<usize, SyntaxFault> {
        let index = self.arena.nodes.len();
        if index >= NODES_MAX {
            return Err(SyntaxFault::TooManyValues);
        }
        self.arena.nodes.push(Node {
            kind,
            escaped: false,
            start: narrow(start),
            end: narrow(end),
            a: 0,
            b: 0,
        });
        Ok(index)
    }

    fn value(&mut self) -> Step {
        match self.peek()? {
            b'"' => self.string(),
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b't' => self.word("true", Kind::True),
            b'f' => self.word("false", Kind::False),
            b'n' => self.word("null", Kind::Null),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(SyntaxFault::Expected("a value")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Step) -> Step {
        if self.depth == DEPTH_MAX {
            return Err(SyntaxFault::TooDeep);
        }
        self.depth += 1;
        read(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn word(&mut self, word: &'static str, kind: Kind) -> Step {
        let end = self.at + word.len();
        if self.bytes.get(self.at..end) != Some(word.as_bytes()) {
            return Err(SyntaxFault::Expected(word));
        }
        self.push(kind, self.at, end)?;
        self.at = end;
        Ok(())
    }

    fn array(&mut self) -> Step {
        let index = self.push(Kind::Array, self.at, 0)?;
        self.at += 1;
        self.space();
        let mut count = 0;
        if self.peek()? == b']' {
            return self.close(index, count);
        }
        loop {
            self.value()?;
            count += 1;
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b']' => return self.close(index, count),
                _ => return Err(SyntaxFault::Expected("a comma or the end of the list")),
            }
            self.space();
        }
    }

    fn object(&mut self) -> Step {
        let index = self.push(Kind::Object, self.at, 0)?;
        self.at += 1;
        self.space();
        let mut count = 0;
        if self.peek()? == b'}' {
            return self.close(index, count);
        }
        // Names in strictly ascending order, as in canonical text, cannot repeat; only other
        // orders need a search.
        let mut ascending = true;
        let mut previous = None;
        loop {
            if self.peek()? != b'"' {
                return Err(SyntaxFault::Expected("a member name"));
            }
            let key = self.arena.nodes.len();
            self.string()?;
            if let Some(previous) = previous {
                ascending = ascending && self.key(previous) < self.key(key);
            }
            previous = Some(key);
            self.space();
            if self.peek()? != b':' {
                return Err(SyntaxFault::Expected("a colon"));
            }
            self.at += 1;
            self.space();
            self.value()?;
            count += 1;
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err(SyntaxFault::Expected("a comma or the end of the object")),
            }
            self.space();
        }
        self.close(index, count)?;
        if ascending {
            Ok(())
        } else {
            self.unique_names(index)
        }
    }

    fn close(&mut self, index: usize, count: u32) -> Step {
        self.at += 1;
        let next = narrow(self.arena.nodes.len());
        let node = &mut self.arena.nodes[index];
        node.end = narrow(self.at);
        node.a = next;
        node.b = count;
        Ok(())
    }

    fn key(&self, index: usize) -> &str {
        content(self.text, &self.arena.decoded, &self.arena.nodes[index])
    }

    fn unique_names(&mut self, index: usize) -> Step {
        let (nodes, decoded) = (&self.arena.nodes, &self.arena.decoded);
        let keys = &mut self.arena.keys;
        keys.clear();
        let end = nodes[index].a;
        let mut at = narrow(index) + 1;
        while at < end {
            keys.push(at);
            at = super::after(nodes, at + 1);
        }
        let key = |at: &u32| content(self.text, decoded, &nodes[*at as usize]);
        keys.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let twice = keys.windows(2).find(|pair| key(&pair[0]) == key(&pair[1]));
        if let Some(pair) = twice {
            let (name, second) = (key(&pair[0]).to_owned(), pair[0].max(pair[1]));
            self.at = nodes[second as usize].start as usize - 1;
            return Err(SyntaxFault::DuplicateName(name));
        }
        Ok(())
    }

    fn string(&mut self) -> Step {
        let start = self.at + 1;
        let length = plain_len(&self.bytes[start..]);
        let end = start + length;
        self.at = end;
        match self.peek()? {
            b'"' => {
                self.push(Kind::String, start, end)?;
                self.at += 1;
                Ok(())
            }
            b'\\' => self.escaped_string(start),
            _ => Err(SyntaxFault::ControlCharacter),
        }
    }

    /// Continues a string at its first escape.
    fn escaped_string(&mut self, start: usize) -> Step {
        let from = self.arena.decoded.len();
        self.arena.decoded.push_str(&self.text[start..self.at]);
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    let character = self.escape()?;
                    self.arena.decoded.push(character);
                }
                _ => return Err(SyntaxFault::ControlCharacter),
            }
            let length = plain_len(&self.bytes[self.at..]);
            self.arena
                .decoded
                .push_str(&self.text[self.at..self.at + length]);
            self.at += length;
        }
        let index = self.push(Kind::String, start, self.at)?;
        self.at += 1;
        let to = self.arena.decoded.len();
        let node = &mut self.arena.nodes[index];
        node.escaped = true;
        node.a = narrow(from);
        node.b = narrow(to);
        Ok(())
    }

    fn escape(&mut self) -> Result<char, SyntaxFault> {
        self.at += 1;
        let letter = self.peek()?;
        let character = match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(SyntaxFault::Escape),
        };
        self.at += 1;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, SyntaxFault> {
        let begin = self.at - 1;
        let first = self.four_hex()?;
        let scalar = match first {
            0xD800..=0xDBFF => {
                let paired = self.bytes.get(self.at..self.at + 2) == Some(br"\u");
                if paired {
                    self.at += 1;
                }
                match if paired { self.four_hex()? } else { 0 } {
                    second @ 0xDC00..=0xDFFF => {
                        0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                    }
                    _ => first,
                }
            }
            _ => first,
        };
        char::from_u32(scalar).ok_or_else(|| {
            self.at = begin;
            SyntaxFault::LoneSurrogate
        })
    }

    /// Reads the four digits after the `u` at the current place.
    fn four_hex(&mut self) -> Result<u32, SyntaxFault> {
        let digits = self
            .bytes
            .get(self.at + 1..self.at + 5)
            .ok_or(SyntaxFault::Truncated)?;
        let mut number = 0;
        for digit in digits {
            let digit = char::from(*digit).to_digit(16).ok_or(SyntaxFault::Escape)?;
            number = number * 16 + digit;
        }
        self.at += 5;
        Ok(number)
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Step {
        let start = self.at;
        if self.bytes[start] == b'-' {
            self.at += 1;
        }
        let leading_zero = self.bytes.get(self.at) == Some(&b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return Err(SyntaxFault::Expected("a number without leading zeros"));
        }
        let mut integer = true;
        if self.bytes.get(self.at) == Some(&b'.') {
            integer = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(SyntaxFault::Expected("a digit after the decimal point"));
            }
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            integer = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(SyntaxFault::Expected("a digit in the exponent"));
            }
        }
        // Fifteen digits are always below 2^53; most numbers end here.
        if !(integer && whole <= 15) {
            let text = &self.text[start..self.at];
            if let Some(fault) = number::fault(text, integer) {
                self.at = start;
                return Err(fault);
            }
        }
        self.push(Kind::Number, start, self.at)?;
        Ok(())
    }
}

/// How many bytes from the beginning need no look: neither quote, backslash nor control.
fn plain_len(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| !PLAIN[*byte as usize])
        .unwrap_or(bytes.len())
}

/// Bytes that stand for themselves inside a string.
static PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut at = 0;
    while at < 0x20 {
        plain[at] = false;
        at += 1;
    }
    plain[b'"' as usize] = false;
    plain[b'\\' as usize] = false;
    plain
};

fn content<'t>(text: &'t str, decoded: &'t str, node: &Node) -> &'t str {
    if node.escaped {
        &decoded[node.a as usize..node.b as usize]
    } else {
        &text[node.start as usize..node.end as usize]
    }
}

/// Offsets and indexes fit 32 bits because of [`TEXT_BYTES_MAX`] and [`NODES_MAX`].
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
