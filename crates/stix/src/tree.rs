//! A JSON text as a flat list of nodes that borrow from it.
//!
//! What the checker, the typed views and the bundle reader walk over. One pass, two reusable
//! buffers, no allocation per value: a node says where in the text its value stands, so every
//! finding can name its place, and strings without escapes are slices of the text.
//!
//! The text is held to the rules of admission (docs/FORMATS.md §1): no duplicate member names, no
//! lone surrogates, no integers beyond ±(2^53−1), no numbers beyond a double, bounded depth.
//! Nothing is coerced: a number stays the text it was.

use std::fmt;

pub(crate) mod canonical;
mod digest;
mod fault;
mod number;
mod parse;
mod path;

pub(crate) use path::line_and_column;

pub use fault::{DEPTH_MAX, NODES_MAX, SyntaxError, SyntaxFault, TEXT_BYTES_MAX};

/// The two buffers of a [`Tree`], kept from one text to the next.
#[derive(Debug, Default)]
pub struct Arena {
    nodes: Vec<Node>,
    decoded: String,
    keys: Vec<u32>,
}

/// A parsed JSON text.
#[derive(Clone, Copy)]
pub struct Tree<'t> {
    text: &'t str,
    nodes: &'t [Node],
    decoded: &'t str,
}

/// One value of a [`Tree`].
#[derive(Clone, Copy)]
pub struct Value<'t> {
    tree: &'t Tree<'t>,
    at: u32,
}

/// What kind of JSON value a [`Value`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`, which STIX never allows (STIX 2.1 §2).
    Null,
    /// `true`.
    True,
    /// `false`.
    False,
    /// A number; whether it is an integer is asked with [`Value::as_integer`].
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The word for a value of this kind in a message.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::True | Self::False => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

/// One value and where it stands. For a string, `start..end` excludes the quotes.
#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    /// A string with escapes: its content is `decoded[a..b]`, else `text[start..end]`.
    escaped: bool,
    start: u32,
    end: u32,
    /// Arrays and objects: index of the node after the last descendant.
    a: u32,
    /// Arrays and objects: number of items or members.
    b: u32,
}

impl Arena {
    /// Parses `text` into this arena, which is emptied first.
    ///
    /// # Errors
    /// [`SyntaxError`] for a text that is not JSON or breaks one of the rules of admission.
    pub fn parse<'t>(&'t mut self, text: &'t [u8]) -> Result<Tree<'t>, SyntaxError> {
        parse::parse(self, text)
    }
}

impl<'t> Tree<'t> {
    /// The value that the whole text is.
    #[must_use]
    pub fn root(&'t self) -> Value<'t> {
        Value { tree: self, at: 0 }
    }

    /// The value with this [index](Value::index).
    #[must_use]
    pub fn value(&'t self, index: u32) -> Option<Value<'t>> {
        ((index as usize) < self.nodes.len()).then_some(Value {
            tree: self,
            at: index,
        })
    }

    /// The text that was parsed.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }
}

impl<'t> Value<'t> {
    fn node(self) -> &'t Node {
        &self.tree.nodes[self.at as usize]
    }

    /// What kind of value this is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// The position of this value among all values of the text, in the order of the text.
    #[must_use]
    pub fn index(self) -> u32 {
        self.at
    }

    /// The index after that of the last value inside this one.
    #[must_use]
    pub(crate) fn end(self) -> u32 {
        after(self.tree.nodes, self.at)
    }

    /// The bytes of this value in the text, with the quotes of a string.
    #[must_use]
    pub fn raw(self) -> &'t str {
        let node = self.node();
        let (start, end) = (node.start as usize, node.end as usize);
        match node.kind {
            Kind::String => &self.tree.text[start - 1..=end],
            _ => &self.tree.text[start..end],
        }
    }

    /// This value in canonical form (RFC 8785).
    #[must_use]
    pub fn to_canonical(self) -> String {
        let mut out = String::new();
        canonical::write_value(&mut out, self);
        out
    }

