//! Accepting: the charter goes to and fro as a document until every party has signed; then it is in force, and each
//! party's logs open with it.

use std::collections::BTreeMap;

use bytes::Bytes;
use dialogue::{Acceptance, Charter, CharterInForce, TrackName};
use record::{
    acceptance::{Acceptance as Accepts, VerifiedAcceptance},
    card::VerifiedCard,
    declaration::{Declaration, VerifiedDeclaration},
    hash::Hash,
    note::SignedNote,
};
use store::DialogueState;

use crate::{
    clock::utc_time,
    desk::found::party_id,
    directory::{DialogueEntry, NoteOpener, parse_card, parse_charter, parse_declaration},
    error::ApiError,
    keys,
    node::Node,
    request::Accept,
    setup::party_view,
    sync::succeed,
    view::DialogueView,
};

impl Node {
    /// Every dialogue, oldest first, without its document.
    pub(crate) fn dialogues(&self) -> Result<Vec<DialogueView>, ApiError> {
        let directory = self.directory();
        directory
            .dialogues()
            .iter()
            .map(|each| view(each, false))
            .collect()
    }

    /// One dialogue with its document.
    pub(crate) fn dialogue_view(&self, id: &str) -> Result<DialogueView, ApiError> {
        let directory = self.directory();
        let entry = directory
            .dialogue(id)
            .ok_or_else(|| ApiError::not_found(format!("there is no dialogue {id} here")))?;
        view(entry, true)
    }

    /// Takes a charter in, signs it if this party has not, and brings it into force when all have. Doing it again
    /// changes nothing.
    pub(crate) async fn accept(&self, request: Accept) -> Result<DialogueView, ApiError> {
        let _alone = self.desk().founding.lock().await;
        let incoming = read_document(&request.document)?;
        self.is_party_of(&incoming)?;
        Acceptable::check(self, &incoming)?;
        let id = incoming.object().id().as_str().to_owned();
        let directory = self.directory();
        let Some(held) = directory
            .dialogues()
            .iter()
            .find(|each| each.charter.object().id().as_str() == id)
        else {
            if directory.dialogue(incoming.name()).is_some() {
                return Err(ApiError::refused(
                    "exists",
                    format!(
                        "there is another dialogue named `{0}` here; ask who founded this one for another name",
                        incoming.name()
                    ),
                ));
            }
            return self.create(&accept_as(self, &incoming)?).await;
        };
        let merged = held.charter.merge(&incoming).map_err(|_| {
            ApiError::refused(
                "terms_differ",
                format!(
                    "this charter of `{}` says something else than the one that is here under the same id; \
                     compare them with its founder, and found the dialogue anew if the terms are to change",
                    incoming.name()
                ),
            )
        })?;
        if held.in_force.is_none() {
            let accepted = accept_as(self, &merged)?;
            let acceptable = Acceptable::check(self, &accepted)?;
            self.enforce_or_keep(&accepted, &acceptable).await?;
        }
        self.dialogue_view(&id)
    }

    fn is_party_of(&self, charter: &Charter) -> Result<(), ApiError> {
        let me = party_id(self.me())?;
        let Some(party) = charter.parties().iter().find(|party| party.host == me) else {
            return Err(ApiError::refused(
                "not_a_party",
                format!(
                    "{me} is no party of `{}`: its parties are {}",
                    charter.name(),
                    hosts(charter)
                ),
            ));
        };
        if *party.card != *self.card().note().as_str() {
            return Err(ApiError::refused(
                "other_card",
                format!(
                    "`{}` names {me} with a card that is not this node's own; hand the founder the card that \
                     `chancery card` prints, and have the dialogue founded with it",
                    charter.name()
                ),
            ));
        }
        Ok(())
    }

