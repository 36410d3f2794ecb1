//! What became of the objects of a request: as it is answered (§4.3.1), and as it is kept.

use std::{
    borrow::Cow,
    io::{BufWriter, IntoInnerError, Read as _},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use store::statuses::{NewStatus, StoredStatus};
use taxii::{
    Timestamp,
    resource::{Progress, Status, StatusDetail},
};
use uuid::Uuid;

use super::{page::UNVERSIONED, problem::Problem};
use crate::desk::pass::{ObjectOutcome, What};

/// Details are kept compressed: ids and versions of one request resemble each other.
const COMPRESSION_LEVEL: i32 = 1;
/// Most bytes of details that are read back: 5 KiB an object in the largest request.
const DETAILS_BYTES_MAX: u64 = 512 << 20;

/// One for each object, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcomes(Vec<Outcome>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Outcome {
    #[serde(rename = "k")]
    kind: Kind,
    #[serde(rename = "i")]
    id: String,
    #[serde(rename = "v")]
    version: Cow<'static, str>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    #[serde(rename = "s")]
    Success,
    #[serde(rename = "f")]
    Failure,
    #[serde(rename = "p")]
    Pending,
}

impl Outcomes {
    /// What passing came to.
    pub(super) fn of(outcomes: Vec<ObjectOutcome>) -> Self {
        Self(outcomes.into_iter().map(outcome).collect())
    }

    fn count(&self, kind: Kind) -> u64 {
        self.0.iter().filter(|each| each.kind == kind).count() as u64
    }

    /// As it is kept.
    pub(super) fn to_store(
        &self,
        id: Uuid,
        owner: &str,
        collection: Uuid,
        requested: i64,
    ) -> Result<NewStatus, Problem> {
        let details = compress(&self.0).map_err(Problem::internal)?;
        Ok(NewStatus {
            id: id.into_bytes(),
            owner: owner.to_owned(),
            collection: collection.into_bytes(),
            requested,
            successes: self.count(Kind::Success),
            failures: self.count(Kind::Failure),
            pendings: self.count(Kind::Pending),
            details: details.into(),
        })
    }

    /// From what is kept, with what was settled since.
    pub(super) fn from_store(stored: &StoredStatus) -> Result<Self, OutcomesError> {
        let mut outcomes: Vec<Outcome> =
            serde_json::from_slice(&decompress(&stored.status.details)?)?;
        for settled in &stored.settled {
            let place = usize::try_from(settled.position).ok();
            let Some(outcome) = place.and_then(|place| outcomes.get_mut(place)) else {
                continue;
            };
            outcome.kind = if settled.success {
                Kind::Success
            } else {
                Kind::Failure
            };
            outcome.message.clone_from(&settled.message);
        }
        Ok(Self(outcomes))
    }

    /// As it is answered.
    pub(super) fn into_resource(self, id: Uuid, requested: i64) -> Status {
        let pending = self.count(Kind::Pending);
        let mut status = Status {
            id: id.to_string(),
            status: if pending > 0 {
                Progress::Pending
            } else {
                Progress::Complete
            },
            request_timestamp: Timestamp::from_micros(requested).map(|at| at.to_string()),
            total_count: self.0.len() as u64,
            success_count: self.count(Kind::Success),
            successes: Vec::new(),
            failure_count: self.count(Kind::Failure),
            failures: Vec::new(),
            pending_count: pending,
            pendings: Vec::new(),
        };
        for outcome in self.0 {
            let list = match outcome.kind {
                Kind::Success => &mut status.successes,
                Kind::Failure => &mut status.failures,
                Kind::Pending => &mut status.pendings,
            };
            list.push(StatusDetail {
                id: outcome.id,
                version: outcome.version.into_owned(),
                message: outcome.message,
            });
        }
        status
    }
}

/// Details that are kept and cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutcomesError {
    #[error("the details of a status cannot be compressed or decompressed")]
    Compressed(#[from] std::io::Error),
    #[error("the details of a status are not what was written")]
    Json(#[from] serde_json::Error),
}

/// Never in memory before it is compressed: there may be much of it.
fn compress(outcomes: &[Outcome]) -> Result<Vec<u8>, OutcomesError> {
    let encoder = zstd::Encoder::new(Vec::new(), COMPRESSION_LEVEL)?;
    let mut writer = BufWriter::new(encoder);
    serde_json::to_writer(&mut writer, outcomes)?;
    let encoder = writer.into_inner().map_err(IntoInnerError::into_error)?;
    Ok(encoder.finish()?)
}

fn decompress(details: &Bytes) -> Result<Vec<u8>, OutcomesError> {
    let mut decompressed = Vec::new();
    zstd::Decoder::new(&details[..])?
        .take(DETAILS_BYTES_MAX)
        .read_to_end(&mut decompressed)?;
    Ok(decompressed)
}

/// Notes in one line; most often there is one.
fn joined(mut notes: Vec<String>) -> Option<String> {
    match notes.len() {
        0 | 1 => notes.pop(),
        _ => Some(notes.join("; ")),
    }
}

fn outcome(passed: ObjectOutcome) -> Outcome {
    let (kind, message) = match passed.what {
        What::Passed { notes, .. } => (Kind::Success, joined(notes)),
        // §5.5: a duplicate is no error.
        What::AlreadyHeld | What::ListedAgain => (Kind::Success, None),
        What::Pending { outbox } => {
            let words = format!("waits for clearance as number {outbox} of the outbox");
            (Kind::Pending, Some(words))
        }
        What::Refused { reason } => (Kind::Failure, Some(reason)),
    };
    Outcome {
        kind,
        // §4.3.1 requires one: what has no id that can be read is told by its place.
        id: passed
            .id
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| format!("objects[{}]", passed.position)),
        version: passed
            .version
            .filter(|version| !version.is_empty())
            .map_or(UNVERSIONED.into(), Cow::Owned),
        message,
    }
}
