//! What a card must be, besides well signed.

use super::{
    CARD_OFFICES_MAX, CARD_TEXT_BYTES_MAX, CARD_TLS_MAX, Card, OFFICE_LANGUAGES_MAX, Office,
};
use crate::key::{KeyError, Vkey};
use crate::name::Host;
use crate::party_note::PartyNoteError;

/// The longest BCP 47 tag we accept, in bytes (RFC 5646 §4.4.1 asks for 35 at least).
const LANGUAGE_BYTES_MAX: usize = 35;

/// Why a card, well signed, is refused for what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// A text is empty, too long, or has control characters.
    #[error("{member} of {bytes} bytes is not a text of 1 to {CARD_TEXT_BYTES_MAX} bytes")]
    Text {
        /// Which member.
        member: &'static str,
        /// Its length.
        bytes: usize,
    },
    /// Not an address of a node.
    #[error("{0:?} is not an https address without query and without a slash at its end")]
    Url(String),
    /// No TLS key, or too many.
    #[error("{0} TLS keys, from 1 to {CARD_TLS_MAX} are allowed")]
    TlsCount(usize),
    /// Too many offices.
    #[error("{0} offices, the limit is {CARD_OFFICES_MAX}")]
    OfficeCount(usize),
    /// Two offices have one id.
    #[error("two offices {0:?}")]
    OfficeTwice(String),
    /// Too many languages of one office.
    #[error("office {office:?} has {count} languages, the limit is {OFFICE_LANGUAGES_MAX}")]
    LanguageCount {
        /// The office.
        office: String,
        /// How many there are.
        count: usize,
    },
    /// Not the form of a BCP 47 tag.
    #[error("{0:?} is not a language tag")]
    Language(String),
}

pub(super) fn check(card: &Card) -> Result<(), PartyNoteError> {
    check_text("name", &card.name)?;
    check_text("url", &card.url)?;
    if !is_url(&card.url) {
        return Err(CardError::Url(card.url.clone()).into());
    }
    if !(1..=CARD_TLS_MAX).contains(&card.tls.len()) {
        return Err(CardError::TlsCount(card.tls.len()).into());
    }
    check_offices(&card.offices)?;
    check_keys(card)?;
    Ok(())
}

/// No key has two roles: an Ed25519 cosignature does not name its cosigner (tlog-cosignature), so one
/// statement could pass for the other.
fn check_keys(card: &Card) -> Result<(), KeyError> {
    let all = [&card.party, &card.receipt, &card.witness];
    let all: Vec<&Vkey> = all.into_iter().flatten().collect();
    for (at, key) in all.iter().enumerate() {
        let used = |held: &&&Vkey| held.public_key() == key.public_key();
        if let Some(held) = all[..at].iter().find(used) {
            let [first, second] = [held, key].map(|key| key.name().as_str().to_owned());
            return Err(KeyError::UsedTwice(first, second));
        }
    }
    Ok(())
}

fn check_offices(offices: &[Office]) -> Result<(), CardError> {
    if offices.len() > CARD_OFFICES_MAX {
        return Err(CardError::OfficeCount(offices.len()));
    }
    for (at, office) in offices.iter().enumerate() {
        check_text("office id", &office.id)?;
        check_text("office name", &office.name)?;
        for (member, text) in [
            ("office hours", &office.hours),
            ("office contact", &office.contact),
        ] {
            if !text.is_empty() {
                check_text(member, text)?;
            }
        }
        if offices[..at].iter().any(|held| held.id == office.id) {
            return Err(CardError::OfficeTwice(office.id.clone()));
        }
        if office.languages.len() > OFFICE_LANGUAGES_MAX {
            return Err(CardError::LanguageCount {
                office: office.id.clone(),
                count: office.languages.len(),
            });
        }
        if let Some(tag) = office.languages.iter().find(|tag| !is_language(tag)) {
            return Err(CardError::Language(tag.clone()));
        }
    }
    Ok(())
}

fn check_text(member: &'static str, text: &str) -> Result<(), CardError> {
    let fine = (1..=CARD_TEXT_BYTES_MAX).contains(&text.len()) && !text.contains(char::is_control);
    if fine {
        return Ok(());
    }
    Err(CardError::Text {
        member,
        bytes: text.len(),
    })
}

fn is_url(text: &str) -> bool {
    let (secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return false,
    };
    let authority = rest.split('/').next().unwrap_or(rest);
    // The host of an address need not be the party id, but it has the same form.
    let Ok(host) = authority.parse::<Host>() else {
        return false;
    };
    let name = host.as_str().split(':').next().unwrap_or_default();
    let loopback = name == "localhost" || name == "127.0.0.1";
    let path_is_plain = rest.bytes().all(|b| b.is_ascii_graphic())
        && !rest.contains(['?', '#', '\\'])
        && !rest.ends_with('/');
    (secure || loopback) && path_is_plain
}

fn is_language(tag: &str) -> bool {
    tag.len() <= LANGUAGE_BYTES_MAX
        && tag.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}
