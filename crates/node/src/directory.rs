//! Who is who: dialogues, tracks, logs and parties, as the charters and declarations held here say. Built anew from
//! the store whenever one of them changes; between changes it is a value that everybody reads.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use dialogue::{Charter, CharterInForce, NoteFormat, Notes, PartyId, TrackTerms};
use record::{
    acceptance::VerifiedAcceptance,
    card::VerifiedCard,
    checkpoint::{LogVerifier, ReceiptVerifier},
    declaration::VerifiedDeclaration,
    hash::Hash,
    name::{Host, Origin},
    note::{NoteError, SignedNote},
    party_note::{PartyNoteError, PartyVerifier},
};
use store::{DialogueState, LogId, LogState, Store, StoreError, TrackId};

use crate::{end::End, resource::LogHash, tls::Pin};

/// What is wrong with what the store holds of charters and declarations.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A charter that was in force does not verify any more: the database was changed from outside.
    #[error("the charter {dialogue} does not hold: {why}")]
    Charter {
        /// Which.
        dialogue: String,
        /// Why.
        why: String,
    },
}

/// A log, ours or another's.
#[derive(Debug)]
pub struct LogEntry {
    /// Its number in the store.
    pub id: LogId,
    /// Its origin.
    pub origin: Origin,
    /// How it is named in paths.
    pub hash: LogHash,
    /// Its track.
    pub track: Arc<TrackEntry>,
    /// Whose it is.
    pub party: Host,
    /// Whether this node writes it.
    pub mine: bool,
    /// Why it is closed, if it is.
    pub closed: Option<String>,
    /// The log before it.
    pub predecessor: Option<Origin>,
    /// Verifies its checkpoints: its keys never change.
    pub verifier: LogVerifier,
    /// Its final checkpoint, once a successor says that there is one.
    pub end: Option<End>,
}

/// A track of a dialogue.
#[derive(Debug)]
pub struct TrackEntry {
    /// Its number in the store.
    pub id: TrackId,
    /// The charter's id.
    pub dialogue: String,
    /// The dialogue's name.
    pub dialogue_name: String,
    /// Its terms.
    pub terms: TrackTerms,
}

impl TrackEntry {
    /// Whether a party is in it.
    pub fn has(&self, party: &Host) -> bool {
        self.terms
            .parties()
            .iter()
            .any(|each| each.as_str() == party.as_str())
    }
}

/// Another party's node.
#[derive(Debug)]
pub struct Peer {
    /// Its card.
    pub card: VerifiedCard,
    /// The TLS keys it may show.
    pub pins: Vec<Pin>,
    /// Verifies its receipts.
    pub receipts: ReceiptVerifier,
}

/// A charter held here.
#[derive(Debug)]
pub struct DialogueEntry {
    /// The charter.
    pub charter: Charter,
    /// Its canonical bytes.
    pub bytes: bytes::Bytes,
    /// The same, when all have signed.
    pub in_force: Option<CharterInForce>,
}

/// Everything of it.
#[derive(Debug, Default)]
pub struct Directory {
    dialogues: Vec<DialogueEntry>,
    logs: BTreeMap<LogHash, Arc<LogEntry>>,
    peers: BTreeMap<Host, Arc<Peer>>,
    pins: HashMap<Pin, Host>,
}

