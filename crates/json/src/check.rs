//! The sink that compares: refuses the first token that canonical spelling would have otherwise.

use std::cmp::Ordering;

use crate::Limits;
use crate::error::{Fault, Kind};
use crate::grammar::{self, Quoted, Sink};
use crate::{number, text};

/// Walks the text; `Ok` means admissible and canonical.
pub(crate) fn check(text: &str, limits: &Limits) -> Result<(), Fault> {
    let mut sink = Check {
        text,
        last: Vec::with_capacity(16),
        decoded: [String::new(), String::new()],
    };
    grammar::walk(text, limits.depth_max, &mut sink)
}

struct Check<'a> {
    text: &'a str,
    /// For each open object, its last member name so far.
    last: Vec<Option<Name>>,
    /// Scratch for names with escapes.
    decoded: [String; 2],
}

/// A name as a piece of the text.
#[derive(Clone, Copy)]
struct Name {
    start: usize,
    len: usize,
    escaped: bool,
}

impl Check<'_> {
    /// Orders two names by what they spell.
    fn order(&mut self, last: Name, name: &Quoted<'_>) -> Ordering {
        let last_raw = &self.text[last.start..last.start + last.len];
        if !last.escaped && !name.escaped {
            return text::utf16_order(last_raw, name.raw);
        }
        for (decoded, raw) in self.decoded.iter_mut().zip([last_raw, name.raw]) {
            decoded.clear();
            text::unescape(raw, decoded);
        }
        text::utf16_order(&self.decoded[0], &self.decoded[1])
    }
}

impl Sink for Check<'_> {
    fn space(&mut self, offset: usize) -> Result<(), Fault> {
        Err(Kind::NotCanonical.at(offset))
    }

    fn open_array(&mut self) {}

    fn close_array(&mut self) {}

    fn open_object(&mut self) {
        self.last.push(None);
    }

    fn close_object(&mut self) -> Result<(), Fault> {
        self.last.pop();
        Ok(())
    }

    fn comma(&mut self) {}

    fn name(&mut self, name: Quoted<'_>) -> Result<(), Fault> {
        self.string(name)?;
        let this = Name {
            start: name.offset + 1,
            len: name.raw.len(),
            escaped: name.escaped,
        };
        let last = self.last.last_mut().and_then(|last| last.replace(this));
        match last.map(|last| self.order(last, &name)) {
            None | Some(Ordering::Less) => Ok(()),
            Some(Ordering::Greater) => Err(Kind::NotCanonical.at(name.offset)),
            Some(Ordering::Equal) => {
                let mut decoded = String::new();
                text::unescape(name.raw, &mut decoded);
                Err(Kind::Duplicate(decoded).at(name.offset))
            }
        }
    }

    #[inline]
    fn string(&mut self, string: Quoted<'_>) -> Result<(), Fault> {
        if string.escaped && !text::escapes_are_canonical(string.raw) {
            return Err(Kind::NotCanonical.at(string.offset));
        }
        Ok(())
    }

    fn number(&mut self, spelled: &str, offset: usize) -> Result<(), Fault> {
        if number::is_short_integer(spelled) {
            return Ok(());
        }
        match number::canonical(spelled, |canonical| canonical == spelled) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Kind::NotCanonical.at(offset)),
            Err(kind) => Err(kind.at(offset)),
        }
    }

    fn literal(&mut self, _spelled: &'static str) {}
}
