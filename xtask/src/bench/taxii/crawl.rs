//! A whole collection, page by page, by `next`.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::task::JoinSet;

use super::{connection::Connection, latency::Latency, server::Server};

/// What a crawl took.
#[derive(Debug, Serialize)]
pub(crate) struct Crawl {
    /// Objects that came, in each crawl.
    pub(crate) objects: usize,
    /// Crawls at once.
    pub(crate) at_once: usize,
    /// Until the last had ended.
    pub(crate) secs: f64,
    /// Objects of all crawls by time.
    pub(crate) objects_per_sec: f64,
    /// Of one page, to the headers.
    pub(crate) first_byte: Latency,
    /// Of one page, to its end.
    pub(crate) page: Latency,
}

/// An envelope, looked at no closer than a client must to go on.
#[derive(Deserialize)]
pub(crate) struct Page<'a> {
    #[serde(borrow, default)]
    pub(crate) objects: Vec<&'a RawValue>,
    #[serde(default)]
    pub(crate) more: bool,
    pub(crate) next: Option<String>,
}

/// Where each page is found.
pub(crate) enum Walk {
    /// By `next`, from this path on.
    ByNext(String),
    /// These paths, one after the other.
    Paths(Vec<String>),
}

/// Crawls `at_once` times at once.
pub(crate) async fn measure(server: &Server, page: usize, at_once: usize) -> anyhow::Result<Crawl> {
    let path = format!("{}?limit={page}", server.objects());
    let connections = (0..at_once).map(|_| Connection::to(server.place()));
    walk(connections.collect(), || Walk::ByNext(path.clone())).await
}

/// One crawl on each connection.
pub(crate) async fn walk(
    connections: Vec<Connection>,
    route: impl Fn() -> Walk,
) -> anyhow::Result<Crawl> {
    let at_once = connections.len();
    let begun = Instant::now();
    let mut walks = JoinSet::new();
    for connection in connections {
        walks.spawn(one(connection, route()));
    }
    let (mut objects, mut first, mut whole) = (0, Vec::new(), Vec::new());
    while let Some(walk) = walks.join_next().await {
        let walk = walk??;
        objects += walk.objects;
        first.extend(walk.first);
        whole.extend(walk.whole);
    }
    let secs = begun.elapsed().as_secs_f64();
    Ok(Crawl {
        objects: objects / at_once,
        at_once,
        secs,
        objects_per_sec: objects as f64 / secs,
        first_byte: Latency::of(first),
        page: Latency::of(whole),
    })
}

struct Walked {
    objects: usize,
    first: Vec<Duration>,
    whole: Vec<Duration>,
}

async fn one(mut connection: Connection, route: Walk) -> anyhow::Result<Walked> {
    let mut walked = Walked {
        objects: 0,
        first: Vec::new(),
        whole: Vec::new(),
    };
    match route {
        Walk::ByNext(start) => {
            let mut path = start.clone();
            loop {
                let page = connection.get(&path).await?;
                walked.first.push(page.first_byte);
                walked.whole.push(page.whole);
                let page: Page<'_> = serde_json::from_slice(&page.body)?;
                walked.objects += page.objects.len();
                if !page.more {
                    return Ok(walked);
                }
                let next = page.next.context("more without next")?;
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                path = format!("{start}&next={next}");
            }
        }
        Walk::Paths(paths) => {
            for path in paths {
                let page = connection.get(&path).await?;
                walked.first.push(page.first_byte);
                walked.whole.push(page.whole);
                let page: Page<'_> = serde_json::from_slice(&page.body)?;
                walked.objects += page.objects.len();
            }
            Ok(walked)
        }
    }
}