impl Directory {
    /// Reads charters, declarations and logs from the store.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub async fn load(store: &dyn Store) -> Result<Self, DirectoryError> {
        let mut directory = Self::default();
        let logs = store.logs().await?;
        for held in store.dialogues().await? {
            let wrong = |why: String| DirectoryError::Charter {
                dialogue: held.id.clone(),
                why,
            };
            let charter = parse_charter(&held.charter).map_err(&wrong)?;
            let in_force = match held.state {
                DialogueState::Draft => None,
                DialogueState::InForce | DialogueState::Suspended | DialogueState::Closed => Some(
                    CharterInForce::check(charter.clone(), &NoteOpener)
                        .map_err(|error| wrong(error.to_string()))?,
                ),
            };
            if in_force.is_some() {
                directory.add_parties(&charter).map_err(&wrong)?;
                let declarations = store.declarations(&held.id).await?;
                directory
                    .add_logs(&held.id, &charter, &declarations, &logs)
                    .map_err(&wrong)?;
            }
            directory.dialogues.push(DialogueEntry {
                charter,
                bytes: held.charter,
                in_force,
            });
        }
        Ok(directory)
    }

    fn add_parties(&mut self, charter: &Charter) -> Result<(), String> {
        for party in charter.parties() {
            let card = parse_card(&party.card).map_err(|e| e.to_string())?;
            let receipts = card.receipt().clone();
            let pins: Vec<Pin> = card
                .card()
                .tls
                .iter()
                .map(|hash| Pin::from_bytes(*hash.as_bytes()))
                .collect();
            let host = card.card().host.clone();
            for pin in &pins {
                self.pins.insert(*pin, host.clone());
            }
            self.peers.insert(
                host,
                Arc::new(Peer {
                    card,
                    pins,
                    receipts,
                }),
            );
        }
        Ok(())
    }

    fn add_logs(
        &mut self,
        dialogue: &str,
        charter: &Charter,
        declarations: &[store::Declaration],
        logs: &[store::Log],
    ) -> Result<(), String> {
        let mut tracks: BTreeMap<&str, Arc<TrackEntry>> = BTreeMap::new();
        let mut declared: BTreeMap<&str, VerifiedDeclaration> = BTreeMap::new();
        let mut ends: BTreeMap<Origin, End> = BTreeMap::new();
        for each in declarations {
            let read = self.declaration(&each.note, charter)?;
            if let Some((origin, end)) = End::declared(&read) {
                ends.insert(origin, end);
            }
            declared.insert(&each.origin, read);
        }
        for log in logs.iter().filter(|log| log.dialogue == dialogue) {
            let track = match tracks.get(log.track.as_str()) {
                Some(track) => track.clone(),
                None => {
                    let terms = charter
                        .tracks()
                        .iter()
                        .find(|t| t.name().as_str() == log.track);
                    let entry = Arc::new(TrackEntry {
                        id: log.track_id,
                        dialogue: dialogue.to_owned(),
                        dialogue_name: charter.name().to_owned(),
                        terms: terms
                            .ok_or("a log stands in no track of its charter")?
                            .clone(),
                    });
                    tracks.insert(&log.track, entry.clone());
                    entry
                }
            };
            let read = declared.get(log.origin.as_str());
            let read = read.ok_or_else(|| format!("{} was never declared", log.origin))?;
            let says = read.declaration();
            let entry = LogEntry {
                id: log.id,
                hash: LogHash::of(&log.origin),
                track,
                party: says.party.clone(),
                mine: log.mine,
                closed: match &log.state {
                    LogState::Open => None,
                    LogState::Closed(reason) => Some(reason.clone()),
                },
                predecessor: says.predecessor.as_ref().map(|each| each.origin.clone()),
                end: ends.get(&says.origin).cloned(),
                origin: says.origin.clone(),
                verifier: read.log().clone(),
            };
            self.logs.insert(entry.hash, Arc::new(entry));
        }
        Ok(())
    }

    /// Verifies a declaration of any party of `charter`.
    ///
    /// # Errors
    /// Words, when no party of the charter signed it.
    pub fn declaration(
        &self,
        note: &str,
        charter: &Charter,
    ) -> Result<VerifiedDeclaration, String> {
        let mut last = "it is by no party of the charter".to_owned();
        for party in charter.parties() {
            let Some(peer) = party
                .host
                .as_str()
                .parse()
                .ok()
                .and_then(|host: Host| self.peer(&host))
            else {
                continue;
            };
            match parse_declaration(note, peer.card.party()) {
                Ok(declared) => return Ok(declared),
                // The note names its party; only that party's verdict is worth telling.
                Err(error) if note.contains(peer.card.card().host.as_str()) => {
                    last = error.to_string();
                }
                Err(_) => {}
            }
        }
        Err(last)
    }

    /// The dialogues, oldest first.
    pub fn dialogues(&self) -> &[DialogueEntry] {
        &self.dialogues
    }

    /// A dialogue by its charter's id or its name.
    pub fn dialogue(&self, wanted: &str) -> Option<&DialogueEntry> {
        self.dialogues.iter().find(|each| {
            each.charter.object().id().as_str() == wanted || each.charter.name() == wanted
        })
    }

    /// Every log.
    pub fn logs(&self) -> impl Iterator<Item = &Arc<LogEntry>> {
        self.logs.values()
    }

    /// A log by the hash in paths.
    pub fn log(&self, hash: &LogHash) -> Option<&Arc<LogEntry>> {
        self.logs.get(hash)
    }

    /// A log by its origin.
    pub fn log_of(&self, origin: &str) -> Option<&Arc<LogEntry>> {
        self.logs.get(&LogHash::of(origin))
    }

    /// The logs of a party in a track, predecessors before successors.
    pub fn chain(&self, track: &TrackEntry, party: &Host) -> Vec<Arc<LogEntry>> {
        let mut chain: Vec<_> = self
            .logs
            .values()
            .filter(|log| log.track.id == track.id && log.party == *party)
            .cloned()
            .collect();
        // A successor is opened after what it succeeds.
        chain.sort_by_key(|log| log.id);
        chain
    }

    /// A party.
    pub fn peer(&self, host: &Host) -> Option<&Arc<Peer>> {
        self.peers.get(host)
    }

    /// Every party, this one included.
    pub fn peers(&self) -> impl Iterator<Item = (&Host, &Arc<Peer>)> {
        self.peers.iter()
    }

    /// The party that a TLS key is pinned for.
    pub fn party_of(&self, pin: Pin) -> Option<Host> {
        self.pins.get(&pin).cloned()
    }

    /// Every track that has a log here.
    pub fn tracks(&self) -> Vec<Arc<TrackEntry>> {
        let mut tracks: BTreeMap<TrackId, Arc<TrackEntry>> = BTreeMap::new();
        for log in self.logs.values() {
            tracks
                .entry(log.track.id)
                .or_insert_with(|| log.track.clone());
        }
        tracks.into_values().collect()
    }

    /// A track by NAME, or DIALOGUE/NAME where several dialogues have one of that name.
    ///
    /// # Errors
    /// A sentence that says which tracks there are.
    pub fn track(&self, wanted: &str) -> Result<Arc<TrackEntry>, String> {
        let all = self.tracks();
        let (dialogue, name) = match wanted.rsplit_once('/') {
            Some((dialogue, name)) => (Some(dialogue), name),
            None => (None, wanted),
        };
        let mut fitting = all.iter().filter(|track| {
            track.terms.name().as_str() == name
                && dialogue.is_none_or(|d| track.dialogue_name == d || track.dialogue == d)
        });
        let names = || {
            let names: Vec<String> = all
                .iter()
                .map(|track| format!("{}/{}", track.dialogue_name, track.terms.name()))
                .collect();
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        };
        match (fitting.next(), fitting.next()) {
            (Some(track), None) => Ok(track.clone()),
            (None, _) => Err(format!(
                "there is no track `{wanted}` here; the tracks are: {}",
                names()
            )),
            (Some(_), Some(_)) => Err(format!(
                "several dialogues have a track `{wanted}`; name one as DIALOGUE/TRACK: {}",
                names()
            )),
        }
    }

    /// A party of a track by its host, or by the first label of it where that is unique.
    ///
    /// # Errors
    /// A sentence that says which parties there are.
    pub fn party(&self, track: &TrackEntry, wanted: &str) -> Result<Host, String> {
        let parties = track.terms.parties();
        let fitting: Vec<&PartyId> = parties
            .iter()
            .filter(|party| party.as_str() == wanted || short(party.as_str()) == wanted)
            .collect();
        match fitting.as_slice() {
            [one] => one
                .as_str()
                .parse()
                .map_err(|error: record::name::NameError| error.to_string()),
            _ => {
                let names: Vec<&str> = parties.iter().map(PartyId::as_str).collect();
                Err(format!(
                    "`{wanted}` names no single party of {}; its parties are: {}",
                    track.terms.name(),
                    names.join(", ")
                ))
            }
        }
    }

    /// How an item is addressed: `TRACK/PARTY/INDEX`, in a successor `TRACK/PARTY~N/INDEX`. An address is written down and
    /// told over the telephone, so whatever logs are opened later, it never comes to name another item.
    pub fn address(&self, log: &LogEntry, index: u64) -> String {
        let nth = self.generation(log);
        let chain = self.chain(&log.track, &log.party);
        // Two copies of one node that both went on: only origins tell their logs apart.
        match chain
            .iter()
            .any(|each| each.id != log.id && self.generation(each) == nth)
        {
            true => format!("{}#{index}", log.origin),
            false => format!("{}/{index}", self.log_address(log)),
        }
    }

    /// The address of an item as the dialogue names it.
    pub fn address_of(&self, item: &dialogue::ItemAt) -> String {
        match self.log_of(item.log.as_str()) {
            Some(log) => self.address(log, item.seq),
            None => format!("{}#{}", item.log, item.seq),
        }
    }

    /// `TRACK/PARTY`, as short as it is unambiguous; `TRACK/PARTY~2` for the second log of the party there, which new
    /// keys or a restored node made necessary.
    pub fn log_address(&self, log: &LogEntry) -> String {
        let name = log.track.terms.name().as_str();
        let track = if self
            .tracks()
            .iter()
            .filter(|t| t.terms.name().as_str() == name)
            .count()
            > 1
        {
            format!("{}/{name}", log.track.dialogue_name)
        } else {
            name.to_owned()
        };
        let brief = short(log.party.as_str());
        let same = log
            .track
            .terms
            .parties()
            .iter()
            .filter(|p| short(p.as_str()) == brief)
            .count();
        let party = if same > 1 { log.party.as_str() } else { brief };
        match self.generation(log) {
            1 => format!("{track}/{party}"),
            nth => format!("{track}/{party}~{nth}"),
        }
    }

    /// Which log of its party in its track this is: 1, and one more than the log it succeeds. Both sides count alike,
    /// because they count what was declared and not what they hold.
    fn generation(&self, log: &LogEntry) -> usize {
        let mut nth = 1;
        let mut before = log.predecessor.as_ref();
        while let Some(origin) = before
            && nth <= self.logs.len()
        {
            nth += 1;
            let predecessor = self.log_of(origin.as_str());
            before = predecessor.and_then(|log| log.predecessor.as_ref());
        }
        nth
    }

    /// Reads an address: `TRACK/PARTY/INDEX`, `DIALOGUE/TRACK/PARTY/INDEX`, either with `PARTY~N` for the log of that
    /// number, or `ORIGIN#INDEX`.
    ///
    /// # Errors
    /// A sentence.
    pub fn item(&self, address: &str) -> Result<(Arc<LogEntry>, u64), String> {
        let bad = || format!("`{address}` is no item: write TRACK/PARTY/INDEX or ORIGIN#INDEX");
        if let Some((origin, index)) = address.split_once('#') {
            let index = index.parse().map_err(|_| bad())?;
            let log = self
                .log_of(origin)
                .ok_or_else(|| format!("there is no log {origin} here"))?;
            return Ok((log.clone(), index));
        }
        let mut parts = address.rsplitn(3, '/');
        let (Some(index), Some(party), Some(track)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(bad());
        };
        let index: u64 = index.parse().map_err(|_| bad())?;
        let (party, nth) = match party.split_once('~') {
            Some((party, nth)) => (party, nth.parse().map_err(|_| bad())?),
            None => (party, 1),
        };
        let track = self.track(track)?;
        let party = self.party(&track, party)?;
        let chain = self.chain(&track, &party);
        let mut fitting: Vec<_> = chain
            .iter()
            .filter(|log| self.generation(log) == nth)
            .collect();
        match (fitting.pop(), fitting.as_slice()) {
            (Some(log), []) => Ok((log.clone(), index)),
            (None, _) => Err(match chain.len() {
                0 => bad(),
                1 => format!(
                    "{party} has one log on `{}`: write TRACK/PARTY/INDEX",
                    track.terms.name()
                ),
                logs => format!(
                    "{party} has {logs} logs on `{}`, and none has the number {nth}",
                    track.terms.name()
                ),
            }),
            (Some(last), others) => {
                let origins: Vec<String> = others
                    .iter()
                    .chain([&last])
                    .map(|log| format!("{}#{index}", log.origin))
                    .collect();
                Err(format!(
                    "{party} has several logs of that number, as after a copy of its node went on; name one: {}",
                    origins.join(", ")
                ))
            }
        }
    }
}