    /// Stores a charter as it stands now. When all have signed: opens every log, and puts it at the start of ours.
    pub(crate) async fn enforce_or_keep(
        &self,
        charter: &Charter,
        acceptable: &Acceptable,
    ) -> Result<(), ApiError> {
        let id = charter.object().id().as_str();
        let complete = acceptable.complete;
        self.store().set_charter(id, bytes(charter)?).await?;
        if complete {
            // In this order: a dialogue in force always has its logs, and a second acceptance goes on where the
            // first stopped.
            for declaration in &acceptable.declarations {
                let mine = declaration.declaration().party == *self.me();
                succeed::add_log(self, declaration, mine).await?;
            }
            self.store()
                .set_dialogue_state(id, DialogueState::InForce)
                .await?;
        }
        self.reload().await?;
        if complete {
            succeed::open_missing(self).await?;
        }
        Ok(())
    }
}

/// What of a charter has been verified, signed by all or not.
pub(crate) struct Acceptable {
    /// Whether all have signed, and it is in force.
    complete: bool,
    /// Every log declared in it.
    declarations: Vec<VerifiedDeclaration>,
}

impl Acceptable {
    /// Verifies every card, acceptance and declaration that the charter carries so far.
    pub(crate) fn check(node: &Node, charter: &Charter) -> Result<Self, ApiError> {
        let refused = |words: String| ApiError::refused("not_believed", words);
        let terms = terms(charter)?;
        let mut cards: BTreeMap<&str, VerifiedCard> = BTreeMap::new();
        for party in charter.parties() {
            let card = parse_card(&party.card).map_err(|error| {
                refused(format!("the card of {} does not hold: {error}", party.host))
            })?;
            if card.card().host.as_str() != party.host.as_str() {
                return Err(refused(format!(
                    "the card given for {} is that of {}",
                    party.host,
                    card.card().host
                )));
            }
            // The dialogue asks more of a card than that it is signed: offices to be asked, for one.
            let line = card.note().text().lines().nth(1).unwrap_or_default();
            serde_json::from_str(line)
                .map_err(|error| error.to_string())
                .and_then(|value| dialogue::Card::read(&value).map_err(|error| error.to_string()))
                .map_err(|error| {
                    refused(format!(
                        "the card of {} cannot be used: {error}",
                        party.host
                    ))
                })?;
            cards.insert(party.host.as_str(), card);
        }
        let mut declarations = Vec::new();
        for acceptance in charter.acceptances() {
            let by = acceptance.party();
            let Some(card) = cards.get(by.as_str()) else {
                continue;
            };
            let bad = |error: &dyn std::fmt::Display| {
                refused(format!("the signature of {by} does not hold: {error}"))
            };
            let note =
                SignedNote::parse(acceptance.note().as_bytes()).map_err(|error| bad(&error))?;
            let says =
                VerifiedAcceptance::verify(note, card.party()).map_err(|error| bad(&error))?;
            if says.acceptance().terms != terms
                || says.acceptance().dialogue != charter.object().id().as_str()
            {
                return Err(refused(format!("{by} signed other terms than these")));
            }
            for log in acceptance.logs() {
                let declared = parse_declaration(log, card.party()).map_err(|error| {
                    refused(format!("a log of {by} is not declared rightly: {error}"))
                })?;
                if declared.declaration().dialogue != charter.object().id().as_str() {
                    return Err(refused(format!(
                        "a log of {by} is declared for another dialogue"
                    )));
                }
                declarations.push(declared);
            }
        }
        let complete = charter.acceptances().len() == charter.parties().len();
        if complete {
            CharterInForce::check(charter.clone(), &NoteOpener)
                .map_err(|error| refused(format!("the charter does not hold: {error}")))?;
        }
        let acceptable = Self {
            complete,
            declarations,
        };
        acceptable.is_possible_here(node, charter)?;
        Ok(acceptable)
    }

    /// A log stands in one track; and those of this party have their keys here.
    fn is_possible_here(&self, node: &Node, charter: &Charter) -> Result<(), ApiError> {
        let directory = node.directory();
        for declaration in &self.declarations {
            let says = declaration.declaration();
            let other = directory
                .log_of(says.origin.as_str())
                .is_some_and(|held| held.track.dialogue != says.dialogue);
            if other {
                return Err(ApiError::refused(
                    "not_believed",
                    format!(
                        "{} declares {}, which is a log of another dialogue",
                        says.party, says.origin
                    ),
                ));
            }
            let known = directory.log_of(says.origin.as_str()).is_some();
            if says.party == *node.me() && !known && !keys::has_log(node.home(), &says.origin) {
                return Err(ApiError::refused(
                    "keys_missing",
                    format!(
                        "`{}` carries this party's signature for logs whose keys are not in this node: it was made \
                         anew or restored since; have the dialogue founded anew",
                        charter.name()
                    ),
                ));
            }
        }
        Ok(())
    }
}

