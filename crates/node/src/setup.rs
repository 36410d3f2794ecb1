//! Making a node, and reading the cards of others.

use record::{
    card::{Card, Office, OfficeKind, VerifiedCard},
    hash::Hash,
    key::KeyError,
    name::{Host, NameError},
    party_note::PartyNoteError,
};

use crate::{
    clock::{Clock, Random, utc_time},
    directory::parse_card,
    home::{Home, HomeError},
    keys::{Keys, KeysError},
    settings::Settings,
    view::{CardView, OfficeView, PartyView},
};

/// Why a node could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The host.
    #[error("{0}")]
    Host(#[from] NameError),
    /// The URL.
    #[error("the public URL is {0:?}; other parties speak mutual TLS, so it begins with https://")]
    Url(String),
    /// A file.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The card.
    #[error("the card: {0}")]
    Card(#[from] PartyNoteError),
}

/// The office that a new node's card names.
#[derive(Debug, Clone)]
pub struct NewOffice {
    /// What people call it.
    pub name: String,
    /// When it is staffed.
    pub hours: String,
    /// How it is reached when all else fails.
    pub contact: String,
}

/// Makes keys and card of a new node in `home`.
///
/// # Errors
/// [`SetupError`]; files that were written stay, and a second attempt refuses to overwrite keys.
pub fn init(
    home: &Home,
    settings: &Settings,
    office: &NewOffice,
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<CardView, SetupError> {
    let host: Host = settings.host.parse()?;
    if !settings.url.starts_with("https://") {
        return Err(SetupError::Url(settings.url.clone()));
    }
    let keys = Keys::create(home, &host, random)?;
    let card = Card {
        v: 1,
        host,
        name: settings.name.clone(),
        identity: format!("identity--{}", random.uuid()),
        url: settings.url.clone(),
        tls: vec![Hash::new(*keys.tls.pin().as_bytes())],
        party: keys.party.vkeys(),
        receipt: keys.receipt.vkeys(),
        witness: keys.witness.vkeys(),
        offices: vec![Office {
            id: slug(&office.name),
            name: office.name.clone(),
            kind: OfficeKind::Technical,
            languages: vec!["en".to_owned()],
            hours: office.hours.clone(),
            contact: office.contact.clone(),
        }],
        issued: utc_time(clock.now()),
    };
    let card = card.sign(&keys.party)?;
    home.write(&home.card(), card.note().as_bytes())?;
    Ok(CardView {
        card: card.note().to_string(),
        party: party_view(&card),
    })
}

/// Reads somebody's card.
///
/// # Errors
/// [`PartyNoteError`] when it does not verify.
pub fn read_card(text: &str) -> Result<PartyView, PartyNoteError> {
    parse_card(text).map(|card| party_view(&card))
}

/// A party as others see it.
pub fn party_view(card: &VerifiedCard) -> PartyView {
    let says = card.card();
    PartyView {
        host: says.host.to_string(),
        name: says.name.clone(),
        fingerprint: card.fingerprint().to_string(),
        url: says.url.clone(),
        offices: says
            .offices
            .iter()
            .map(|office| OfficeView {
                id: office.id.clone(),
                name: office.name.clone(),
            })
            .collect(),
    }
}

/// Lower-case letters and digits joined by hyphens.
fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        "desk".to_owned()
    } else {
        words.join("-")
    }
}