/// The first label of a host: what people call a party in a hurry.
pub fn short(host: &str) -> &str {
    host.split(['.', ':']).next().unwrap_or(host)
}

/// Reads a charter from its canonical bytes.
///
/// # Errors
/// Words.
pub fn parse_charter(bytes: &[u8]) -> Result<Charter, String> {
    json::is_canonical(bytes, &json::Limits::default()).map_err(|error| error.to_string())?;
    let value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    Charter::read(value).map_err(|error| error.to_string())
}

/// Reads a card and verifies it with the keys it carries.
///
/// # Errors
/// [`PartyNoteError`].
pub fn parse_card(text: &str) -> Result<VerifiedCard, PartyNoteError> {
    VerifiedCard::verify(SignedNote::parse(text.as_bytes())?)
}

/// Reads a declaration and verifies it with its party's keys.
///
/// # Errors
/// [`PartyNoteError`].
pub fn parse_declaration(
    text: &str,
    party: &PartyVerifier,
) -> Result<VerifiedDeclaration, PartyNoteError> {
    VerifiedDeclaration::verify(SignedNote::parse(text.as_bytes())?, party)
}

/// Opens the notes of a charter with the record's keys.
#[derive(Debug, Clone, Copy)]
pub struct NoteOpener;

impl Notes for NoteOpener {
    type Error = NoteOpenError;

