//! Two parties with a dialogue between them: founded as people found one, through the JSON API, and then filled on one
//! side.

use std::{net::TcpListener, path::Path, time::Duration, time::Instant};

use anyhow::Context as _;
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt as _;
use node::{
    Node,
    clock::{OsRandom, SystemClock},
    home::Home,
    request::{Accept, Found, NewTrack},
    sequencer::{BATCH_ITEMS_MAX, Outcome},
    settings::Settings,
    setup::{self, NewOffice},
    view::DialogueView,
};
use tower::ServiceExt as _;

use super::items::{self, Items};

/// The track that is filled.
pub(crate) const TRACK: &str = "cyber";
/// The party that fills it.
const SENDER: &str = "alpha.example";
/// The party that pulls it.
const RECEIVER: &str = "beta.example";
/// Seed of the items.
const SEED: u64 = 1;

/// Both homes, with nobody in them.
pub(crate) struct Pair {
    /// Of the party with the items.
    pub(crate) sender: Home,
    /// Of the party that holds nothing of it yet.
    pub(crate) receiver: Home,
    /// What filling took.
    pub(crate) filled: Filled,
}

/// What filling took, without making the items.
pub(crate) struct Filled {
    /// From the first submission to the last checkpoint.
    pub(crate) took: Duration,
    /// Content in all.
    pub(crate) content_bytes: u64,
}

/// Makes both nodes, founds the dialogue, fills the sender's log.
pub(crate) async fn make(dir: &Path, count: u64) -> anyhow::Result<Pair> {
    let (sender, _) = init(dir, SENDER)?;
    let (receiver, receiver_card) = init(dir, RECEIVER)?;
    let (alpha, beta) = (open(&sender).await?, open(&receiver).await?);
    let found = Found {
        name: "bench".to_owned(),
        purpose: "To be measured.".to_owned(),
        with: vec![receiver_card],
        tracks: vec![NewTrack {
            name: TRACK.to_owned(),
            title: String::new(),
            access: "closed".to_owned(),
            // No window: what the receiver is to pull is there before it ever receipted anything.
            window_items: 0,
            window_days: 0,
            ..NewTrack::default()
        }],
    };
    let drafted = ask(&alpha, "/api/v1/dialogues", &found).await?;
    let accepted = accept(&beta, drafted).await?;
    let in_force = accept(&alpha, accepted).await?;
    anyhow::ensure!(in_force.in_force, "the dialogue did not come into force");
    accept(&beta, in_force).await?;
    beta.stop().await;
    let filled = fill(&alpha, count).await?;
    alpha.stop().await;
    Ok(Pair {
        sender,
        receiver,
        filled,
    })
}

/// Opens a node as `chancery serve` does.
pub(crate) async fn open(home: &Home) -> anyhow::Result<Node> {
    let settings = serde_json::from_str(&home.read(&home.settings())?)?;
    Ok(Node::open(home.clone(), settings).await?)
}

fn init(dir: &Path, host: &str) -> anyhow::Result<(Home, String)> {
    let home = Home::create(dir.join(host))?;
    // A port that is free now; nobody else on a machine that is being measured takes it.
    let listen = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let settings = Settings::new(host, host, format!("https://{listen}"), listen);
    // The file's format is the binary's business; here it is only handed to another process of this program.
    home.write(&home.settings(), &serde_json::to_vec(&settings)?)?;
    let office = NewOffice {
        name: "Bench".to_owned(),
        hours: "always".to_owned(),
        contact: "none".to_owned(),
    };
    let card = setup::init(&home, &settings, &office, &SystemClock, &OsRandom)?.card;
    Ok((home, card))
}

async fn fill(node: &Node, count: u64) -> anyhow::Result<Filled> {
    let track = node.directory().track(TRACK).map_err(anyhow::Error::msg)?;
    let mut source = Items::new(SEED);
    let mut filled = Filled {
        took: Duration::ZERO,
        content_bytes: 0,
    };
    let mut left = usize::try_from(count)?;
    while left > 0 {
        let batch = source.drafts(left.min(BATCH_ITEMS_MAX));
        left -= batch.len();
        filled.content_bytes += items::content_bytes(&batch);
        let begun = Instant::now();
        let (_, appended) = node.submit(&track, batch).await?;
        filled.took += begun.elapsed();
        let passed = |each: &Outcome| matches!(each, Outcome::Passed(_));
        anyhow::ensure!(appended.outcomes.iter().all(passed), "an item was not new");
    }
    Ok(filled)
}

async fn accept(node: &Node, from: DialogueView) -> anyhow::Result<DialogueView> {
    let document = from.document.context("a dialogue without its document")?;
    ask(node, "/api/v1/dialogues/accept", &Accept { document }).await
}

async fn ask(
    node: &Node,
    path: &str,
    body: &impl serde::Serialize,
) -> anyhow::Result<DialogueView> {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(serde_json::to_vec(body)?))?;
    let answer = node.api().oneshot(request).await?;
    let status = answer.status();
    let body = answer.into_body().collect().await?.to_bytes();
    anyhow::ensure!(
        status.is_success(),
        "{path}: {}",
        String::from_utf8_lossy(&body)
    );
    Ok(serde_json::from_slice(&body)?)
}
