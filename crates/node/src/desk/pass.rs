//! Passing information: each object of what was handed in is passed, held already, or refused with its reason.

use bytes::Bytes;
use http::StatusCode;
use record::{
    entry::Class,
    head::{MEDIA_STIX, MEDIA_STIX_20},
};
use serde::Deserialize;
use store::Wanted;
use uuid::Uuid;

use crate::{
    access::{Caller, MayWrite},
    collections::Collection,
    desk::outbox::{self, Held},
    directory::{LogEntry, TrackEntry},
    error::ApiError,
    intake::{
        self, Admission, Admitted, BodyError, BodyFault, REQUEST_BYTES_MAX, Rules, Turned,
        TurnedError,
    },
    node::Node,
    sequencer::{BATCH_BYTES_MAX, BATCH_ITEMS_MAX, Draft, Outcome},
    view::{PassOutcome, PassReport},
};

/// What came of a request to pass.
#[derive(Debug)]
pub(crate) struct Passing {
    /// Origin of the log it went into.
    pub(crate) log: String,
    /// The size that the signed checkpoint covers.
    pub(crate) size: u64,
    /// One for every object, in order.
    pub(crate) outcomes: Vec<ObjectOutcome>,
}

/// What came of one object.
#[derive(Debug)]
pub(crate) struct ObjectOutcome {
    /// Where it stood in what was sent, from 0.
    pub(crate) position: usize,
    /// Its id, when that much could be read.
    pub(crate) id: Option<String>,
    /// Its version as it says it, when it has one.
    pub(crate) version: Option<String>,
    /// What came of it.
    pub(crate) what: What,
}

/// What can come of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// It is on the record.
    Passed {
        /// Its index in the log.
        index: u64,
        /// What is wrong with it all the same.
        notes: Vec<String>,
    },
    /// The track holds the same version with the same bytes already.
    AlreadyHeld,
    /// The same, and it was taken out of the collection before: it is in it again.
    ListedAgain,
    /// It waits for clearance.
    Pending {
        /// Its number in the outbox.
        outbox: u64,
    },
    /// It was not taken.
    Refused {
        /// Why, in a sentence.
        reason: String,
    },
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        let title = format!("nothing was passed: what was sent cannot be read: {error}");
        match error.fault() {
            BodyFault::Malformed => Self::new(StatusCode::BAD_REQUEST, "malformed", title),
            BodyFault::Unprocessable => Self::invalid(title),
            BodyFault::TooLarge => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title),
            BodyFault::Ours => Self::internal(error),
        }
    }
}

impl Node {
    /// Passes what was admitted. One outcome for every object, in order.
    ///
    /// # Errors
    /// [`ApiError`]. A part may be on the record then: passing the same again finds out.
    pub(crate) async fn pass_objects(
        &self,
        to: &MayWrite,
        by: &Caller,
        mut admission: Admission,
        status: Option<Uuid>,
    ) -> Result<Passing, ApiError> {
        let track = &to.collection().track;
        let log = self.own_log(track).ok_or_else(|| {
            ApiError::refused(
                "closed",
                format!("this party has no open log on `{}`", track.terms.name()),
            )
        })?;
        self.window(track).await?;
        self.explain_markings(track, &mut admission).await?;
        let decided = admission.decide();
        let mut passing = Passing {
            log: log.origin.to_string(),
            size: self.published_size(&log),
            outcomes: Vec::with_capacity(decided.len()),
        };
        let officers = outbox::officers(to.collection());
        let mut batch = Batch::default();
        let mut to_clear = Vec::new();
        for (position, object) in decided.enumerate() {
            let (outcome, draft) = begin(position, object);
            passing.outcomes.push(outcome);
            match draft {
                Some(draft) if officers > 0 => to_clear.push((position, draft)),
                Some(draft) => {
                    self.add(track, &mut batch, (position, draft), &mut passing)
                        .await?;
                }
                None => {}
            }
        }
        if officers > 0 {
            // All of a request waits, or nothing of it.
            let held = self.hold(track, officers, (by, status), to_clear).await?;
            for recorded in wait(held, &mut passing.outcomes) {
                self.add(track, &mut batch, recorded, &mut passing).await?;
            }
        }
        self.append(track, batch, &mut passing).await?;
        self.count(to.collection(), &passing.outcomes);
        Ok(passing)
    }