    fn open(
        &self,
        party: &PartyId,
        card: &str,
        format: NoteFormat,
        note: &str,
    ) -> Result<serde_json::Value, NoteOpenError> {
        let card = parse_card(card)?;
        if card.card().host.as_str() != party.as_str() {
            return Err(NoteOpenError::OtherCard(card.card().host.clone()));
        }
        let note = match format {
            NoteFormat::Card => card.note().clone(),
            NoteFormat::Acceptance => {
                let note = SignedNote::parse(note.as_bytes())?;
                VerifiedAcceptance::verify(note, card.party())?
                    .note()
                    .clone()
            }
            NoteFormat::Declaration => parse_declaration(note, card.party())?.note().clone(),
        };
        // Verified above to have two lines, the second canonical JSON.
        let second = note.text().lines().nth(1).unwrap_or_default();
        Ok(serde_json::from_str(second)?)
    }

    fn terms_hash(&self, terms: &serde_json::Value) -> String {
        // Terms come out of canonical bytes, so they can be written as such again.
        json::canonical(terms).map_or_else(
            |_| String::new(),
            |bytes| Hash::of(bytes.as_bytes()).to_string(),
        )
    }
}

/// Why a note of a charter does not open.
#[derive(Debug, thiserror::Error)]
pub enum NoteOpenError {
    /// The note, or who signed it.
    #[error(transparent)]
    Party(#[from] PartyNoteError),
    /// The note itself.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The card is another party's.
    #[error("the card is of {0}")]
    OtherCard(Host),
    /// Its JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}
