//! A small world: parties with cards, notes that are signed by saying so, and short spellings.

use std::collections::BTreeMap;
use std::fmt;

use dialogue::{
    Acceptance, Access, Act, Answer, AnswerDraft, Asked, Charter, CharterDraft, CharterInForce,
    CharterParty, Class, Content, Inquiry, InquiryDraft, ItemRef, Moment, NoteFormat, Notes,
    Origin, Outcome, PartyId, Passed, RECEIPT_STATEMENT, Receipt, Stamp, State, Step, StepDraft,
    StepKind, Succession, Texts, TrackName, TrackTerms,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// Notes whose signature is the name of their party on the last line.
pub(crate) struct SaidSo;

#[derive(Debug)]
pub(crate) struct NotSigned;

impl fmt::Display for NotSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not signed")
    }
}

impl std::error::Error for NotSigned {}

impl Notes for SaidSo {
    type Error = NotSigned;

    fn open(
        &self,
        party: &PartyId,
        _card: &str,
        format: NoteFormat,
        note: &str,
    ) -> Result<Value, NotSigned> {
        let lines: Vec<&str> = note.lines().collect();
        match lines[..] {
            [first, json, "", by] if first == format.first_line() && by == party.as_str() => {
                serde_json::from_str(json).map_err(|_| NotSigned)
            }
            _ => Err(NotSigned),
        }
    }

    /// The canonical bytes themselves: what is hashed is what this crate decides.
    fn terms_hash(&self, terms: &Value) -> String {
        serde_json_canonicalizer::to_string(terms).unwrap()
    }
}

pub(crate) fn note(format: NoteFormat, json: &Value, by: &str) -> String {
    format!("{}\n{json}\n\n{by}", format.first_line())
}

pub(crate) fn host(name: &str) -> String {
    format!("{name}.example")
}

pub(crate) fn party(name: &str) -> PartyId {
    host(name).parse().unwrap()
}

pub(crate) fn track(name: &str) -> TrackName {
    name.parse().unwrap()
}

/// The n-th log of a party in a track. Later logs have names that sort before earlier ones, so that
/// nothing can lean on the order of names.
pub(crate) fn origin(name: &str, track: &str, n: u8) -> Origin {
    let track = track.bytes().fold(0_u8, u8::wrapping_add);
    let n = n.wrapping_neg();
    format!("{}/chancery/0000000000{track:02x}00{n:02x}", host(name))
        .parse()
        .unwrap()
}

pub(crate) fn identity(name: &str) -> String {
    format!("identity--{}", uuid(0x1d, u64::from(name.as_bytes()[0])))
}

/// A version 4 UUID of two numbers, so that a test can be read.
pub(crate) fn uuid(family: u32, n: u64) -> Uuid {
    Uuid::from_fields(
        family,
        0,
        0x4000,
        &(n | 0x8000_0000_0000_0000).to_be_bytes(),
    )
}

/// The instant so many hours after the first of March.
pub(crate) fn hour(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(hours)
}

/// The same in the offset of Nairobi.
pub(crate) fn moment(hours: i64) -> Moment {
    Moment::new(hour(hours), 180).unwrap()
}

pub(crate) fn stamp(name: &str, n: u64) -> Stamp {
    Stamp {
        uuid: uuid(0xac, n),
        now: hour(0),
        author: identity(name).parse().unwrap(),
    }
}

pub(crate) fn card(name: &str) -> String {
    let json = json!({
        "v": 1, "host": host(name), "name": name.to_uppercase(), "identity": identity(name),
        "url": format!("https://{}", host(name)), "tls": [], "party": [], "receipt": [],
        "witness": [], "issued": "2026-01-01T00:00:00.000000Z",
        "offices": [{
            "id": "cert", "name": "Response team", "kind": "technical", "languages": ["en"],
            "hours": "always", "contact": "+1 555 0100"
        }],
    });
    note(NoteFormat::Card, &json, &host(name))
}

