//! One round of a feed: what the other server has, or what it has not yet; then when the next is due.

use std::time::Duration;

use store::feeds::{Feed, FeedRound};
use tokio_util::sync::CancellationToken;

use super::{error::FeedError, pull, push, remote, words::cut};
use crate::node::Node;

/// The first wait after a round that failed; doubled after each further one.
const RETRY_FIRST: Duration = Duration::from_secs(10);
/// The longest such wait.
const RETRY_MAX: Duration = Duration::from_secs(3_600);
/// The longest wait that another server can ask for.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 3_600);
/// Longest text of a failure that is kept, in bytes.
const ERROR_BYTES_MAX: usize = 4_000;

/// Why a round is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It was due when the engine looked.
    Due,
    /// Somebody wants it now.
    Asked,
}

/// Runs one round, after the one that may be running, and tells how many objects moved.
///
/// # Errors
/// [`FeedError`], which is noted with the feed too.
pub(super) async fn run(
    node: &Node,
    name: &str,
    why: Why,
    stop: &CancellationToken,
) -> Result<u64, FeedError> {
    let turn = tokio::select! {
        () = stop.cancelled() => return Err(FeedError::Interrupted),
        turn = node.feed_lanes().turn(name) => turn,
    };
    let feed = one(node, name).await?;
    let began = node.clock().now().as_microsecond();
    // While it waited for its turn somebody may have run it, or let it rest.
    if why == Why::Due && (feed.paused || feed.due > began) {
        return Ok(0);
    }
    // Dropped where it stands: what was added is durable, and the cursor moves after it.
    let ended = tokio::select! {
        () = stop.cancelled() => Err(FeedError::Interrupted),
        () = turn.stop.cancelled() => Err(FeedError::Interrupted),
        ended = transfer(node, &feed) => ended,
    };
    if matches!(
        ended,
        Err(FeedError::Interrupted | FeedError::NoSuchFeed(_))
    ) {
        return Err(ended.expect_err("it was just seen to be one"));
    }
    let round = FeedRound {
        began,
        ended: node.clock().now().as_microsecond(),
        error: ended
            .as_ref()
            .err()
            .map(|error| cut(error.to_string(), ERROR_BYTES_MAX)),
        due: due(node, &feed, ended.as_ref().err()),
    };
    node.store().end_feed_round(name, round).await?;
    ended?;
    Ok(one(node, name).await?.counts.moved - feed.counts.moved)
}

async fn transfer(node: &Node, feed: &Feed) -> Result<(), FeedError> {
    if feed.feed.push {
        push::push(node, &feed.feed).await
    } else {
        pull::pull(node, &feed.feed).await
    }
}

async fn one(node: &Node, name: &str) -> Result<Feed, FeedError> {
    let feed = node.store().feed(name).await?;
    feed.ok_or_else(|| FeedError::NoSuchFeed(name.to_owned()))
}

/// When the next round is due, unix microseconds.
fn due(node: &Node, feed: &Feed, error: Option<&FeedError>) -> i64 {
    let wait = match error {
        None => Duration::from_secs(feed.feed.interval_secs.into()),
        Some(error) => {
            let asked = match error {
                FeedError::Remote(error) => error.retry_after().unwrap_or_default(),
                _ => Duration::ZERO,
            };
            let share = 0.5 + remote::fraction(node.random()) / 2.0;
            backoff(feed.failures)
                .mul_f64(share)
                .max(asked.min(RETRY_AFTER_MAX))
        }
    };
    let wait = i64::try_from(wait.as_micros()).unwrap_or(i64::MAX);
    node.clock().now().as_microsecond().saturating_add(wait)
}

/// The wait after a failure, when `failures` came before it.
fn backoff(failures: u32) -> Duration {
    RETRY_FIRST
        .saturating_mul(1 << failures.min(20))
        .min(RETRY_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let secs: Vec<_> = (0..11)
            .map(|failures| backoff(failures).as_secs())
            .collect();
        assert_eq!(
            secs,
            [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]
        );
        assert_eq!(backoff(u32::MAX), RETRY_MAX);
    }
}