    /// Where this value begins in the text, in bytes.
    #[must_use]
    pub fn offset(self) -> usize {
        let node = self.node();
        node.start as usize - usize::from(node.kind == Kind::String)
    }

    /// The content of a string, escapes resolved.
    #[must_use]
    pub fn as_str(self) -> Option<&'t str> {
        let node = self.node();
        (node.kind == Kind::String).then(|| string(self.tree, node))
    }

    /// A boolean.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// A number whose value is integral, however it is written: `1`, `1.0` and `10e-1` have the
    /// same canonical form (RFC 8785 §3.2.2.3) and are the same integer.
    #[must_use]
    pub fn as_integer(self) -> Option<i64> {
        let text = self.number_text()?;
        if let Ok(integer) = text.parse::<i64>() {
            return Some(integer);
        }
        let float: f64 = text.parse().ok()?;
        let integral = float.fract() == 0.0 && float.abs() <= number::INTEGER_MAX_F64;
        #[expect(clippy::cast_possible_truncation, reason = "integral and within ±2^53")]
        integral.then_some(float as i64)
    }

    /// A number as the nearest double.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        self.number_text()?.parse().ok()
    }

    fn number_text(self) -> Option<&'t str> {
        let node = self.node();
        (node.kind == Kind::Number).then(|| &self.tree.text[node.start as usize..node.end as usize])
    }

    /// How many items or members there are; 0 for what is neither list nor object.
    #[must_use]
    pub fn len(self) -> usize {
        match self.kind() {
            Kind::Array | Kind::Object => self.node().b as usize,
            _ => 0,
        }
    }

    /// Whether [`len`](Self::len) is 0.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The items of a list; of anything else, none.
    #[must_use]
    pub fn items(self) -> Items<'t> {
        let node = self.node();
        let end = if node.kind == Kind::Array {
            node.a
        } else {
            self.at + 1
        };
        Items {
            tree: self.tree,
            at: self.at + 1,
            end,
        }
    }

    /// The members of an object, in the order of the text; of anything else, none.
    #[must_use]
    pub fn members(self) -> Members<'t> {
        let node = self.node();
        let end = if node.kind == Kind::Object {
            node.a
        } else {
            self.at + 1
        };
        Members {
            tree: self.tree,
            at: self.at + 1,
            end,
        }
    }

    /// The member of an object with this name.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Value<'t>> {
        self.members()
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw())
    }
}

fn string<'t>(tree: &Tree<'t>, node: &Node) -> &'t str {
    if node.escaped {
        &tree.decoded[node.a as usize..node.b as usize]
    } else {
        &tree.text[node.start as usize..node.end as usize]
    }
}

/// The index of the node after the value at `at` and all it contains.
fn after(nodes: &[Node], at: u32) -> u32 {
    let node = &nodes[at as usize];
    match node.kind {
        Kind::Array | Kind::Object => node.a,
        _ => at + 1,
    }
}

/// Iterator over the items of a list.
#[derive(Clone)]
pub struct Items<'t> {
    tree: &'t Tree<'t>,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Items<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Value<'t>> {
        if self.at >= self.end {
            return None;
        }
        let value = Value {
            tree: self.tree,
            at: self.at,
        };
        self.at = after(self.tree.nodes, self.at);
        Some(value)
    }
}

/// Iterator over the members of an object.
#[derive(Clone)]
pub struct Members<'t> {
    tree: &'t Tree<'t>,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, Value<'t>);

    fn next(&mut self) -> Option<(&'t str, Value<'t>)> {
        if self.at >= self.end {
            return None;
        }
        let key = string(self.tree, &self.tree.nodes[self.at as usize]);
        let value = Value {
            tree: self.tree,
            at: self.at + 1,
        };
        self.at = after(self.tree.nodes, self.at + 1);
        Some((key, value))
    }
}

#[cfg(test)]
mod tests;
