//! A place shown in its text: the line, cut where it is long, and a caret below.

use std::iter;

use stix::Severity;

/// How many characters of a line are shown.
const LINE_CHARS_MAX: usize = 100;
/// How many of them stand before the place, in a line that is cut.
const BEFORE_CHARS_MAX: usize = 40;

/// Whether colours are used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(bool);

impl Paint {
    /// As standard output can: on a terminal, unless it asks for none (no-color.org).
    pub(crate) fn of_stdout() -> Self {
        Self::of(&std::io::stdout())
    }

    /// As standard error can.
    pub(crate) fn of_stderr() -> Self {
        Self::of(&std::io::stderr())
    }

    fn of(stream: &impl std::io::IsTerminal) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(stream.is_terminal() && !unwanted && !dumb)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// What matters most.
    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What matters least.
    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// Red for a MUST, yellow for a SHOULD.
    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Must => self.with("1;31", text),
            Severity::Should => self.with("1;33", text),
        }
    }
}

/// The line `line` of `text`, counted from 1, with a caret under the character `column`; nothing if there is no such
/// place. `shown` is the number of the line that stands beside it.
pub(crate) fn excerpt(
    text: &str,
    line: usize,
    column: usize,
    shown: u64,
    paint: impl Fn(&str) -> String,
) -> Option<[String; 2]> {
    let line = text.split('\n').nth(line.checked_sub(1)?)?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let column = column.checked_sub(1)?;
    let at = match line.char_indices().nth(column) {
        Some((at, _)) => at,
        // Just after the end is a place too: what is missing is missing there.
        None if line.chars().count() == column => line.len(),
        None => return None,
    };
    let (before, after) = line.split_at(at);
    let mut from = 0;
    if line.chars().count() > LINE_CHARS_MAX && before.chars().count() > BEFORE_CHARS_MAX {
        let begin = before.char_indices().rev().nth(BEFORE_CHARS_MAX - 1);
        from = begin.map_or(0, |(at, _)| at);
    }
    let cut = if from > 0 { "…" } else { "" };
    let before = format!("{cut}{}", visible(&before[from..]));
    let rest = LINE_CHARS_MAX
        .saturating_sub(before.chars().count())
        .max(20);
    let after_cut = match after.char_indices().nth(rest) {
        Some((end, _)) => format!("{}…", visible(&after[..end])),
        None => visible(after),
    };
    let width = token(after).min(after_cut.chars().count()).max(1);
    let number = shown.to_string();
    let caret: String = iter::repeat_n('^', width).collect();
    let margin = " ".repeat(number.len());
    let indent = " ".repeat(before.chars().count());
    Some([
        format!("{number} | {before}{after_cut}"),
        format!("{margin} | {indent}{}", paint(&caret)),
    ])
}

/// How many characters the JSON value is long that a text begins with: to its end for a string, a number or a word,
/// one for what is nested.
fn token(text: &str) -> usize {
    let mut chars = text.chars();
    match chars.next() {
        Some('"') => {
            let mut escaped = false;
            let inner = chars.position(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            inner.map_or(1, |inner| inner + 2)
        }
        Some('{' | '[') | None => 1,
        Some(_) => {
            let ends = |c: char| c.is_whitespace() || ",]}".contains(c);
            text.chars().position(ends).unwrap_or(text.chars().count())
        }
    }
}

/// A text without what a terminal would obey: control characters and those that turn the direction of writing.
pub(crate) fn visible(text: &str) -> String {
    let turns = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() || turns(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, line: usize, column: usize) -> String {
        let lines = excerpt(text, line, column, line as u64, str::to_owned);
        lines.map_or("none".to_owned(), |lines| lines.join("\n"))
    }

    #[test]
    fn the_value_is_underlined() {
        let text = "{\n  \"a\": \"x\\\"y\",\r\n  \"b\": 12}";
        assert_eq!(
            shown(text, 2, 8),
            "2 |   \"a\": \"x\\\"y\",\n  |        ^^^^^^"
        );
        assert_eq!(shown(text, 3, 8), "3 |   \"b\": 12}\n  |        ^^");
        assert_eq!(shown(text, 1, 1), "1 | {\n  | ^");
        assert_eq!(
            shown(text, 3, 11),
            "3 |   \"b\": 12}\n  |           ^",
            "after the end"
        );
        assert_eq!(shown(text, 3, 12), "none");
        assert_eq!(shown(text, 4, 1), "none");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}\"here\"{}", "a".repeat(5_000), "b".repeat(5_000));
        let shown = shown(&text, 1, 5_001);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].chars().count() < 120, "{shown}");
        let at = lines[1].chars().position(|c| c == '^').unwrap();
        let below: String = lines[0].chars().skip(at).take(6).collect();
        assert_eq!(below, "\"here\"");
        assert!(lines[0].ends_with('…') && lines[0].starts_with("1 | …"));
    }

    #[test]
    fn nothing_is_shown_that_a_terminal_would_obey() {
        assert_eq!(
            visible("a\tb\u{1b}[31m\u{202e}c\u{9b}"),
            "a b\u{fffd}[31m\u{fffd}c\u{fffd}"
        );
    }
}
