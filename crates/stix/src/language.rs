//! Language content: the texts of an object in other languages (STIX 2.1 §7.1).

use std::collections::BTreeSet;

use thiserror::Error;

use crate::timestamp::Instant;
use crate::tree::canonical::{utf16_order, write_string, write_value};
use crate::tree::{Kind, Value};

/// Why a translation does not belong to an object, or does not mirror it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TranslationError {
    /// It is no language content.
    #[error("this is no language content")]
    NoLanguageContent,
    /// It is of another object.
    #[error("the translation is of {0}")]
    OtherObject(String),
    /// It is of another version of the object.
    #[error("the translation is of the version of {0}")]
    OtherVersion(String),
    /// It has no texts in that language.
    #[error("there is no translation into {0:?}")]
    NoSuchLanguage(String),
    /// A list has another length than the list it translates (§7.1.1).
    #[error("the translated list {0:?} has another length than the list it translates")]
    Length(String),
    /// What is translated is not of the kind of what it translates (§7.1.1).
    #[error("the translation of {0:?} is not of the same kind")]
    Kind(String),
}

/// The languages that a language content object has.
#[must_use]
pub fn languages(content: Value<'_>) -> BTreeSet<&str> {
    let contents = content.get("contents").into_iter().flat_map(Value::members);
    contents.map(|(language, _)| language).collect()
}

/// An object in another language: its canonical text with the translated texts in the place of
/// its own, and `lang` saying so.
///
/// It is for reading. It has the identifier and version of the object it was made from without
/// being that object, so it is not to be passed on as such.
///
/// Where a list is translated in part, empty strings stand for what stays as it is. Translations
/// of properties that the object does not have are ignored (§7.1.1).
///
/// # Errors
/// [`TranslationError`] if the content is of another object or version, or does not mirror it.
pub fn translate(
    object: Value<'_>,
    content: Value<'_>,
    language: &str,
) -> Result<String, TranslationError> {
    belongs(object, content)?;
    let texts = content
        .get("contents")
        .and_then(|contents| contents.get(language));
    let texts = texts.ok_or_else(|| TranslationError::NoSuchLanguage(language.to_owned()))?;
    let mut members: Vec<_> = object
        .members()
        .filter(|(name, _)| *name != "lang")
        .collect();
    members.sort_by(|(a, _), (b, _)| utf16_order(a, b));
    let lang_at = members.partition_point(|(name, _)| utf16_order(name, "lang").is_lt());
    let mut out = String::with_capacity(object.raw().len());
    out.push('{');
    for (at, (name, value)) in members.iter().enumerate() {
        if at == lang_at {
            write_lang(&mut out, language);
            out.push(',');
        }
        write_string(&mut out, name);
        out.push(':');
        match texts.get(name) {
            Some(text) => mirror(&mut out, *value, text, name)?,
            None => write_value(&mut out, *value),
        }
        out.push(',');
    }
    if lang_at == members.len() {
        write_lang(&mut out, language);
    } else {
        out.pop();
    }
    out.push('}');
    Ok(out)
}

fn write_lang(out: &mut String, language: &str) {
    out.push_str("\"lang\":");
    write_string(out, language);
}

fn belongs(object: Value<'_>, content: Value<'_>) -> Result<(), TranslationError> {
    let text =
        |value: Value<'_>, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    if text(content, "type").as_deref() != Some("language-content") {
        return Err(TranslationError::NoLanguageContent);
    }
    let target = text(content, "object_ref").unwrap_or_default();
    if text(object, "id").as_deref() != Some(&*target) {
        return Err(TranslationError::OtherObject(target));
    }
    let Some(version) = text(content, "object_modified") else {
        return Ok(());
    };
    let modified = text(object, "modified").unwrap_or_default();
    match (Instant::parse(&version), Instant::parse(&modified)) {
        (Ok(wanted), Ok(found)) if wanted == found => Ok(()),
        _ => Err(TranslationError::OtherVersion(version)),
    }
}