    /// Adds a draft to a batch; puts the batch on the record first when it is full.
    async fn add(
        &self,
        track: &TrackEntry,
        batch: &mut Batch,
        (position, draft): (usize, Draft),
        passing: &mut Passing,
    ) -> Result<(), ApiError> {
        if !batch.takes(&draft) {
            self.append(track, std::mem::take(batch), passing).await?;
        }
        batch.push(position, draft);
        Ok(())
    }

    /// Puts drafts on the record and notes what came of each.
    async fn append(
        &self,
        track: &TrackEntry,
        batch: Batch,
        passing: &mut Passing,
    ) -> Result<(), ApiError> {
        if batch.places.is_empty() {
            return Ok(());
        }
        let (log, appended) = self.submit(track, batch.drafts).await?;
        passing.log = log.origin.to_string();
        passing.size = appended.size;
        for (position, outcome) in batch.places.into_iter().zip(appended.outcomes) {
            settle(&mut passing.outcomes[position].what, &outcome);
        }
        Ok(())
    }

    fn count(&self, collection: &Collection, outcomes: &[ObjectOutcome]) {
        let is = |kind: fn(&What) -> bool| outcomes.iter().filter(|one| kind(&one.what)).count();
        let passed = is(|what| matches!(what, What::Passed { .. }));
        let refused = is(|what| matches!(what, What::Refused { .. }));
        self.metrics()
            .passed(&collection.path(), passed as u64, refused as u64);
    }

    /// Tells what the track holds of marking definitions that objects refer to: one may say a level of TLP under an id
    /// of its own. Of those that nobody has, nothing is known, and they are not above any ceiling.
    async fn explain_markings(
        &self,
        track: &TrackEntry,
        admission: &mut Admission,
    ) -> Result<(), ApiError> {
        let unexplained: Vec<String> = admission.unexplained().into_iter().collect();
        for ids in unexplained.chunks(store::WANTED_MAX) {
            let wanted = Wanted {
                ids: ids.to_vec(),
                ..Wanted::default()
            };
            // A definition has one version, so one page of as many rows is all there is.
            let page = self
                .store()
                .list_contents(track.id, wanted, 0, ids.len(), REQUEST_BYTES_MAX as u64)
                .await?;
            for (_, definition) in page.rows {
                admission.explain(&definition);
            }
        }
        Ok(())
    }

    /// The same for people.
    pub(crate) async fn pass(
        &self,
        track: &str,
        by: &Caller,
        body: Bytes,
        tell: Tell,
    ) -> Result<PassReport, ApiError> {
        let to = self.shown_to(by).to_write(track)?;
        let admission = intake::admit(body, Rules::of(to.collection())).await?;
        let passing = self.pass_objects(&to, by, admission, None).await?;
        Ok(report(passing, tell))
    }

    /// How much of an own log the newest signed checkpoint covers.
    fn published_size(&self, log: &LogEntry) -> u64 {
        self.writer(log.id)
            .and_then(|writer| writer.published().borrow().as_ref().map(|each| each.size))
            .unwrap_or(0)
    }
}

/// Why a version with other bytes is refused.
pub(crate) const CONFLICT: &str = "this track holds the same version of this object with other content, and nothing on the record is \
     replaced; a change is a new version with a later `modified`";

fn refused(why: &TurnedError) -> What {
    What::Refused {
        reason: why.to_string(),
    }
}

/// Notes what waits and what does not; gives back what the track holds already, which has nothing to wait for.
fn wait(held: Vec<(usize, Held)>, outcomes: &mut [ObjectOutcome]) -> Vec<(usize, Draft)> {
    let mut recorded = Vec::new();
    for (position, held) in held {
        outcomes[position].what = match held {
            Held::Waits(outbox) => What::Pending { outbox },
            Held::Refused(reason) => What::Refused {
                reason: reason.to_owned(),
            },
            Held::OnRecord(draft) => {
                recorded.push((position, draft));
                continue;
            }
        };
    }
    recorded
}

