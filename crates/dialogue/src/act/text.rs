//! Texts: the same words in one or more languages, each marked authentic or not (DESIGN §5).
//!
//! All are signed; the authentic ones bind.

use serde_json::{Value, json};

use super::field::{Field, check_text};
use super::refused::{Refused, Rule};

/// Longest single text, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Most languages of one text.
pub const LANGUAGES_MAX: usize = 32;
/// Longest language tag, in bytes (RFC 5646 §4.4.1 asks for at least 35).
pub const LANGUAGE_BYTES_MAX: usize = 35;

/// One text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    lang: Box<str>,
    text: Box<str>,
    authentic: bool,
}

/// The same words in one or more languages: at least one authentic, no language twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts(Box<[Text]>);

impl Text {
    /// A text in the language of the BCP 47 tag `lang`.
    ///
    /// # Errors
    /// Refuses what is not a language tag, and a text that is empty or longer than
    /// [`TEXT_BYTES_MAX`].
    pub fn new(lang: &str, text: &str, authentic: bool) -> Result<Self, Rule> {
        if !is_language_tag(lang) {
            return Err(Rule::Language(lang.into()));
        }
        check_text(text, TEXT_BYTES_MAX)?;
        Ok(Self {
            lang: lang.into(),
            text: text.into(),
            authentic,
        })
    }

    /// The language tag, as it came.
    pub fn lang(&self) -> &str {
        &self.lang
    }

    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this rendering binds.
    pub fn authentic(&self) -> bool {
        self.authentic
    }
}

impl Texts {
    /// The texts in this order.
    ///
    /// # Errors
    /// Refuses none, more than [`LANGUAGES_MAX`], a language twice, and none that is authentic.
    pub fn new(texts: impl Into<Box<[Text]>>) -> Result<Self, Rule> {
        let texts = texts.into();
        match texts.len() {
            0 => return Err(Rule::Empty),
            count if count > LANGUAGES_MAX => {
                return Err(Rule::TooMany {
                    count,
                    max: LANGUAGES_MAX,
                });
            }
            _ => {}
        }
        for (at, text) in texts.iter().enumerate() {
            // Tags compare without regard to case (RFC 5646 §2.1.1).
            if texts[..at]
                .iter()
                .any(|other| other.lang.eq_ignore_ascii_case(&text.lang))
            {
                return Err(Rule::LanguageTwice(text.lang.clone()));
            }
        }
        if !texts.iter().any(Text::authentic) {
            return Err(Rule::NothingAuthentic);
        }
        Ok(Self(texts))
    }

    /// One authentic text, the usual case between parties with a common language.
    ///
    /// # Errors
    /// As [`Text::new`].
    pub fn one(lang: &str, text: &str) -> Result<Self, Rule> {
        Ok(Self(Box::new([Text::new(lang, text, true)?])))
    }

    /// The texts in the order in which their author put them.
    pub fn iter(&self) -> std::slice::Iter<'_, Text> {
        self.0.iter()
    }

    pub(crate) fn to_value(&self) -> Value {
        let text = |t: &Text| json!({ "lang": t.lang, "text": t.text, "authentic": t.authentic });
        self.iter().map(text).collect()
    }

    pub(crate) fn read(field: &Field<'_>) -> Result<Self, Refused> {
        let texts: Result<Vec<Text>, Refused> = field.list(LANGUAGES_MAX)?.map(read_one).collect();
        Self::new(texts?).map_err(|rule| field.refuse(rule))
    }

    /// Reads the member `name` if it is there.
    pub(crate) fn read_optional(field: &Field<'_>, name: &str) -> Result<Option<Self>, Refused> {
        field
            .optional(name)?
            .map(|texts| Self::read(&texts))
            .transpose()
    }
}

fn read_one(field: Field<'_>) -> Result<Text, Refused> {
    let (lang, text) = (field.member("lang")?, field.member("text")?);
    let authentic = field.member("authentic")?.boolean()?;
    let read = Text::new(lang.text()?, text.text()?, authentic);
    read.map_err(|rule| match rule {
        Rule::Language(_) => lang.refuse(rule),
        _ => text.refuse(rule),
    })
}

/// Whether this has the shape of a BCP 47 tag: subtags of 1 to 8 letters and digits, the first of
/// them letters. That a subtag is registered is not asked: registries move, records do not.
fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let first = subtags.next().unwrap_or_default();
    let first_fits =
        (2..=8).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let fits = |s: &str| (1..=8).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric());
    tag.len() <= LANGUAGE_BYTES_MAX && first_fits && subtags.all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_language_and_words() {
        let check = |lang: &str, text: &str, expected: Result<(), Rule>| {
            assert_eq!(
                Text::new(lang, text, true).map(|_| ()),
                expected,
                "{lang:?} {text:?}"
            );
        };
        check("en", "Yes.", Ok(()));
        check("zh-Hans-CN", "是", Ok(()));
        for bad in [
            "",
            "e",
            "en_GB",
            "en-",
            "-en",
            "123",
            "en-123456789",
            "abcdefghi",
        ] {
            check(bad, "Yes.", Err(Rule::Language(bad.into())));
        }
        let long = format!("en{}", "-abcdefgh".repeat(4));
        check(&long, "Yes.", Err(Rule::Language(long.as_str().into())));
        check("en", " \n", Err(Rule::Empty));
        let long = "x".repeat(TEXT_BYTES_MAX + 1);
        check(
            "en",
            &long,
            Err(Rule::TooLong {
                bytes: long.len(),
                max: TEXT_BYTES_MAX,
            }),
        );
    }

    #[test]
    fn texts_have_each_language_once_and_something_that_binds() {
        let check = |texts: &[(&str, bool)], expected: Result<(), Rule>| {
            let texts: Vec<Text> = texts
                .iter()
                .map(|(lang, a)| Text::new(lang, "x", *a).unwrap())
                .collect();
            assert_eq!(Texts::new(texts).map(|_| ()), expected);
        };
        check(&[("en", true), ("fr", false)], Ok(()));
        check(&[], Err(Rule::Empty));
        check(&[("en", false), ("fr", false)], Err(Rule::NothingAuthentic));
        check(
            &[("en-GB", true), ("EN-gb", true)],
            Err(Rule::LanguageTwice("EN-gb".into())),
        );
        let many: Vec<String> = (0..33).map(|n| format!("en-x{n}")).collect();
        let many: Vec<(&str, bool)> = many.iter().map(|lang| (lang.as_str(), true)).collect();
        check(&many, Err(Rule::TooMany { count: 33, max: 32 }));
    }
}
