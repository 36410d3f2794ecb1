//! `POST /add-entries`: alpha pushes its log to beta, which does not call out until a test lets it. Every refusal by its
//! status and its words (c2sp.org/tlog-mirror).

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails, fails its test, as an unwrap in the test would"
)]

mod pushing;
mod refusing;
mod resolving;

use std::{convert::Infallible, io::Write as _, sync::Arc};

use axum::{body::Body, http::Request};
use bytes::Bytes;
use futures::StreamExt as _;
use http::StatusCode;
use http_body_util::BodyExt as _;
use node::{
    directory::LogEntry, listen::PeerPin, parties, request::Inquire, resource::Resource, sync,
    tls::Pin, trees::Tiles, view::StatusView,
};
use record::{
    checkpoint::WitnessVerifier,
    entry::Entry,
    hash::{Hash, TreeSize},
    note::{SignatureLine, SignedNote},
    tree::{consistency_proof, subtree_consistency_proof},
    witness_wire::{
        AddCheckpoint, AddEntriesHeader, EntriesPackage, MirrorInfo, PackageRange, package_ranges,
    },
};
use store::{ItemState, Opening, ReadLimits};
use testkit::{HostileSource, Party, World, samples};
use tower::ServiceExt as _;

const TRACK: &str = "cyber";

/// An answer of a node to another.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    media: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// What a mirror tells of itself, under the statuses that have it.
    fn info(&self) -> (u64, u64) {
        assert_eq!(self.media, "text/x.tlog.mirror-info", "{}", self.text());
        let info = MirrorInfo::parse(&self.body).expect("three lines");
        assert_eq!(info.ticket, b"", "this node gives no tickets");
        (info.pending.get(), info.next.get())
    }
}

/// Somebody who pushes a log to a node.
struct Sender<'a> {
    from: &'a Party,
    to: &'a Party,
    log: Arc<LogEntry>,
}

impl<'a> Sender<'a> {
    fn new(from: &'a Party, to: &'a Party) -> Self {
        let log = from.log(TRACK, from);
        Self { from, to, log }
    }

    fn pin(&self) -> Pin {
        let directory = self.to.node().directory();
        directory.peer(self.from.node().me()).unwrap().pins[0]
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        send(self.to, self.pin(), request).await
    }

    fn published(&self) -> (u64, Arc<str>) {
        let writer = self.from.node().writer(self.log.id).unwrap();
        let published = writer.published().borrow().clone().unwrap();
        (published.size, published.note)
    }

    /// Posts the newest checkpoint, from the size that the receiver is believed to have cosigned; returns its size.
    async fn add_checkpoint(&self, old: u64) -> u64 {
        let (size, note) = self.published();
        let (older, newer) = (tree_size(old), tree_size(size));
        let proof = match old {
            0 => Vec::new(),
            _ => Tiles::Held(&**self.from.node().store(), self.log.id)
                .compute(|known| consistency_proof(known, older, newer))
                .await
                .unwrap(),
        };
        let request = AddCheckpoint {
            old: older,
            proof,
            note: SignedNote::parse(note.as_bytes()).unwrap(),
        };
        let request = Request::post("/add-checkpoint").body(Body::from(request.to_text()));
        let answer = self.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        size
    }

    fn header(&self, start: u64, end: u64) -> Vec<u8> {
        let header = AddEntriesHeader {
            origin: self.log.origin.clone(),
            start: tree_size(start),
            end: tree_size(end),
            ticket: Vec::new(),
        };
        header.encode().unwrap()
    }

    async fn package(&self, range: PackageRange, end: u64) -> EntriesPackage {
        let store = self.from.node().store();
        let indexes = range.start.get()..range.end.get();
        let entries = store.entries(self.log.id, indexes).await.unwrap();
        let proof = Tiles::Held(&**store, self.log.id)
            .compute(|known| {
                subtree_consistency_proof(known, range.subtree_start, range.end, tree_size(end))
            })
            .await
            .unwrap();
        EntriesPackage {
            entries: entries
                .iter()
                .map(|each| Entry::parse(each).unwrap())
                .collect(),
            proof,
        }
    }

