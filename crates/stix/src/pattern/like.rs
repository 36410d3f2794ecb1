//! `LIKE`: `%` is any text, `_` any one character, everything else itself (STIX 2.1 §9.6.1).

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::limits::{Meter, StepsExhausted};

/// A `LIKE` text in two readings: characters after NFC for texts, octets for binary properties.
#[derive(Clone, Debug)]
pub(super) struct Like {
    characters: Box<[char]>,
    /// Nothing if a character is no octet: then no binary value matches (§9.6.4).
    octets: Option<Box<[char]>>,
}

impl Like {
    pub(super) fn new(text: &str) -> Self {
        let octets = text.chars().all(|char| u32::from(char) < 0x100);
        Self {
            characters: text.nfc().collect(),
            octets: octets.then(|| text.chars().collect()),
        }
    }

    pub(super) fn matches_text(
        &self,
        text: &str,
        meter: &mut Meter,
    ) -> Result<bool, StepsExhausted> {
        if is_nfc(text) {
            glob(&self.characters, text.chars(), meter)
        } else {
            let normal: String = text.nfc().collect();
            glob(&self.characters, normal.chars(), meter)
        }
    }

    pub(super) fn matches_octets(
        &self,
        octets: &[u8],
        meter: &mut Meter,
    ) -> Result<bool, StepsExhausted> {
        match &self.octets {
            Some(pattern) => glob(
                pattern,
                octets.iter().map(|&octet| char::from(octet)),
                meter,
            ),
            None => Ok(false),
        }
    }
}

/// Matches the whole text. After a mismatch it returns to the last `%` only: an earlier one cannot
/// help, because the text between the two has been matched as early as possible.
fn glob(
    pattern: &[char],
    mut text: impl Iterator<Item = char> + Clone,
    meter: &mut Meter,
) -> Result<bool, StepsExhausted> {
    let mut at = 0;
    let mut resume = None;
    loop {
        meter.charge(1)?;
        if pattern.get(at) == Some(&'%') {
            at += 1;
            resume = Some((at, text.clone()));
            continue;
        }
        match (text.next(), pattern.get(at)) {
            (None, None) => return Ok(true),
            (None, Some(_)) => return Ok(false),
            (Some(char), Some(&expected)) if expected == '_' || expected == char => at += 1,
            (Some(_), _) => {
                let Some((after, from)) = &mut resume else {
                    return Ok(false);
                };
                from.next();
                at = *after;
                text = from.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(pattern: &str, text: &str) -> bool {
        Like::new(pattern)
            .matches_text(text, &mut Meter::new(10_000))
            .unwrap()
    }

    #[test]
    fn wildcards_span_lines_and_whole_characters() {
        assert!(like("%", ""));
        assert!(like("a%c", "a\n\nbc"));
        assert!(like("_", "é"));
        assert!(like("_", "e\u{301}"), "NFC makes one character of two");
        assert!(like("%ab%ab", "ababab"));
        assert!(like("a.c", "a.c"));
        assert!(!like("a.c", "abc"));
        assert!(!like("%ab_", "ab"));
        assert!(!like("", "a"));
        assert!(!like("a", "a\n"));
    }

    #[test]
    fn time_is_bounded() {
        let pattern = "%a".repeat(50) + "b";
        let text = "a".repeat(100_000);
        let refused = Like::new(&pattern).matches_text(&text, &mut Meter::new(1_000));
        assert_eq!(refused, Err(StepsExhausted { limit: 1_000 }));
    }
}