/// Writes `text` where the object has `value`, of which it is a mirror.
fn mirror(
    out: &mut String,
    value: Value<'_>,
    text: Value<'_>,
    name: &str,
) -> Result<(), TranslationError> {
    match (value.kind(), text.kind()) {
        (Kind::String, Kind::String) => {
            let untranslated = text.as_str() == Some("");
            write_value(out, if untranslated { value } else { text });
            Ok(())
        }
        (Kind::Array, Kind::Array) if value.len() == text.len() => {
            out.push('[');
            for (at, (item, translation)) in value.items().zip(text.items()).enumerate() {
                if at > 0 {
                    out.push(',');
                }
                mirror(out, item, translation, name)?;
            }
            out.push(']');
            Ok(())
        }
        (Kind::Array, Kind::Array) => Err(TranslationError::Length(name.to_owned())),
        (Kind::Object, Kind::Object) => {
            let mut members: Vec<_> = value.members().collect();
            members.sort_by(|(a, _), (b, _)| utf16_order(a, b));
            out.push('{');
            for (at, (key, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_string(out, key);
                out.push(':');
                match text.get(key) {
                    Some(translation) => mirror(out, member, translation, key)?,
                    None => write_value(out, member),
                }
            }
            out.push('}');
            Ok(())
        }
        // Translations of what cannot be translated are ignored (§7.1.1).
        (Kind::True | Kind::False | Kind::Number | Kind::Null, _) => {
            write_value(out, value);
            Ok(())
        }
        _ => Err(TranslationError::Kind(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Arena;

    const OBJECT: &str = r#"{"type":"threat-actor","id":"threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","modified":"2017-02-08T21:31:22.007Z","name":"Robin","goals":["Steal money","Steal cards"],"count":1}"#;

    fn translated(
        contents: &str,
        language: &str,
        modified: &str,
    ) -> Result<String, TranslationError> {
        let content = format!(
            r#"{{"type":"language-content","object_ref":"threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","object_modified":"{modified}","contents":{contents}}}"#
        );
        let (mut a, mut b) = (Arena::default(), Arena::default());
        let object = a.parse(OBJECT.as_bytes()).unwrap();
        let content = b.parse(content.as_bytes()).unwrap();
        translate(object.root(), content.root(), language)
    }

    const VERSION: &str = "2017-02-08T21:31:22.007000Z";

    #[test]
    fn texts_take_the_place_of_texts() {
        let contents = r#"{"fr":{"goals":["Voler de l'argent",""],"count":2,"unknown":"x"}}"#;
        let expected = r#"{"count":1,"goals":["Voler de l'argent","Steal cards"],"id":"threat-actor--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","lang":"fr","modified":"2017-02-08T21:31:22.007Z","name":"Robin","type":"threat-actor"}"#;
        assert_eq!(translated(contents, "fr", VERSION).as_deref(), Ok(expected));
    }

    #[test]
    fn refuses_what_is_no_mirror() {
        use TranslationError::{Kind, Length, NoSuchLanguage, OtherVersion};
        let fr = |texts: &str| translated(&format!(r#"{{"fr":{texts}}}"#), "fr", VERSION);
        assert_eq!(fr(r#"{"goals":["x"]}"#), Err(Length("goals".into())));
        assert_eq!(fr(r#"{"goals":"x"}"#), Err(Kind("goals".into())));
        assert_eq!(fr(r#"{"name":["x"]}"#), Err(Kind("name".into())));
        let none = translated(r#"{"fr":{"name":"x"}}"#, "de", VERSION);
        assert_eq!(none, Err(NoSuchLanguage("de".into())));
        let other = "2017-02-08T21:31:22.008Z";
        assert_eq!(
            translated(r#"{"fr":{"name":"x"}}"#, "fr", other),
            Err(OtherVersion(other.into()))
        );
    }
}