/// A charter that nobody has accepted, with the tracks named and everyone in each.
pub(crate) fn proposed(names: &[&str], tracks: &[&str]) -> Charter {
    let parties: Vec<PartyId> = names.iter().map(|name| party(name)).collect();
    let terms =
        |name: &&str| TrackTerms::new(track(name), "A track", Access::Closed, parties.clone());
    CharterDraft {
        version: 1,
        name: "A and B".to_owned(),
        purpose: Texts::one("en", "To ask and to be answered.").unwrap(),
        receipt_statement: Texts::one("en", RECEIPT_STATEMENT).unwrap(),
        parties: names
            .iter()
            .map(|name| CharterParty {
                host: party(name),
                card: card(name).into(),
            })
            .collect(),
        tracks: tracks.iter().map(terms).collect(),
    }
    .write(&stamp(names[0], 0))
    .unwrap()
}

/// The acceptance of one party, with a log for each of its tracks.
pub(crate) fn acceptance(charter: &Charter, name: &str) -> Acceptance {
    let dialogue = charter.object().id();
    let accepts = json!({
        "v": 1, "dialogue": dialogue, "terms": SaidSo.terms_hash(&charter.terms()),
        "party": host(name), "time": "2026-03-01T00:00:00.000000Z",
    });
    let declares = |track: &TrackName| {
        let json = json!({
            "v": 1, "dialogue": dialogue, "track": track, "party": host(name),
            "origin": origin(name, track.as_str(), 0), "keys": [], "serial": 0,
            "issued": "2026-03-01T00:00:00.000000Z",
        });
        (
            track.clone(),
            note(NoteFormat::Declaration, &json, &host(name)),
        )
    };
    let logs: BTreeMap<TrackName, String> = charter
        .tracks_of(&party(name))
        .into_iter()
        .map(|t| declares(t.name()))
        .collect();
    Acceptance::new(
        party(name),
        note(NoteFormat::Acceptance, &accepts, &host(name)),
        logs,
    )
}

pub(crate) fn accepted(names: &[&str], tracks: &[&str]) -> Charter {
    let charter = proposed(names, tracks);
    let accept = |charter: Charter, name: &&str| {
        let acceptance = acceptance(&charter, name);
        charter.accept(acceptance).unwrap()
    };
    names.iter().fold(charter, accept)
}

pub(crate) fn in_force(names: &[&str], tracks: &[&str]) -> CharterInForce {
    CharterInForce::check(accepted(names, tracks), &SaidSo).unwrap()
}

/// A track under way: what each party passed, in its order.
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) charter: Charter,
    /// Everything folded so far.
    pub(crate) passed: Vec<Passed>,
    sizes: BTreeMap<Origin, u64>,
    /// How many logs each party has closed.
    generations: BTreeMap<String, u8>,
    next: u64,
}

pub(crate) const TRACK: &str = "cyber";

impl World {
    /// The parties named in one track, each log begun with the charter.
    pub(crate) fn new(names: &[&str]) -> Self {
        let charter = in_force(names, &[TRACK]);
        let mut world = Self {
            charter: charter.charter().clone(),
            state: State::new(charter),
            passed: Vec::new(),
            sizes: BTreeMap::new(),
            generations: BTreeMap::new(),
            next: 1,
        };
        for name in names {
            let charter = Act::Charter(world.charter.clone());
            world.pass(name, 0, charter);
        }
        world
    }

    /// Passes an act under its own class, at an hour.
    pub(crate) fn pass(&mut self, name: &str, hours: i64, act: impl Into<Act>) -> ItemRef {
        let act = act.into();
        let (class, id) = (act.class(), act.id().clone());
        let content = Content::Act(Box::new(act));
        let (log, seq) = self.pass_content(name, self.generation(name), hours, class, content);
        ItemRef { log, seq, id }
    }

    /// Which of the party's logs is open.
    pub(crate) fn generation(&self, name: &str) -> u8 {
        self.generations.get(name).copied().unwrap_or_default()
    }

    /// Closes the log of the party and begins its successor.
    pub(crate) fn succeed(&mut self, name: &str, hours: i64) {
        let n = self.generation(name);
        self.state.succeed(&succession(name, n + 1)).unwrap();
        self.generations.insert(name.to_owned(), n + 1);
        let charter = self.charter.clone();
        self.pass(name, hours, charter);
    }

