//! Where something stood in the text of a pattern.

use std::fmt;

/// A range of bytes in the text of a pattern; always on character boundaries of that text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// Returns the offset of the first byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start
    }

    /// Returns the offset after the last byte.
    #[must_use]
    pub fn end(self) -> usize {
        self.end
    }

    /// Returns the text that stands here, or nothing if the span belongs to another text.
    #[must_use]
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start..self.end)
    }

    pub(crate) fn to(self, last: Self) -> Self {
        Self::new(self.start, last.end)
    }
}

/// A place in a text as a person counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    byte: usize,
    line: usize,
    column: usize,
}

impl Position {
    /// Finds line and column of a byte offset; an offset past the end means the end.
    #[must_use]
    pub fn find(text: &str, byte: usize) -> Self {
        let mut end = byte.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            byte: before.len(),
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    /// Returns the offset in bytes, from 0.
    #[must_use]
    pub fn byte(self) -> usize {
        self.byte
    }

    /// Returns the line, from 1; lines end with a line feed.
    #[must_use]
    pub fn line(self) -> usize {
        self.line
    }

    /// Returns the column in Unicode code points, from 1.
    #[must_use]
    pub fn column(self) -> usize {
        self.column
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {} (byte {})",
            self.line, self.column, self.byte
        )
    }
}

/// A node of the syntax tree and where it stood.
///
/// Two nodes are equal when they say the same, wherever they were written: that is what lets
/// `parse(print(tree)) == tree` be stated at all.
#[derive(Clone, Debug)]
pub struct Located<T> {
    node: T,
    span: Span,
}

impl<T> Located<T> {
    pub(crate) fn new(node: T, span: Span) -> Self {
        Self { node, span }
    }

    /// Returns the node.
    pub fn node(&self) -> &T {
        &self.node
    }

    /// Returns where the node stood; empty and at 0 for a node that was built, not parsed.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Takes the node out.
    pub fn into_node(self) -> T {
        self.node
    }
}

impl<T> From<T> for Located<T> {
    fn from(node: T) -> Self {
        Self {
            node,
            span: Span::default(),
        }
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<T: Eq> Eq for Located<T> {}
