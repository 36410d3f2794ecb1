//! Where in an input something stands.

/// A place in an input: in bytes, and as people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub offset: u64,
    /// The line, from 1; lines end with a line feed.
    pub line: u64,
    /// The column, in characters, from 1.
    pub column: u64,
}

impl Place {
    /// Where every input begins.
    pub const START: Self = Self {
        offset: 0,
        line: 1,
        column: 1,
    };

    /// Moves on over `bytes`.
    pub fn advance(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        let mut rest = bytes;
        let lines = count(bytes, |byte| byte == b'\n');
        if lines > 0 {
            self.line += lines;
            self.column = 1;
            let last = bytes.iter().rposition(|byte| *byte == b'\n');
            rest = &bytes[last.map_or(0, |at| at + 1)..];
        }
        // The bytes of a character after its first are 10xxxxxx in UTF-8.
        self.column += count(rest, |byte| (byte & 0xC0) != 0x80);
    }

    /// The place in the input of a place that was counted from this one.
    #[must_use]
    pub fn then(self, inner: Self) -> Self {
        Self {
            offset: self.offset + inner.offset,
            line: self.line + inner.line - 1,
            column: if inner.line == 1 {
                self.column + inner.column - 1
            } else {
                inner.column
            },
        }
    }

    /// The place that is `line` and `column`, both from 1, in a text that begins here.
    #[must_use]
    pub fn within(self, line: usize, column: usize) -> (u64, u64) {
        let (line, column) = (line as u64, column as u64);
        if line == 1 {
            (self.line, self.column + column - 1)
        } else {
            (self.line + line - 1, column)
        }
    }
}

/// How many bytes are of a kind. Whole bundles go through here; a sum that fits into a byte is made of many bytes at
/// once.
fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
    const CHUNK: usize = 240;
    let of_chunk = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(is(*byte))).sum::<u8>();
    bytes
        .chunks(CHUNK)
        .map(|chunk| u64::from(of_chunk(chunk)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_line_feeds() {
        let text = "äb\n\r\n😀x";
        for cut in 0..=text.len() {
            let mut place = Place::START;
            place.advance(&text.as_bytes()[..cut]);
            place.advance(&text.as_bytes()[cut..]);
            let whole = Place {
                offset: text.len() as u64,
                line: 3,
                column: 3,
            };
            assert_eq!(place, whole, "cut at {cut}");
        }
        let inner = Place {
            offset: 10,
            line: 4,
            column: 7,
        };
        assert_eq!(inner.within(1, 2), (4, 8));
        assert_eq!(inner.within(3, 2), (6, 2));
    }
}