    /// Passes anything, in the n-th log of the party.
    pub(crate) fn pass_content(
        &mut self,
        name: &str,
        n: u8,
        hours: i64,
        class: Class,
        content: Content,
    ) -> (Origin, u64) {
        let origin = origin(name, TRACK, n);
        let size = self.sizes.entry(origin.clone()).or_default();
        let passed = Passed {
            track: track(TRACK),
            party: party(name),
            origin: origin.clone(),
            seq: *size,
            sent: hour(hours),
            class,
            content,
        };
        *size += 1;
        self.state.apply(&passed).unwrap();
        let seq = passed.seq;
        self.passed.push(passed);
        (origin, seq)
    }

    pub(crate) fn information(&mut self, name: &str, hours: i64) -> ItemRef {
        let (n, content) = (self.generation(name), Content::Information);
        let (log, seq) = self.pass_content(name, n, hours, Class::Information, content);
        ItemRef {
            log,
            seq,
            id: format!("indicator--{}", uuid(1, seq)).parse().unwrap(),
        }
    }

    pub(crate) fn receipt(&mut self, by: &str, of: &str, size: u64, hours: i64) -> Receipt {
        let receipt = Receipt {
            track: track(TRACK),
            party: party(by),
            origin: origin(of, TRACK, 0),
            size,
            at: hour(hours),
        };
        self.state.receive(&receipt).unwrap();
        receipt
    }

    pub(crate) fn stamp(&mut self, name: &str) -> Stamp {
        self.next += 1;
        stamp(name, self.next)
    }

    /// An inquiry due at hour 48 with two sub-questions.
    pub(crate) fn inquiry(&mut self, from: &str, to: &str) -> Inquiry {
        inquiry_draft(to).write(&self.stamp(from)).unwrap()
    }

    pub(crate) fn answer(&mut self, from: &str, to: &ItemRef, outcome: Outcome) -> Answer {
        answer_draft(to, outcome).write(&self.stamp(from)).unwrap()
    }

    pub(crate) fn step(&mut self, from: &str, kind: StepKind, of: &ItemRef, hours: i64) -> Step {
        StepDraft {
            kind,
            of: of.clone(),
            office: "cert".parse().unwrap(),
            person: (kind == StepKind::Opened).then(|| "Duty officer".to_owned()),
            at: moment(hours),
        }
        .write(&self.stamp(from))
        .unwrap()
    }

    /// The reasons of everything irregular, with the place.
    pub(crate) fn irregular(&self) -> Vec<(String, u64, dialogue::Reason)> {
        let irregular = self.state.irregular(&track(TRACK)).into_iter();
        irregular
            .map(|i| (i.item.log.host().to_owned(), i.item.seq, i.reason))
            .collect()
    }

    pub(crate) fn view(&self, item: &ItemRef) -> Option<dialogue::InquiryView> {
        self.state.inquiry(&track(TRACK), &item.log, item.seq)
    }
}

/// The declaration of the n-th log of a party as the successor of the one before.
pub(crate) fn succession(name: &str, n: u8) -> Succession {
    Succession {
        track: track(TRACK),
        party: party(name),
        origin: origin(name, TRACK, n),
        predecessor: origin(name, TRACK, n - 1),
    }
}

pub(crate) fn inquiry_draft(to: &str) -> InquiryDraft {
    InquiryDraft {
        number: 1,
        question: Texts::one("en", "Is this address yours?").unwrap(),
        asked: Asked {
            party: party(to),
            office: "cert".parse().unwrap(),
        },
        asks: vec![
            Texts::one("en", "Since when?").unwrap(),
            Texts::one("en", "Who runs it?").unwrap(),
        ],
        due: moment(48),
        urgency: None,
        object_refs: vec![],
        in_reply_to: None,
    }
}

pub(crate) fn answer_draft(to: &ItemRef, outcome: Outcome) -> AnswerDraft {
    let text = Texts::one("en", "It is.").unwrap();
    AnswerDraft {
        in_reply_to: to.clone(),
        outcome,
        reason: matches!(outcome, Outcome::Declined).then(|| text.clone()),
        text: matches!(outcome, Outcome::Answered | Outcome::Partly).then_some(text),
        answers: vec![],
        object_refs: vec![],
    }
}

pub(crate) fn pending(hours: i64) -> Outcome {
    Outcome::Pending {
        until: moment(hours),
    }
}