    async fn packages(&self, start: u64, end: u64) -> Vec<Vec<u8>> {
        let mut packages = Vec::new();
        for range in package_ranges(tree_size(start), tree_size(end)) {
            packages.push(encode(&self.package(range, end).await));
        }
        packages
    }

    async fn push(&self, body: Vec<u8>) -> Answer {
        self.send(entries_request(Body::from(body))).await
    }

    /// A header and the first packages of its canonical sequence.
    async fn upload(&self, start: u64, end: u64, packages: usize) -> Answer {
        let mut body = self.header(start, end);
        for package in self.packages(start, end).await.into_iter().take(packages) {
            body.extend(package);
        }
        self.push(body).await
    }

    /// How many entries the receiver holds.
    async fn held(&self) -> u64 {
        let theirs = self.to.log(TRACK, self.from);
        let held = self.to.node().store().log(theirs.id).await.unwrap();
        held.unwrap().size
    }

    /// How many of them are excepted.
    async fn excepted(&self) -> usize {
        let theirs = self.to.log(TRACK, self.from);
        let store = self.to.node().store();
        store.excepted(theirs.id, 0, 65_536).await.unwrap().len()
    }
}

async fn send(to: &Party, pin: Pin, mut request: Request<Body>) -> Answer {
    request.extensions_mut().insert(PeerPin(pin));
    let entries = request.uri().path() == "/add-entries";
    let answer = parties::router(to.node().clone()).oneshot(request).await;
    let answer = answer.unwrap_or_else(|never: Infallible| match never {});
    let status = answer.status();
    // tlog-mirror: every answer tells the sender that it may compress.
    assert_eq!(answer.headers().contains_key("accept-encoding"), entries);
    let media = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    Answer {
        status,
        media,
        body: body.to_vec(),
    }
}

fn entries_request(body: Body) -> Request<Body> {
    let request = Request::post("/add-entries").header("content-type", "application/octet-stream");
    request.body(body).unwrap()
}

fn encode(package: &EntriesPackage) -> Vec<u8> {
    let mut bytes = Vec::new();
    package.encode_into(&mut bytes).unwrap();
    bytes
}

fn tree_size(size: u64) -> TreeSize {
    TreeSize::new(size).unwrap()
}

fn flipped(hash: &Hash) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[31] ^= 1;
    Hash::new(bytes)
}

/// A refusal in words.
fn refused(answer: &Answer, status: StatusCode, says: &str) {
    assert_eq!((answer.status, answer.text().trim_end()), (status, says));
}

/// Alpha has passed a log of exactly `size` entries, and beta has none of it.
async fn world(size: u64) -> World {
    let world = World::of(&["alpha", "beta"], TRACK).await;
    pass_up_to(world.party(0), "one", size).await;
    world
}

async fn pass_up_to(party: &Party, batch: &str, size: u64) {
    let log = party.log(TRACK, party);
    let held = party
        .node()
        .store()
        .log(log.id)
        .await
        .unwrap()
        .unwrap()
        .size;
    let count = usize::try_from(size - held).unwrap();
    party
        .pass(TRACK, samples::indicators(batch, 0..count))
        .await;
}

/// How many entries of a party's own log have this in their content.
async fn own_controls(party: &Party, says: &str) -> usize {
    let log = party.log(TRACK, party);
    let limits = ReadLimits {
        items_max: 65_536,
        ..ReadLimits::default()
    };
    let acts = party.node().store().acts_of_log(log.id, 0, limits).await;
    let found = acts.unwrap().into_iter().filter(|stored| {
        let content = stored.item.opening.content();
        content.is_some_and(|content| String::from_utf8_lossy(content).contains(says))
    });
    found.count()
}
