//! What an opening parenthesis begins (pcre2pattern, "Groups" and after).

use super::RegexError;
use super::reader::unsupported;
use super::translate::{Group, Options, Piece, Translation};

impl Translation<'_> {
    pub(super) fn group(&mut self, depth: usize) -> Result<Group, RegexError> {
        let opened = self.reader.at;
        self.reader.at += 1;
        if self.reader.peek() == Some('*') {
            return Err(unsupported("a backtracking verb"));
        }
        let outer = self.options;
        if !self.reader.take_if("?") {
            self.groups += 1;
            self.push("(");
        } else if self.reader.take_if("#") {
            self.reader.take_until(')')?;
            return Ok(Group::Nothing);
        } else if let Some(opening) = self.plain_opening() {
            self.push(opening);
            let around = self.lookbehinds;
            match opening {
                "(?<=" | "(?<!" => self.lookbehinds += 1,
                // What looks ahead has no width, and adds none to what looks behind around it.
                "(?=" | "(?!" => self.lookbehinds = 0,
                _ => {}
            }
            self.body(depth, opened)?;
            self.lookbehinds = around;
            self.options = outer;
            let is_lookaround = !matches!(opening, "(?:" | "(?>");
            return Ok(if is_lookaround {
                Group::Lookaround
            } else {
                Group::Atom
            });
        } else if let Some(name) = self.group_name()? {
            self.groups += 1;
            if self.names.insert(name, self.groups).is_some() {
                return Err(self.reader.invalid("two groups have the same name"));
            }
            self.push("(");
        } else if self.reader.take_if("P=") {
            let name = self.reader.take_until(')')?;
            self.pieces.push(Piece::Named(name));
            return Ok(Group::Atom);
        } else if self.reader.take_if("(") {
            return self.condition(depth, outer);
        } else if self.special_group() {
            return Err(unsupported("a subroutine call, branch reset or callout"));
        } else if self.options_in_group()? {
            // `(?i)`: holds to the end of the group it stands in.
            let caseless = self.options.caseless;
            if caseless == outer.caseless {
                return Ok(Group::Nothing);
            }
            self.push(if caseless { "(?i:" } else { "(?-i:" });
            return Ok(Group::Scope);
        } else {
            self.push(if self.options.caseless {
                "(?i:"
            } else {
                "(?-i:"
            });
        }
        self.body(depth, opened)?;
        self.options = outer;
        Ok(Group::Atom)
    }

    fn body(&mut self, depth: usize, opened: usize) -> Result<(), RegexError> {
        self.alternatives(depth + 1)?;
        if self.reader.take() != Some(')') {
            let reason = "the closing parenthesis is missing";
            return Err(RegexError::Invalid { at: opened, reason });
        }
        self.push(")");
        Ok(())
    }

    fn plain_opening(&mut self) -> Option<&'static str> {
        let openings = [":", "=", "!", "<=", "<!", ">"];
        let written = ["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"];
        let found = openings
            .iter()
            .position(|opening| self.reader.take_if(opening))?;
        Some(written[found])
    }

    fn group_name(&mut self) -> Result<Option<String>, RegexError> {
        let end = if self.reader.take_if("P<") || self.reader.take_if("<") {
            '>'
        } else if self.reader.take_if("'") {
            '\''
        } else {
            return Ok(None);
        };
        let name = self.reader.take_until(end)?;
        let mut chars = name.chars();
        let valid = chars
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && chars.all(|char| char.is_alphanumeric() || char == '_');
        if valid {
            Ok(Some(name))
        } else {
            Err(self.reader.invalid("invalid group name"))
        }
    }

    fn special_group(&self) -> bool {
        let after_sign = self.reader.chars.get(self.reader.at + 1);
        match self.reader.peek() {
            Some('|' | 'R' | '&' | 'C' | '+' | '0'..='9') => true,
            Some('-') => after_sign.is_some_and(char::is_ascii_digit),
            Some('P') => after_sign == Some(&'>'),
            _ => false,
        }
    }

    /// `(?(1)yes|no)`; conditions other than a group's number or name are not supported.
    fn condition(&mut self, depth: usize, outer: Options) -> Result<Group, RegexError> {
        let opened = self.reader.at;
        let text = self.reader.take_until(')')?;
        let name = text.trim_matches(['<', '>', '\'']);
        self.push("(?(");
        if let Ok(number) = text.parse::<usize>() {
            self.push(&number.to_string());
        } else if let Some(number) = self.names.get(name) {
            let number = number.to_string();
            self.push(&number);
        } else {
            return Err(unsupported("a condition that is no earlier group"));
        }
        self.push(")");
        self.body(depth, opened)?;
        self.options = outer;
        Ok(Group::Atom)
    }

    /// Reads `i-sx)` or `i-sx:`; returns whether it was the former.
    fn options_in_group(&mut self) -> Result<bool, RegexError> {
        let mut on = true;
        if self.reader.take_if("^") {
            let Options { ungreedy, .. } = self.options;
            self.options = Options {
                multiline: false,
                dotall: false,
                extended: false,
                ungreedy,
                caseless: false,
            };
        }
        loop {
            match self.reader.take() {
                Some('i') => self.options.caseless = on,
                Some('m') => self.options.multiline = on,
                Some('s') => self.options.dotall = on,
                Some('x') => self.options.extended = on,
                Some('U') => self.options.ungreedy = on,
                Some('J' | 'n') => return Err(unsupported("option J or n")),
                Some('-') if on => on = false,
                Some(')') => return Ok(true),
                Some(':') => return Ok(false),
                _ => return Err(self.reader.invalid("unknown group or option")),
            }
        }
    }
}
