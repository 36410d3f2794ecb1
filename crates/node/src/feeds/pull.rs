//! Pulling: pages of the other server into a collection.

use bytes::{BufMut as _, Bytes, BytesMut};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use store::feeds::{FeedCounts, FeedCursor, FeedRefusal, FeedStep, NewFeed};
use taxii::client::{Collection, Cursor, Error, Page, Query, RawObject, Version};

use super::{error::FeedError, push, remote};
use crate::{
    access::{Caller, MayWrite},
    desk::pass::{Passing, What},
    error::ApiError,
    intake::{self, Rules},
    node::Node,
};

/// The smallest step of a date, in microseconds: the next round asks for the last date of this one once more, because
/// more objects can be added with it.
const DATE_STEP_MICROS: i64 = 1;

/// One round.
pub(super) async fn pull(node: &Node, feed: &NewFeed) -> Result<(), FeedError> {
    let here = node
        .collections()
        .of_track(feed.track)
        .ok_or(FeedError::NoCollection)?;
    let to = Caller::directory()
        .writes(&here)
        .ok_or(FeedError::NoCollection)?;
    let there = remote::collection(node, feed).await?;
    let mut cursor = resumed(&feed.begins);
    let with_token = cursor.next.is_some();
    match crawl(node, feed, &to, &there, &mut cursor).await {
        Err(FeedError::Remote(error))
            if with_token && is_about_the_token(&error) && cursor == feed.begins =>
        {
            // The other server has forgotten where that was, and never said a date: from where the crawl began.
            cursor.next = None;
            crawl(node, feed, &to, &there, &mut cursor).await
        }
        ended => ended,
    }
}

/// Where a round begins. One that goes on in the middle of a crawl does so by date, where one is known, and not by the
/// token of the other server: tokens expire, and some servers give the page of a token once, so that the page which was
/// on its way when this node was killed would be skipped. Everything up to that date is here.
fn resumed(at: &FeedCursor) -> FeedCursor {
    match at.seen_to {
        Some(seen) => FeedCursor {
            next: None,
            added_after: at.added_after.max(Some(seen - DATE_STEP_MICROS)),
            ..at.clone()
        },
        None => at.clone(),
    }
}

fn is_about_the_token(error: &Error) -> bool {
    matches!(
        error,
        Error::BadRequest { .. }
            | Error::NotFound { .. }
            | Error::Unprocessable { .. }
            | Error::Status { .. }
            | Error::ServerFailed { .. }
    )
}

async fn crawl(
    node: &Node,
    feed: &NewFeed,
    to: &MayWrite,
    there: &Collection,
    cursor: &mut FeedCursor,
) -> Result<(), FeedError> {
    let mut pages = std::pin::pin!(there.pages(query(feed, cursor)));
    let mut page = pages.try_next().await?;
    while let Some(this) = page {
        // The next page comes while this one is taken: with dates, since whoever goes on later does so by date, and misses no
        // token that is spent by asking ahead.
        let is_dated = this.last_added.is_some();
        let taking = take(node, feed, to, there, cursor, this);
        let ahead = async {
            if is_dated {
                Some(pages.try_next().await)
            } else {
                None
            }
        };
        let (taken, ahead) = tokio::join!(taking, ahead);
        *cursor = taken?;
        page = match ahead {
            Some(next) => next?,
            None => pages.try_next().await?,
        };
    }
    Ok(())
}

/// Takes a page, and then says so: the cursor behind it is durable when this returns it.
async fn take(
    node: &Node,
    feed: &NewFeed,
    to: &MayWrite,
    there: &Collection,
    cursor: &FeedCursor,
    page: Page<RawObject>,
) -> Result<FeedCursor, FeedError> {
    let last_id = page.rows.last().and_then(id);
    let mut next = cursor.clone();
    let mut step = if page.rows.is_empty() {
        FeedStep::default()
    } else {
        let body = envelope(&page.rows);
        let here = |error: ApiError| FeedError::Here(error.title().to_owned());
        let admission = intake::admit(body, Rules::of(to.collection())).await;
        let admission = admission.map_err(|error| here(error.into()))?;
        let passing = node
            .pass_objects(to, &Caller::directory(), admission, None)
            .await
            .map_err(here)?;
        step(passing, node.clock().now().as_microsecond())
    };
    next.seen_to = next
        .seen_to
        .max(page.last_added.map(Timestamp::as_microsecond));
    match page.then {
        Some(Cursor::Next(token)) => next.next = Some(token),
        Some(Cursor::AddedAfter(at)) => {
            next.next = None;
            next.added_after = Some(at.as_microsecond());
        }
        None => {
            if next.seen_to.is_none()
                && let Some(id) = last_id
            {
                next.seen_to = date_of(there, id).await;
            }
            let seen = next.seen_to.take().map(|at| at - DATE_STEP_MICROS);
            next.next = None;
            next.added_after = seen.max(next.added_after);
        }
    }
    step.cursor = next.clone();
    node.store().advance_feed(&feed.name, step).await?;
    Ok(next)
}

fn query(feed: &NewFeed, cursor: &FeedCursor) -> Query {
    let mut query = Query::new()
        .limit(feed.page_size)
        .types(feed.types.iter().cloned());
    if feed.all_versions {
        query = query.versions([Version::All]);
    }
    let after = cursor
        .added_after
        .and_then(|at| Timestamp::from_microsecond(at).ok());
    if let Some(after) = after {
        query = query.added_after(after);
    }
    match &cursor.next {
        Some(next) => query.resume(Cursor::Next(next.clone())),
        None => query,
    }
}

/// When an object was added there, from the manifest: for servers that do not say it with the objects. Nothing when the
/// manifest does not say it either; the next round then reads everything once more, which changes nothing.
async fn date_of(there: &Collection, id: String) -> Option<i64> {
    let pages: Vec<_> = there
        .manifest(Query::new().ids([id]))
        .try_collect()
        .await
        .ok()?;
    let dates = pages.iter().filter_map(|page| page.last_added);
    dates.map(Timestamp::as_microsecond).min()
}

fn id(object: &RawObject) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        id: String,
    }
    object.parse().ok().map(|named: Named| named.id)
}

fn envelope(objects: &[RawObject]) -> Bytes {
    let bytes: usize = objects
        .iter()
        .map(|object| object.as_bytes().len() + 1)
        .sum();
    let mut body = BytesMut::with_capacity(bytes + 16);
    body.put_slice(br#"{"objects":["#);
    for (index, object) in objects.iter().enumerate() {
        if index > 0 {
            body.put_u8(b',');
        }
        body.put_slice(object.as_bytes());
    }
    body.put_slice(b"]}");
    body.freeze()
}

/// What came of a page.
fn step(passing: Passing, at: i64) -> FeedStep {
    let mut step = FeedStep::default();
    let mut counts = FeedCounts::default();
    for outcome in passing.outcomes {
        let (id, version) = (
            outcome.id.unwrap_or_default(),
            outcome.version.unwrap_or_default(),
        );
        match outcome.what {
            What::Refused { reason } => {
                counts.refused += 1;
                step.refusals.push(FeedRefusal {
                    stix_id: id,
                    version,
                    reason,
                    at,
                });
                continue;
            }
            What::Passed { .. } | What::ListedAgain => counts.moved += 1,
            What::AlreadyHeld => counts.held += 1,
            What::Pending { .. } => counts.pending += 1,
        }
        // Whatever it was here: the other server has it, and is not sent it.
        step.came.push(push::key(&id, &version));
    }
    step.counts = counts;
    step
}
