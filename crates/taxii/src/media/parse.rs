//! Media types and ranges as RFC 7231 §3.1.1.1 writes them, with the blanks that people add.

use std::borrow::Cow;

/// A media type or range with its parameters. Types and names of parameters compare without regard to case.
pub(super) struct MediaType<'a> {
    main: &'a str,
    sub: &'a str,
    parameters: Vec<(&'a str, Cow<'a, str>)>,
}

impl MediaType<'_> {
    pub(super) fn is(&self, main: &str, sub: &str) -> bool {
        self.main.eq_ignore_ascii_case(main) && self.sub.eq_ignore_ascii_case(sub)
    }

    /// The first parameter of that name.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }
}

/// Reads one media type; `None` if it is none.
pub(super) fn media_type(text: &str) -> Option<MediaType<'_>> {
    let mut parts = split(text, ';');
    let (main, sub) = parts.next()?.split_once('/')?;
    if !is_token(main) || !is_token(sub) {
        return None;
    }
    let mut parameters = Vec::new();
    for part in parts {
        // `type/sub;` with nothing behind is common enough.
        if part.is_empty() {
            continue;
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (name.trim(), value.trim());
        if !is_token(name) {
            return None;
        }
        parameters.push((name, unquote(value)?));
    }
    Some(MediaType {
        main,
        sub,
        parameters,
    })
}

/// The parts of `text` between separators that do not stand in quotes, without the blanks around them.
pub(super) fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = end_of_part(text, separator);
        rest = text.get(end + 1..).filter(|_| end < text.len());
        Some(text[..end].trim_matches([' ', '\t']))
    })
}

fn end_of_part(text: &str, separator: char) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if character == separator && !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// The value of a token or of a quoted string; `None` for a quote that does not close.
fn unquote(value: &str) -> Option<Cow<'_, str>> {
    let Some(rest) = value.strip_prefix('"') else {
        return Some(Cow::Borrowed(value));
    };
    let inner = rest.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut plain = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => characters.next()?,
            other => other,
        });
    }
    Some(Cow::Owned(plain))
}

/// RFC 7230 §3.2.6.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
