//! Where a value stands: the JSON path of a node, found only when it is asked for.

use std::fmt::Write as _;

use super::{Kind, Tree, after, string};

impl Tree<'_> {
    /// The JSON path of the value with this index, from the root: `$.objects[3]['x.y']`.
    ///
    /// The index of a member name gives the path of its value. Walks down from the root, so the
    /// pass that checks an object carries no path along.
    #[must_use]
    pub fn path(&self, index: u32) -> String {
        self.path_and_name(index).0
    }

    /// The path, and the name under which the value stands: of a member, its name; of an item of
    /// a list, that of the list with the position; of the whole text, none.
    fn path_and_name(&self, index: u32) -> (String, String) {
        let (mut path, mut name) = (String::from("$"), String::new());
        let mut at = 0;
        while at != index {
            let node = &self.nodes[at as usize];
            let mut child = at + 1;
            match node.kind {
                Kind::Object => {
                    let mut end = after(self.nodes, child + 1);
                    while end <= index {
                        child = end;
                        end = after(self.nodes, child + 1);
                    }
                    string(self, &self.nodes[child as usize]).clone_into(&mut name);
                    push_name(&mut path, &name);
                    if child == index {
                        break;
                    }
                    at = child + 1;
                }
                Kind::Array => {
                    let mut position = 0;
                    let mut end = after(self.nodes, child);
                    while end <= index {
                        child = end;
                        end = after(self.nodes, child);
                        position += 1;
                    }
                    let _ = write!(path, "[{position}]");
                    let _ = write!(name, "[{position}]");
                    at = child;
                }
                _ => break,
            }
        }
        (path, name)
    }

    /// The name under which the value with this index stands: of a member, its name; of an item
    /// of a list, that of the list with the position; of the whole text, `the object`.
    #[must_use]
    pub(crate) fn name(&self, index: u32) -> String {
        let (_, name) = self.path_and_name(index);
        if name.is_empty() {
            "the object".to_owned()
        } else {
            name
        }
    }

    /// Line and column, both from 1, of a byte of the text; columns count characters.
    #[must_use]
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        line_and_column(self.text, offset)
    }
}

/// Line and column, both from 1, of a byte of `text`; columns count characters.
#[must_use]
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    (line, column)
}

/// Appends `.name`, or `['name']` where the name is not made of letters, digits, `_` and `-`.
fn push_name(path: &mut String, name: &str) {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(plain) {
        path.push('.');
        path.push_str(name);
    } else {
        path.push_str("['");
        for c in name.chars() {
            if c == '\'' || c == '\\' {
                path.push('\\');
            }
            path.push(c);
        }
        path.push_str("']");
    }
}
