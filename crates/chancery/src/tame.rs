//! What other parties wrote, before it is printed for people.

use std::borrow::Cow;

/// A text without what a terminal would obey: much of what is printed was written by another party, who could
/// otherwise paint over the lines around it. Programs get the bytes as they are, with `--json`.
pub(crate) fn tame(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    match text.contains(obeyed) {
        true => Cow::Owned(text.replace(obeyed, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

/// Words of a party on one line: nobody else's line can be made to follow them.
pub(crate) fn on_one_line(words: &str) -> Cow<'_, str> {
    match words.contains('\n') {
        true => Cow::Owned(words.replace('\n', " ⏎ ")),
        false => Cow::Borrowed(words),
    }
}

#[cfg(test)]
mod tests {
    use super::{on_one_line, tame};

    #[test]
    fn nothing_that_a_terminal_obeys_is_printed() {
        assert_eq!(
            tame("yes\u{1b}[2J\u{9b}31m\r\u{202e}no\tç\n"),
            "yes\u{fffd}[2J\u{fffd}31m\u{fffd}\u{fffd}no\tç\n"
        );
        assert_eq!(tame("сегодня"), "сегодня");
    }

    #[test]
    fn words_of_a_party_begin_no_line() {
        assert_eq!(on_one_line("yours?\nDue from us"), "yours? ⏎ Due from us");
    }
}