/// Adds this party's signature and the logs it will write, if they are not there.
pub(crate) fn accept_as(node: &Node, charter: &Charter) -> Result<Charter, ApiError> {
    let me = party_id(node.me())?;
    if charter.acceptances().iter().any(|each| *each.party() == me) {
        return Ok(charter.clone());
    }
    let dialogue = charter.object().id().as_str();
    let now = utc_time(node.clock().now());
    let mut logs: BTreeMap<TrackName, String> = BTreeMap::new();
    for track in charter.tracks_of(&me) {
        // Keys exist before the log does: nothing is ever signed with a key that is not safely in its file.
        let signer =
            keys::create_log(node.home(), node.me(), node.random()).map_err(ApiError::internal)?;
        let declaration = Declaration {
            v: 1,
            dialogue: dialogue.to_owned(),
            track: track.name().as_str().to_owned(),
            party: node.me().clone(),
            origin: signer.origin(),
            keys: signer.vkeys(),
            serial: 0,
            issued: now,
            predecessor: None,
        }
        .sign(&node.keys().party)
        .map_err(ApiError::internal)?;
        logs.insert(track.name().clone(), declaration.note().as_str().to_owned());
    }
    let accepts = Accepts {
        v: 1,
        dialogue: dialogue.to_owned(),
        terms: terms(charter)?,
        party: node.me().clone(),
        time: now,
    }
    .sign(&node.keys().party)
    .map_err(ApiError::internal)?;
    charter
        .accept(Acceptance::new(me, accepts.note().as_str(), logs))
        .map_err(ApiError::internal)
}

/// The canonical bytes of a charter: its document, and entry 0 of every log.
pub(crate) fn bytes(charter: &Charter) -> Result<Bytes, ApiError> {
    let bytes = json::canonical(charter).map_err(ApiError::internal)?;
    Ok(bytes.into_bytes().into())
}

fn terms(charter: &Charter) -> Result<Hash, ApiError> {
    let terms = json::canonical(&charter.terms()).map_err(ApiError::internal)?;
    Ok(Hash::of(terms.as_bytes()))
}

/// Reads a charter document, canonical or as an editor left it: signatures are over what it says.
fn read_document(document: &str) -> Result<Charter, ApiError> {
    let bad = |error: &dyn std::fmt::Display| {
        ApiError::invalid(format!("this is no charter that can be read: {error}"))
    };
    let canonical = json::admit(document.trim().as_bytes(), &json::Limits::default())
        .map_err(|error| bad(&error))?;
    parse_charter(canonical.as_bytes()).map_err(|error| bad(&error))
}

fn hosts(charter: &Charter) -> String {
    let hosts: Vec<&str> = charter
        .parties()
        .iter()
        .map(|party| party.host.as_str())
        .collect();
    hosts.join(", ")
}

fn view(entry: &DialogueEntry, with_document: bool) -> Result<DialogueView, ApiError> {
    let charter = &entry.charter;
    let parties = charter
        .parties()
        .iter()
        .map(|party| parse_card(&party.card).map(|card| party_view(&card)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(ApiError::internal)?;
    let missing = charter.parties().iter().filter(|party| {
        let mut acceptances = charter.acceptances().iter();
        !acceptances.any(|each| *each.party() == party.host)
    });
    Ok(DialogueView {
        id: charter.object().id().to_string(),
        name: charter.name().to_owned(),
        in_force: entry.in_force.is_some(),
        missing: missing.map(|party| party.host.to_string()).collect(),
        parties,
        tracks: charter
            .tracks()
            .iter()
            .map(|track| track.name().to_string())
            .collect(),
        document: with_document.then(|| String::from_utf8_lossy(&entry.bytes).into_owned()),
    })
}
