//! A node with a private collection, and feeds on it.

use http::Method;
use node::view::FeedView;
use serde_json::{Value, json};
use testkit::{Party, World, samples};

use crate::foreign::Foreign;

/// The private collection of each node.
pub(crate) const HERE: &str = "watchlist";

pub(crate) struct Node {
    pub(crate) world: World,
}

impl Node {
    pub(crate) async fn new() -> Self {
        let mut world = World::without_dialogue(&["alpha"]).await;
        world.party_mut(0).start().await;
        private_collection(world.party(0)).await;
        Self { world }
    }

    pub(crate) fn party(&self) -> &Party {
        self.world.party(0)
    }

    /// Makes the feed `f`.
    pub(crate) async fn add(&self, feed: Value) -> FeedView {
        self.party().post("/api/v1/feeds", &feed).await.unwrap()
    }

    /// Runs it, and says how it ended.
    pub(crate) async fn try_run(&self) -> Result<FeedView, String> {
        let ran = self.party().post("/api/v1/feeds/f/run", &()).await;
        ran.map_err(|refused| format!("{}: {}", refused.error.code, refused.error.title))
    }

    pub(crate) async fn run(&self) -> FeedView {
        self.try_run().await.unwrap()
    }

    pub(crate) async fn show(&self) -> FeedView {
        let answer = self
            .party()
            .call(Method::GET, "/api/v1/feeds/f", Vec::new());
        serde_json::from_slice(&answer.await.unwrap()).unwrap()
    }

    /// The names of what the collection lists, in order of arrival.
    pub(crate) async fn listed(&self) -> Vec<String> {
        listed(self.party()).await
    }

    /// Stops and starts the node, as after a crash that came between two writes.
    pub(crate) async fn restart(&mut self) {
        self.world.party_mut(0).restart().await;
    }
}

pub(crate) async fn private_collection(party: &Party) {
    let track = json!({ "name": HERE, "title": "Ours", "access": "closed", "window_items": 0, "window_days": 0 });
    let _: Value = party.post("/api/v1/tracks", &track).await.unwrap();
}

/// The names of what a node's collection lists.
pub(crate) async fn listed(party: &Party) -> Vec<String> {
    let node = party.node();
    let track = node.directory().track(HERE).unwrap();
    let wanted = store::Wanted {
        versions: store::VersionsWanted {
            all: true,
            ..store::VersionsWanted::default()
        },
        specs: vec![20, 21],
        ..store::Wanted::default()
    };
    let mut names = Vec::new();
    let mut after = 0;
    loop {
        let page = node
            .store()
            .list_contents(track.id, wanted.clone(), after, 1_000, u64::MAX)
            .await
            .unwrap();
        for (row, content) in &page.rows {
            after = row.arrival;
            let object: Value = serde_json::from_slice(content).unwrap();
            let id = row.key.stix_id.clone();
            let name = object["name"].as_str().map_or(id, str::to_owned);
            if !row.key.stix_id.starts_with("dialogue-") {
                names.push(name);
            }
        }
        if !page.more {
            return names;
        }
    }
}

/// A pull feed `f` from the server.
pub(crate) fn pull(server: &Foreign, page_size: u32) -> Value {
    json!({
        "name": "f", "direction": "pull", "collection": HERE, "url": server.url, "remote_collection": "The one",
        "credentials": { "kind": "none" }, "page_size": page_size,
    })
}

/// A push feed `f` to the server: up to TLP:GREEN, and what has no marking.
pub(crate) fn push(server: &Foreign) -> Value {
    json!({
        "name": "f", "direction": "push", "collection": HERE, "url": server.url, "remote_collection": "one",
        "credentials": { "kind": "bearer", "token": "t" }, "ceiling": "green", "unmarked": true,
    })
}

pub(crate) fn indicators(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers
        .map(|number| samples::indicator("x", number))
        .collect()
}

pub(crate) fn names(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("x {number}")).collect()
}
