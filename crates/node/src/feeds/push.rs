//! Pushing: objects of a collection to the other server, in the order of their arrival.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use futures::TryStreamExt as _;
use store::{
    VersionsWanted, Wanted,
    feeds::{FeedCounts, FeedCursor, FeedKey, FeedRefusal, FeedStep, NewFeed},
};
use taxii::{
    client::{Collection, Error, Patience, Sent, SentWhat},
    resource::{Status, StatusDetail},
};

use super::{
    definition,
    error::FeedError,
    leave::{Definitions, Gate, Leaves},
    remote,
    words::cut,
};
use crate::node::Node;

/// Most bytes of objects in one batch.
const BATCH_BYTES_MAX: u64 = 16 << 20;
/// How long a round waits for a status that is pending; what still waits then is counted and left.
const PATIENCE: Patience = Patience {
    first: Duration::from_millis(200),
    pause_max: Duration::from_secs(5),
    total: Duration::from_secs(30),
};

/// One version, as it is remembered where it came from.
pub(super) fn key(stix_id: &str, version: &str) -> FeedKey {
    let mut context = Context::new(&SHA256);
    context.update(stix_id.as_bytes());
    context.update(&[0]);
    context.update(version.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&context.finish().as_ref()[..16]);
    key
}

/// An object that is to go.
struct Outgoing {
    stix_id: String,
    version: String,
}

/// One round.
pub(super) async fn push(node: &Node, feed: &NewFeed) -> Result<(), FeedError> {
    let gate = Gate {
        ceiling: definition::ceiling(feed.ceiling.as_deref())?,
        unmarked: feed.unmarked,
    };
    let mut there = None;
    let mut arrival = feed.begins.arrival;
    loop {
        let page = node
            .store()
            .list_contents(
                feed.track,
                wanted(feed),
                arrival,
                feed.page_size as usize,
                BATCH_BYTES_MAX,
            )
            .await?;
        let Some((last, _)) = page.rows.last() else {
            return Ok(());
        };
        arrival = last.arrival;
        let mut step = FeedStep {
            cursor: FeedCursor {
                arrival,
                ..FeedCursor::default()
            },
            ..FeedStep::default()
        };
        let rows = page.rows.into_iter();
        let (outgoing, contents) = choose(node, feed, gate, rows, &mut step).await?;
        if !contents.is_empty() {
            // Asked for only when there is something to send.
            let there = match &there {
                Some(there) => there,
                None => there.insert(remote::collection(node, feed).await?),
            };
            send(node, there, &outgoing, contents, &mut step).await?;
        }
        node.store().advance_feed(&feed.name, step).await?;
        if !page.more {
            return Ok(());
        }
    }
}

fn wanted(feed: &NewFeed) -> Wanted {
    Wanted {
        types: feed.types.clone(),
        versions: VersionsWanted {
            all: feed.all_versions,
            ..VersionsWanted::default()
        },
        ..Wanted::default()
    }
}

/// What of a batch goes; what does not is noted.
async fn choose(
    node: &Node,
    feed: &NewFeed,
    gate: Gate,
    rows: impl Iterator<Item = (store::Listed, Bytes)>,
    step: &mut FeedStep,
) -> Result<(Vec<Outgoing>, Vec<Bytes>), FeedError> {
    let (keys, contents): (Vec<_>, Vec<_>) = rows
        .map(|(listed, content)| (listed.key, content))
        .map(|(at, content)| ((at.stix_id.clone(), at.version), (at.stix_id, content)))
        .unzip();
    let hashed = keys.iter().map(|(id, version)| key(id, version)).collect();
    let came = node.store().came_from(&feed.remote, hashed).await?;
    let definitions = Definitions::of(&**node.store(), feed.track, &contents).await?;
    let at = node.clock().now().as_microsecond();
    let (mut outgoing, mut going) = (Vec::new(), Vec::new());
    for (((stix_id, version), (_, content)), came) in keys.into_iter().zip(contents).zip(came) {
        let leaves = if came {
            Leaves::Never
        } else {
            gate.lets(&stix_id, &content, &definitions)
        };
        match leaves {
            Leaves::Yes => {
                outgoing.push(Outgoing { stix_id, version });
                going.push(content);
            }
            Leaves::Never => step.counts.kept_back += 1,
            Leaves::No(reason) => {
                step.counts.kept_back += 1;
                step.refusals.push(FeedRefusal {
                    stix_id,
                    version,
                    reason: format!("kept back: {reason}"),
                    at,
                });
            }
        }
    }
    Ok((outgoing, going))
}

async fn send(
    node: &Node,
    there: &Collection,
    outgoing: &[Outgoing],
    contents: Vec<Bytes>,
    step: &mut FeedStep,
) -> Result<(), FeedError> {
    let at = node.clock().now().as_microsecond();
    let mut sending = std::pin::pin!(there.send(contents));
    while let Some(Sent { objects, what }) = sending.try_next().await? {
        match what {
            SentWhat::TooLong { bytes, bytes_max } => {
                step.counts.refused += 1;
                let object = &outgoing[objects.start];
                step.refusals.push(FeedRefusal {
                    stix_id: object.stix_id.clone(),
                    version: object.version.clone(),
                    reason: format!(
                        "an envelope with it has {bytes} bytes, the other server takes {bytes_max}"
                    ),
                    at,
                });
            }
            SentWhat::Taken(status) => {
                let status = settled(there, status).await;
                count(&mut step.counts, &status);
                let refused = status.failures.into_iter();
                step.refusals
                    .extend(refused.map(|detail| refusal(detail, at)));
            }
        }
    }
    Ok(())
}

/// The status when it is complete, or as it was last heard of: the objects are with the other server in any case.
async fn settled(there: &Collection, status: Status) -> Status {
    match there.root().wait(status.clone(), &PATIENCE).await {
        Ok(settled) => settled,
        Err(Error::StillPending { .. }) => match there.root().status(&status.id).await {
            Ok(last) => last,
            Err(_) => status,
        },
        Err(error) => {
            tracing::debug!("a status cannot be read again: {error}");
            status
        }
    }
}

fn count(counts: &mut FeedCounts, status: &Status) {
    counts.moved += status.success_count;
    counts.refused += status.failure_count;
    counts.pending += status.pending_count;
}

fn refusal(detail: StatusDetail, at: i64) -> FeedRefusal {
    FeedRefusal {
        stix_id: shorten(detail.id),
        version: shorten(detail.version),
        reason: shorten(
            detail
                .message
                .unwrap_or_else(|| "the other server gives no reason".to_owned()),
        ),
        at,
    }
}

/// Longest text of another server that is kept, in bytes.
const TEXT_BYTES_MAX: usize = 1_000;

fn shorten(text: String) -> String {
    cut(text, TEXT_BYTES_MAX)
}
