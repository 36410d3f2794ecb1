//! Long lines on a terminal: broken between words and set in under where they begin. What goes into a file or another
//! program keeps its lines.

use std::{io::IsTerminal, os::fd::AsFd};

/// How wide the terminal is that standard output or standard error is; `None` where it is none.
pub(crate) fn width(out: &(impl IsTerminal + AsFd)) -> Option<usize> {
    if !out.is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(out).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// The text with no line longer than `width`, unless a single word is, or a command in backticks: those are copied.
pub(crate) fn fold(text: &str, width: usize) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| fold_line(line, width))
        .collect();
    lines.join("\n")
}

fn fold_line(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let indent = line.chars().take_while(|c| *c == ' ').count();
    let mut folded = String::new();
    let (mut column, mut pending) = (0, 0);
    for piece in pieces(&line[indent..]) {
        let wide = piece.chars().count();
        // What stands in columns keeps the spaces between them, unless the line breaks there.
        let (gap, next) = match column {
            0 => (indent, indent + wide),
            _ => (pending, column + pending + wide),
        };
        if column > 0 && next > width {
            folded.push('\n');
            folded.extend(std::iter::repeat_n(' ', indent + 2));
            column = indent + 2 + wide;
        } else {
            folded.extend(std::iter::repeat_n(' ', gap));
            column = next;
        }
        folded.push_str(piece.trim_end_matches(' '));
        let spaces = wide - piece.trim_end_matches(' ').chars().count();
        column -= spaces;
        pending = spaces;
    }
    folded
}

/// Words with the spaces behind them; what stands in backticks is one word.
fn pieces(line: &str) -> Vec<&str> {
    let (mut pieces, mut start, mut quoted, mut after_space) = (Vec::new(), 0, false, false);
    for (at, c) in line.char_indices() {
        if after_space && c != ' ' && !quoted {
            pieces.push(&line[start..at]);
            start = at;
        }
        if c == '`' {
            quoted = !quoted;
        }
        after_space = c == ' ' && !quoted;
    }
    pieces.push(&line[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn a_long_line_is_set_in_under_where_it_begins() {
        let text = "short\n  beta.example  waits for the answer of our duty-desk, due soon";
        assert_eq!(
            fold(text, 30),
            "short\n  beta.example  waits for the\n    answer of our duty-desk,\n    due soon"
        );
        assert_eq!(fold(text, 200), text);
    }

    #[test]
    fn what_is_copied_is_not_broken() {
        let text = "Anyone checks it with `chancery verify item --policy policy.txt`, alone.";
        assert_eq!(
            fold(text, 24),
            "Anyone checks it with\n  `chancery verify item --policy policy.txt`,\n  alone."
        );
        let key = "x".repeat(50);
        assert_eq!(fold(&key, 20), key);
    }
}
