//! What became of the objects of a request: as it is answered (§4.3.1), and as it is kept.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use store::statuses::{NewStatus, STATUS_DETAILS_BYTES_MAX, StoredStatus};
use taxii::{
    Timestamp,
    resource::{Progress, Status, StatusDetail},
};
use uuid::Uuid;

use super::{page::UNVERSIONED, problem::Problem};
use crate::desk::pass::{ObjectOutcome, What};

/// Details are kept compressed: ids and versions of one request resemble each other.
const COMPRESSION_LEVEL: i32 = 1;

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
    version: String,
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

    /// Whether there was no object.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
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
        let details = serde_json::to_vec(&self.0).map_err(Problem::internal)?;
        let details =
            zstd::bulk::compress(&details, COMPRESSION_LEVEL).map_err(Problem::internal)?;
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
                version: outcome.version,
                message: outcome.message,
            });
        }
        status
    }
}

/// Details that are kept and cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutcomesError {
    #[error("the details of a status cannot be decompressed")]
    Compressed(#[from] std::io::Error),
    #[error("the details of a status are not what was written")]
    Json(#[from] serde_json::Error),
}

fn decompress(details: &Bytes) -> Result<Vec<u8>, std::io::Error> {
    let capacity = zstd::bulk::Decompressor::upper_bound(details)
        .unwrap_or(0)
        .min(usize::try_from(STATUS_DETAILS_BYTES_MAX).unwrap_or(usize::MAX));
    zstd::bulk::decompress(details, capacity)
}

fn outcome(passed: ObjectOutcome) -> Outcome {
    let (kind, message) = match passed.what {
        What::Passed { notes, .. } => {
            let notes = (!notes.is_empty()).then(|| notes.join("; "));
            (Kind::Success, notes)
        }
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
            .unwrap_or_else(|| UNVERSIONED.to_owned()),
        message,
    }
}
