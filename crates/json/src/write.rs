//! The sink that writes the canonical spelling.
//!
//! Members are written as they come. An object whose names turn out not to be in order is put in
//! order when it closes, by moving its members' finished bytes.

use std::cmp::Ordering;
use std::ops::Range;

use crate::Limits;
use crate::error::{Fault, Kind};
use crate::grammar::{self, Quoted, Sink};
use crate::{number, text};

/// Walks the text and returns its canonical bytes.
pub(crate) fn write(text: &str, limits: &Limits) -> Result<Vec<u8>, Fault> {
    let mut sink = Write {
        out: Vec::with_capacity(text.len()),
        names: String::new(),
        members: Vec::new(),
        objects: Vec::new(),
        scratch: Vec::new(),
    };
    grammar::walk(text, limits.depth_max, &mut sink)?;
    Ok(sink.out)
}

struct Write {
    out: Vec<u8>,
    /// The decoded names of all members of the open objects, one after the other.
    names: String,
    /// All members of the open objects; an object's members are the last ones while it is innermost.
    members: Vec<Member>,
    objects: Vec<Object>,
    scratch: Vec<u8>,
}

struct Member {
    /// In `names`.
    name: Range<usize>,
    /// Where its quotation mark stands in `out`.
    start: usize,
    /// Where it stands in the input.
    offset: usize,
}

struct Object {
    /// Its first member in `members`, its first name in `names`.
    members_from: usize,
    names_from: usize,
    sorted: bool,
}

impl Write {
    /// Puts the members of the innermost object in order.
    fn reorder(&mut self, from: usize) -> Result<(), Fault> {
        let members = &self.members[from..];
        let names = &self.names;
        let mut order: Vec<usize> = (0..members.len()).collect();
        let compare = |&a: &usize, &b: &usize| {
            text::utf16_order(
                &names[members[a].name.clone()],
                &names[members[b].name.clone()],
            )
        };
        // Stable, so of two equal names the later one in the input stands second.
        order.sort_by(compare);
        if let Some(pair) = order
            .windows(2)
            .find(|pair| compare(&pair[0], &pair[1]).is_eq())
        {
            let second = &members[pair[1]];
            return Err(Kind::Duplicate(names[second.name.clone()].to_owned()).at(second.offset));
        }
        let Some(first) = members.first() else {
            return Ok(());
        };
        self.scratch.clear();
        for &index in &order {
            let end = members
                .get(index + 1)
                .map_or(self.out.len(), |next| next.start - 1);
            if !self.scratch.is_empty() {
                self.scratch.push(b',');
            }
            self.scratch
                .extend_from_slice(&self.out[members[index].start..end]);
        }
        self.out[first.start..].copy_from_slice(&self.scratch);
        Ok(())
    }

    fn quote(&mut self, quoted: &Quoted<'_>, decoded: Option<Range<usize>>) {
        self.out.push(b'"');
        match (quoted.escaped, decoded) {
            (false, _) => self.out.extend_from_slice(quoted.raw.as_bytes()),
            (true, Some(decoded)) => text::escape(&self.names[decoded], &mut self.out),
            (true, None) => {
                let mut decoded = String::with_capacity(quoted.raw.len());
                text::unescape(quoted.raw, &mut decoded);
                text::escape(&decoded, &mut self.out);
            }
        }
        self.out.push(b'"');
    }
}

impl Sink for Write {
    fn space(&mut self, _offset: usize) -> Result<(), Fault> {
        Ok(())
    }

    fn open_array(&mut self) {
        self.out.push(b'[');
    }

    fn close_array(&mut self) {
        self.out.push(b']');
    }

    fn open_object(&mut self) {
        self.out.push(b'{');
        self.objects.push(Object {
            members_from: self.members.len(),
            names_from: self.names.len(),
            sorted: true,
        });
    }

    fn close_object(&mut self) -> Result<(), Fault> {
        let object = self
            .objects
            .pop()
            .expect("the grammar closes what it opened");
        if !object.sorted {
            self.reorder(object.members_from)?;
        }
        self.members.truncate(object.members_from);
        self.names.truncate(object.names_from);
        self.out.push(b'}');
        Ok(())
    }

    fn comma(&mut self) {
        self.out.push(b',');
    }

    fn name(&mut self, name: Quoted<'_>) -> Result<(), Fault> {
        let object = self.objects.last_mut().expect("a name stands in an object");
        let from = self.names.len();
        if name.escaped {
            text::unescape(name.raw, &mut self.names);
        } else {
            self.names.push_str(name.raw);
        }
        let range = from..self.names.len();
        if object.sorted
            && let Some(last) = self.members[object.members_from..].last()
        {
            let last = &self.names[last.name.clone()];
            object.sorted = text::utf16_order(last, &self.names[range.clone()]) == Ordering::Less;
        }
        self.members.push(Member {
            name: range.clone(),
            start: self.out.len(),
            offset: name.offset,
        });
        self.quote(&name, Some(range));
        self.out.push(b':');
        Ok(())
    }

    fn string(&mut self, string: Quoted<'_>) -> Result<(), Fault> {
        self.quote(&string, None);
        Ok(())
    }

    fn number(&mut self, spelled: &str, offset: usize) -> Result<(), Fault> {
        if number::is_short_integer(spelled) {
            self.out.extend_from_slice(spelled.as_bytes());
            return Ok(());
        }
        number::canonical(spelled, |canonical| {
            self.out.extend_from_slice(canonical.as_bytes());
        })
        .map_err(|kind| kind.at(offset))
    }

    fn literal(&mut self, spelled: &'static str) {
        self.out.extend_from_slice(spelled.as_bytes());
    }
}
