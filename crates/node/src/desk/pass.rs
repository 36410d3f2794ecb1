//! Passing information: each object of what was handed in is passed, held already, or refused with its reason.

use bytes::Bytes;
use record::{
    entry::Class,
    head::{MEDIA_STIX, MEDIA_STIX_20},
};
use stix::SpecVersion;

use crate::{
    error::ApiError,
    intake::{self, Admitted},
    node::Node,
    sequencer::{BATCH_BYTES_MAX, BATCH_ITEMS_MAX, Draft, ObjectVersion, Outcome},
    view::{PassOutcome, PassReport},
};

impl Node {
    /// Passes the objects of a bundle, an envelope, a list, or one object.
    pub(crate) async fn pass(&self, track: &str, body: Bytes) -> Result<PassReport, ApiError> {
        let track = self.directory().track(track).map_err(ApiError::not_found)?;
        let log = self.own_log(&track).ok_or_else(|| {
            ApiError::refused(
                "closed",
                format!("this party has no open log on `{}`", track.terms.name()),
            )
        })?;
        let (admitted, turned) = tokio::task::spawn_blocking(move || intake::admit(&body))
            .await
            .map_err(ApiError::internal)?
            .map_err(|error| {
                ApiError::invalid(format!(
                    "nothing was passed: what was sent cannot be read: {error}"
                ))
            })?;
        self.window(&track).await?;
        let mut report = PassReport {
            log: log.origin.to_string(),
            size: self.published_size(&log),
            passed: 0,
            already_held: 0,
            refused: turned.len() as u64,
            outcomes: turned
                .into_iter()
                .map(|turned| PassOutcome {
                    position: turned.position,
                    id: turned.id,
                    outcome: "refused".to_owned(),
                    index: None,
                    reason: Some(turned.why.to_string()),
                })
                .collect(),
        };
        for batch in batches(admitted) {
            let (places, drafts): (Vec<_>, Vec<_>) = batch.into_iter().map(draft).unzip();
            let (log, appended) = self.submit(&track, drafts).await?;
            report.log = log.origin.to_string();
            report.size = appended.size;
            for ((position, id), outcome) in places.into_iter().zip(appended.outcomes) {
                match outcome {
                    Outcome::Passed(_) => report.passed += 1,
                    Outcome::AlreadyHeld | Outcome::ListedAgain => report.already_held += 1,
                    Outcome::Conflict => {
                        report.refused += 1;
                        report.outcomes.push(conflict(position, id));
                    }
                }
            }
        }
        report.outcomes.sort_by_key(|outcome| outcome.position);
        Ok(report)
    }

    /// How much of an own log the newest signed checkpoint covers.
    fn published_size(&self, log: &crate::directory::LogEntry) -> u64 {
        self.writer(log.id)
            .and_then(|writer| writer.published().borrow().as_ref().map(|each| each.size))
            .unwrap_or(0)
    }
}

fn conflict(position: usize, id: String) -> PassOutcome {
    PassOutcome {
        position,
        id: Some(id),
        outcome: "refused".to_owned(),
        index: None,
        reason: Some(
            "this track holds the same version of this object with other content, and nothing on the record is \
             replaced; a change is a new version with a later `modified`"
                .to_owned(),
        ),
    }
}

/// An object as it is passed, and what is reported of it.
fn draft(admitted: Admitted) -> ((usize, String), Draft) {
    let Admitted { position, object } = admitted;
    let id = object.id().to_string();
    let version = ObjectVersion::of(&object);
    let media = match object.spec_version() {
        SpecVersion::V20 => MEDIA_STIX_20,
        SpecVersion::V21 => MEDIA_STIX,
    };
    let draft = Draft {
        class: Class::Information,
        media,
        content: object.into_bytes().into(),
        object: Some(version),
        lang: None,
        office: None,
    };
    ((position, id), draft)
}

/// Cut so that each is one batch of the writer.
fn batches(admitted: Vec<Admitted>) -> impl Iterator<Item = Vec<Admitted>> {
    let mut rest = admitted.into_iter().peekable();
    std::iter::from_fn(move || {
        let first = rest.next()?;
        let mut bytes = first.object.bytes().len();
        let mut batch = vec![first];
        while batch.len() < BATCH_ITEMS_MAX {
            let fits = |next: &Admitted| bytes + next.object.bytes().len() <= BATCH_BYTES_MAX;
            let Some(next) = rest.next_if(fits) else {
                break;
            };
            bytes += next.object.bytes().len();
            batch.push(next);
        }
        Some(batch)
    })
}
