use std::fmt;

use crate::resource::ErrorMessage;

/// Characters of a server's words that are shown.
const SHOWN_CHARS_MAX: usize = 300;

/// What a server said when it refused: its error message (TAXII 2.1 §3.6.1) where it sent one, else the beginning of
/// what it sent. Printed on one line, without control characters: it is a stranger's text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    message: Option<Box<ErrorMessage>>,
    text: String,
}

impl Said {
    pub(super) fn read(body: &[u8]) -> Self {
        Self {
            message: serde_json::from_slice(body)
                .ok()
                .filter(|message: &ErrorMessage| *message != ErrorMessage::default())
                .map(Box::new),
            text: one_line(&String::from_utf8_lossy(body)),
        }
    }

    /// The error message, if it sent one.
    pub fn message(&self) -> Option<&ErrorMessage> {
        self.message.as_deref()
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => {
                write!(f, "\"{}\"", one_line(&message.title))?;
                if let Some(description) = &message.description {
                    write!(f, ", \"{}\"", one_line(description))?;
                }
                Ok(())
            }
            None if self.text.is_empty() => f.write_str("nothing"),
            None => write!(f, "\"{}\"", self.text),
        }
    }
}

/// The beginning of a stranger's text, safe to print.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, char) in text.trim().chars().enumerate() {
        if count == SHOWN_CHARS_MAX {
            line.push('…');
            break;
        }
        line.push(if char.is_control() { ' ' } else { char });
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_text_is_short_and_tame() {
        let said = Said::read(b"<html>\x1b[31m\nno\r\n");
        assert_eq!(said.to_string(), "\"<html> [31m no\"");
        let long = Said::read("x".repeat(10_000).as_bytes()).to_string();
        assert_eq!(long.chars().count(), SHOWN_CHARS_MAX + 3);
    }

    #[test]
    fn an_error_message_speaks_for_itself() {
        let said = Said::read(br#"{"title":"Busy","description":"come\nback"}"#);
        assert_eq!(said.to_string(), r#""Busy", "come back""#);
        assert_eq!(said.message().unwrap().title, "Busy");
        assert_eq!(Said::read(b"").to_string(), "nothing");
        // JSON, but nobody's error message: it is shown as it is.
        assert_eq!(
            Said::read(br#"{"error":1}"#).to_string(),
            r#""{"error":1}""#
        );
    }
}