fn settle(what: &mut What, outcome: &Outcome) {
    match (outcome, what) {
        (Outcome::Passed(at), What::Passed { index, .. }) => *index = *at,
        (Outcome::Passed(at), what) => {
            *what = What::Passed {
                index: *at,
                notes: Vec::new(),
            }
        }
        (Outcome::AlreadyHeld, what) => *what = What::AlreadyHeld,
        (Outcome::ListedAgain, what) => *what = What::ListedAgain,
        (Outcome::Conflict, what) => {
            *what = What::Refused {
                reason: CONFLICT.to_owned(),
            }
        }
    }
}

/// Which outcomes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tell {
    /// Refusals.
    #[default]
    Refusals,
    /// All of them.
    All,
}

fn report(passing: Passing, tell: Tell) -> PassReport {
    let mut report = PassReport {
        log: passing.log,
        size: passing.size,
        passed: 0,
        already_held: 0,
        pending: 0,
        refused: 0,
        outcomes: Vec::new(),
    };
    for outcome in passing.outcomes {
        let (word, count) = match &outcome.what {
            What::Passed { .. } => ("passed", &mut report.passed),
            What::AlreadyHeld | What::ListedAgain => ("already_held", &mut report.already_held),
            What::Pending { .. } => ("pending", &mut report.pending),
            What::Refused { .. } => ("refused", &mut report.refused),
        };
        *count += 1;
        if tell == Tell::Refusals && word != "refused" {
            continue;
        }
        let mut told = PassOutcome {
            position: outcome.position,
            id: outcome.id,
            version: outcome.version,
            outcome: word.to_owned(),
            index: None,
            outbox: None,
            reason: None,
            notes: Vec::new(),
        };
        match outcome.what {
            What::Passed { index, notes } => {
                (told.index, told.notes) = (Some(index), notes);
            }
            What::Refused { reason } => told.reason = Some(reason),
            What::Pending { outbox } => told.outbox = Some(outbox),
            What::AlreadyHeld | What::ListedAgain => {}
        }
        report.outcomes.push(told);
    }
    report
}

/// An object as it is passed.
fn draft(admitted: Admitted) -> Draft {
    Draft {
        class: Class::Information,
        media: match admitted.object.spec {
            20 => MEDIA_STIX_20,
            _ => MEDIA_STIX,
        },
        content: admitted.content,
        object: Some(admitted.object),
        lang: None,
        office: None,
    }
}

/// Drafts that go to the writer together, and where each stood in what was sent.
#[derive(Default)]
struct Batch {
    places: Vec<usize>,
    drafts: Vec<Draft>,
    bytes: usize,
}

impl Batch {
    /// Whether one more goes into the same batch of the writer.
    fn takes(&self, draft: &Draft) -> bool {
        let fits = self.bytes + draft.content.len() <= BATCH_BYTES_MAX;
        self.drafts.is_empty() || (fits && self.drafts.len() < BATCH_ITEMS_MAX)
    }

    fn push(&mut self, place: usize, draft: Draft) {
        self.bytes += draft.content.len();
        self.places.push(place);
        self.drafts.push(draft);
    }
}

/// An object before the append, after which it is known what really came of it.
fn begin(position: usize, object: Result<Admitted, Turned>) -> (ObjectOutcome, Option<Draft>) {
    let (id, version, what, draft) = match object {
        Err(turned) => (turned.id, turned.version, refused(&turned.why), None),
        Ok(mut admitted) => {
            let object = &admitted.object;
            let (id, version) = (object.stix_id.clone(), object.said().map(str::to_owned));
            let notes = std::mem::take(&mut admitted.notes);
            let what = What::Passed { index: 0, notes };
            (Some(id), version, what, Some(draft(admitted)))
        }
    };
    let outcome = ObjectOutcome {
        position,
        id,
        version,
        what,
    };
    (outcome, draft)
}
