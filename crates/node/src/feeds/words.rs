//! Strangers' words, as far as they are kept.

/// The beginning of a text, at most `bytes_max` bytes and a sign that it goes on.
pub(super) fn cut(mut text: String, bytes_max: usize) -> String {
    if text.len() > bytes_max {
        let end = (0..=bytes_max)
            .rev()
            .find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("éé".to_owned(), 4), "éé");
        assert_eq!(cut("éé".to_owned(), 3), "é…");
        assert_eq!(cut("éé".to_owned(), 0), "…");
    }
}
