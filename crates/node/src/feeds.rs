//! Feeds: foreign TAXII 2.1 servers, pulled into a collection or pushed to from one, on a schedule.
//!
//! A feed moves by steps, one page or one batch each. What a step brought is durable before the feed's cursor moves past
//! it, and adding an object again changes nothing on either side: so a feed can be cut off anywhere, and the next round
//! loses nothing and doubles nothing.
//!
//! Nothing leaves by accident: a push feed has a ceiling of its own, holds back what has no marking of the Traffic Light
//! Protocol unless told otherwise, never sends acts of a dialogue, and sends nothing back to the server it was pulled
//! from. Credentials are files of the node's directory (`secret.rs`), shown to one server alone, and never printed.

mod definition;
mod error;
mod lanes;
mod leave;
mod manage;
mod pull;
mod push;
mod remote;
mod round;
mod secret;
mod words;

use std::{collections::BTreeSet, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

pub use definition::{
    AddFeed, Credentials, DefinitionError, Direction, FeedName, INTERVAL_SECS_DEFAULT,
    INTERVAL_SECS_MIN, NAME_BYTES_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, TYPES_MAX,
};
pub use error::FeedError;
pub(crate) use lanes::Lanes;

use crate::node::Node;
use round::Why;

/// The stable word of a failure of the JSON API: the other server cannot be reached.
pub const UNREACHABLE: &str = "unreachable";
/// Rounds of different feeds at the same time.
const ROUNDS_AT_ONCE_MAX: usize = 4;
/// How often it is looked which feeds are due.
const LOOK_PAUSE: Duration = Duration::from_secs(1);

/// Runs every feed when it is due, until `stop`.
pub async fn run(node: Node, stop: CancellationToken) {
    let mut rounds = JoinSet::new();
    let mut running = BTreeSet::new();
    while !stop.is_cancelled() {
        for name in due(&node).await {
            if rounds.len() >= ROUNDS_AT_ONCE_MAX {
                break;
            }
            if running.insert(name.clone()) {
                rounds.spawn(one(node.clone(), name, stop.clone()));
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK_PAUSE) => {}
            Some(ended) = rounds.join_next() => match ended {
                Ok(name) => {
                    running.remove(&name);
                }
                // Which one it was is not told; a feed that still runs is kept from running twice by its lane.
                Err(error) => {
                    warn!("a round of a feed broke off: {error}");
                    running.clear();
                }
            },
        }
    }
    while rounds.join_next().await.is_some() {}
}

async fn due(node: &Node) -> Vec<String> {
    let now = node.clock().now().as_microsecond();
    match node.store().feeds().await {
        Ok(feeds) => feeds
            .into_iter()
            .filter(|feed| !feed.paused && feed.due <= now)
            .map(|feed| feed.feed.name)
            .collect(),
        Err(error) => {
            warn!("the feeds cannot be read: {error}");
            Vec::new()
        }
    }
}

async fn one(node: Node, name: String, stop: CancellationToken) -> String {
    match round::run(&node, &name, Why::Due, &stop).await {
        Ok(moved) if moved > 0 => info!(feed.name = %name, "feed {name} moved {moved} objects"),
        Ok(_) | Err(FeedError::Interrupted | FeedError::NoSuchFeed(_)) => {}
        Err(error) => warn!(feed.name = %name, "feed {name} failed: {error}"),
    }
    name
}
