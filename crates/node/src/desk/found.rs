//! Founding: a charter is drafted from the cards of its parties, and signed by this one.

use dialogue::{
    Access, CLEARANCE_OFFICERS_MAX, Charter, CharterDraft, CharterParty, RECEIPT_STATEMENT, Stamp,
    Texts, TrackName, TrackTerms, WINDOW_DAYS_MAX, WINDOW_ITEMS_MAX,
};
use store::{Dialogue, DialogueState};

use crate::{
    desk::charter::{self, Acceptable},
    directory::parse_card,
    error::ApiError,
    node::Node,
    request::{Found, NewTrack},
    view::{DialogueView, TrackView},
};

/// What a charter says that it is for when nobody said it.
const PURPOSE_UNSAID: &str = "Not stated.";

impl Node {
    /// Drafts a charter with the parties of these cards and signs it.
    pub(crate) async fn found(&self, request: Found) -> Result<DialogueView, ApiError> {
        let _alone = self.desk().founding.lock().await;
        let charter = self.draft(&request)?;
        let charter = charter::accept_as(self, &charter)?;
        self.create(&charter).await
    }

    /// Makes a track of this party alone: a dialogue with one party, in force at once.
    pub(crate) async fn create_track(&self, request: NewTrack) -> Result<TrackView, ApiError> {
        let name = request.name.clone();
        let title = match request.title.trim() {
            "" => name.clone(),
            title => title.to_owned(),
        };
        let request = Found {
            name: name.clone(),
            purpose: title.clone(),
            with: Vec::new(),
            tracks: vec![NewTrack { title, ..request }],
        };
        let dialogue = self.found(request).await?;
        let mut tracks = self.tracks().await?.into_iter();
        tracks
            .find(|track| track.dialogue == dialogue.id)
            .ok_or_else(|| ApiError::not_found(format!("the track `{name}` was not made")))
    }

    fn draft(&self, request: &Found) -> Result<Charter, ApiError> {
        let name = request.name.trim();
        if self.directory().dialogue(name).is_some() {
            return Err(ApiError::refused(
                "exists",
                format!("there is a dialogue `{name}` here already; give this one another name"),
            ));
        }
        let parties = self.parties_of(&request.with)?;
        let hosts: Vec<dialogue::PartyId> =
            parties.iter().map(|party| party.host.clone()).collect();
        let tracks = request
            .tracks
            .iter()
            .map(|track| terms(track, &hosts))
            .collect::<Result<Vec<_>, _>>()?;
        let purpose = match request.purpose.trim() {
            "" => PURPOSE_UNSAID,
            purpose => purpose,
        };
        let text = |text: &str| {
            Texts::one("en", text)
                .map_err(|rule| ApiError::invalid(format!("the purpose of the dialogue {rule}")))
        };
        CharterDraft {
            version: 1,
            name: name.to_owned(),
            purpose: text(purpose)?,
            receipt_statement: text(RECEIPT_STATEMENT)?,
            parties,
            tracks,
        }
        .write(&self.stamp()?)
        .map_err(|refused| ApiError::invalid(format!("this makes no charter: {refused}")))
    }

    /// This party and those of the cards.
    fn parties_of(&self, cards: &[String]) -> Result<Vec<CharterParty>, ApiError> {
        let mut parties = vec![CharterParty {
            host: party_id(self.me())?,
            card: self.card().note().as_str().into(),
        }];
        for (at, text) in cards.iter().enumerate() {
            let card = parse_card(text).map_err(|error| {
                ApiError::invalid(format!("card {} cannot be believed: {error}", at + 1))
            })?;
            let host = party_id(&card.card().host)?;
            if parties.iter().any(|party| party.host == host) {
                let whose = if card.card().host == *self.me() {
                    "this party's own; only the cards of the others are needed"
                } else {
                    "here twice"
                };
                return Err(ApiError::invalid(format!("the card of {host} is {whose}")));
            }
            parties.push(CharterParty {
                host,
                card: card.note().as_str().into(),
            });
        }
        Ok(parties)
    }

    /// What an act written now is stamped with.
    pub(crate) fn stamp(&self) -> Result<Stamp, ApiError> {
        let identity = &self.card().card().identity;
        Ok(Stamp {
            uuid: self.random().uuid(),
            now: self.clock().now(),
            author: identity.parse().map_err(ApiError::internal)?,
        })
    }

    /// Stores a new charter that this party has signed, and brings it into force if nobody else has to.
    pub(crate) async fn create(&self, charter: &Charter) -> Result<DialogueView, ApiError> {
        let id = charter.object().id().as_str();
        let acceptable = Acceptable::check(self, charter)?;
        self.store()
            .create_dialogue(Dialogue {
                id: id.to_owned(),
                charter: charter::bytes(charter)?,
                state: DialogueState::Draft,
                created: self.clock().now().as_microsecond(),
            })
            .await?;
        self.enforce_or_keep(charter, &acceptable).await?;
        self.dialogue_view(id)
    }
}

/// A host as the dialogue names it.
pub(crate) fn party_id(host: &record::name::Host) -> Result<dialogue::PartyId, ApiError> {
    host.as_str().parse().map_err(ApiError::internal)
}

fn terms(track: &NewTrack, parties: &[dialogue::PartyId]) -> Result<TrackTerms, ApiError> {
    let name: TrackName = track.name.parse().map_err(|error| {
        ApiError::invalid(format!(
            "`{}` is no name for a track, which is lower-case letters, digits and single hyphens: {error}",
            track.name
        ))
    })?;
    let access = match track.access.as_str() {
        "open" => Access::Open,
        "closed" => Access::Closed,
        other => {
            return Err(ApiError::invalid(format!(
                "track `{name}` cannot be `{other}`: a track is `open` or `closed`"
            )));
        }
    };
    let title = match track.title.trim() {
        "" => track.name.as_str(),
        title => title,
    };
    let ceiling = match &track.marking_ceiling {
        None => None,
        Some(word) => Some(
            word.parse()
                .map_err(|error: dialogue::NoCeiling| ApiError::invalid(error.to_string()))?,
        ),
    };
    if track.clearance > CLEARANCE_OFFICERS_MAX {
        return Err(ApiError::invalid(format!(
            "track `{name}` cannot ask for {} officers to clear what is passed: it is 0, 1 or {CLEARANCE_OFFICERS_MAX}",
            track.clearance
        )));
    }
    // A charter has a number there; the largest it takes is no limit that anybody meets.
    let or_none = |limit: u64, most: u64| if limit == 0 { most } else { limit };
    Ok(TrackTerms::new(name, title, access, parties)
        .window(
            or_none(track.window_items, WINDOW_ITEMS_MAX),
            or_none(u64::from(track.window_days), WINDOW_DAYS_MAX),
        )
        .ceiling(ceiling)
        .cleared_by(track.clearance))
}
