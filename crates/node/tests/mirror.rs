//! `POST /add-entries`: alpha pushes its log to beta, which does not call out until a test lets it. Every refusal by its
//! status and its words (c2sp.org/tlog-mirror).

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

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_pushed_in_several_requests_then_resolved_and_receipted() {
    let world = world(701).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    assert_eq!(end, 701);

    let first = sender.upload(0, end, 1).await;
    assert_eq!(
        (first.status, first.text()),
        (StatusCode::ACCEPTED, "701\n256\n\n")
    );
    assert_eq!(first.info(), (701, 256));
    // A start within a run: its package is tied to the entries that are held before it.
    let again = sender.upload(200, end, 1).await;
    assert_eq!(
        (again.status, again.info()),
        (StatusCode::ACCEPTED, (701, 256))
    );
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(&sender.header(256, end)).unwrap();
    zipped
        .write_all(&sender.packages(256, end).await[0])
        .unwrap();
    let mut request = entries_request(Body::from(zipped.finish().unwrap()));
    request
        .headers_mut()
        .insert("content-encoding", "gzip".parse().unwrap());
    let second = sender.send(request).await;
    assert_eq!(
        (second.status, second.info()),
        (StatusCode::ACCEPTED, (701, 512))
    );
    let last = sender.upload(512, end, 1).await;
    assert_eq!(last.status, StatusCode::OK, "{}", last.text());
    assert_eq!(last.media, "text/plain; charset=utf-8");

    // The lines are those of beta's witness, on alpha's checkpoint.
    let keys = beta.node().card().card().witness.to_vec();
    let verifier = WitnessVerifier::new(keys).unwrap();
    let note = SignedNote::parse(sender.published().1.as_bytes()).unwrap();
    let lines = SignatureLine::parse_all(&last.body).unwrap();
    assert_eq!(lines.len(), 2);
    verifier.verify(&note.with_lines(lines).unwrap()).unwrap();
    // Asked again with nothing to send, the same lines come.
    let nothing = sender.upload(end, end, 0).await;
    assert_eq!(
        (nothing.status, &nothing.body),
        (StatusCode::OK, &last.body)
    );

    // Commitments alone: all of it is excepted, and nothing is receipted or said to be missing.
    assert_eq!((sender.held().await, sender.excepted().await), (701, 701));
    let theirs = beta.log(TRACK, alpha);
    let limits = ReadLimits::default();
    let items = beta
        .node()
        .store()
        .items(theirs.id, 0..701, limits)
        .await
        .unwrap();
    assert!(items.iter().all(|each| {
        each.item.opening == Opening::Withheld && each.item.state == ItemState::Excepted
    }));

    let lines = beta.round_with(alpha).await;
    assert!(
        lines.iter().any(|line| line.receipted && line.after == 701),
        "{lines:?}"
    );
    assert_eq!(sender.excepted().await, 0);
    assert_eq!(own_controls(beta, r#""control":"exception""#).await, 0);
    assert_eq!(own_controls(beta, r#""control":"resolved""#).await, 0);
    world.settle(TRACK).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_mutual_tls_it_is_the_same_endpoint() {
    let world = world(2).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let beta = sender.to.node().me().clone();
    let client = sender.from.node().client(&beta).unwrap().unwrap();
    // This client gives no media type.
    let header = sender.header(0, 2).into();
    let refused = client.post("/add-entries", header).await.unwrap_err();
    let says = "415 Unsupported Media Type: entries come as application/octet-stream";
    assert!(refused.to_string().ends_with(says), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_breaks_off_keeps_its_whole_packages() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let packages = sender.packages(0, end).await;
    let mut body = sender.header(0, end);
    body.extend(&packages[0]);
    body.extend(&packages[1][..4_000]);
    let mut parts: Vec<Result<Bytes, std::io::Error>> = body
        .chunks(1_000)
        .map(|part| Ok(Bytes::copy_from_slice(part)))
        .collect();
    parts.push(Err(std::io::Error::other("the line was cut")));
    parts.push(Ok(Bytes::from_static(b"never read")));
    let body = Body::from_stream(futures::stream::iter(parts));
    let answer = sender.send(entries_request(body)).await;
    assert_eq!(
        (answer.status, answer.info()),
        (StatusCode::ACCEPTED, (701, 256))
    );
    assert_eq!(sender.held().await, 256);
    let rest = sender.upload(256, end, 9).await;
    assert_eq!(rest.status, StatusCode::OK, "{}", rest.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_vanishes_leaves_its_whole_packages() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let mut body = sender.header(0, end);
    body.extend(&sender.packages(0, end).await[0]);
    // The body never ends by itself: it hangs, until the future is dropped and its sender with it.
    let (hold, gone) = tokio::sync::oneshot::channel::<()>();
    let hang = futures::stream::once(async move {
        let _ = gone.await;
        Err(std::io::Error::other("the connection is gone"))
    });
    let first = futures::stream::iter([Ok(Bytes::from(body))]);
    let request = entries_request(Body::from_stream(first.chain(hang)));
    {
        let mut sending = Box::pin(sender.send(request));
        assert!(futures::poll!(&mut sending).is_pending());
    }
    drop(hold);
    while sender.held().await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(sender.held().await, 256);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_lead_to_the_pending_checkpoint_is_refused() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let ranges: Vec<_> = package_ranges(tree_size(0), tree_size(end)).collect();
    let good = sender.package(ranges[0], end).await;
    let body = |package: &EntriesPackage| [sender.header(0, end), encode(package)].concat();
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;

    let mut wrong = good.clone();
    wrong.proof[0] = flipped(&wrong.proof[0]);
    let answer = sender.push(body(&wrong)).await;
    let says = "the entries from 0 on: the proof leads to another root than that of the tree";
    refused(&answer, unprocessable, says);

    let mut wrong = good.clone();
    wrong.proof.pop();
    let answer = sender.push(body(&wrong)).await;
    let says = "the entries from 0 on: the proof has 1 hashes, 2 are required";
    refused(&answer, unprocessable, says);

    let mut wrong = good.clone();
    wrong.entries.swap(0, 1);
    let answer = sender.push(body(&wrong)).await;
    let says = "the entries from 0 on: the proof leads to another root than that of the tree";
    refused(&answer, unprocessable, says);

    let mut bytes = body(&good);
    let length = sender.header(0, end).len();
    bytes[length + 3 * 35 + 1] = 34;
    refused(
        &sender.push(bytes).await,
        unprocessable,
        "entry 3 has 34 bytes",
    );

    let mut bytes = body(&good);
    let count = length + 256 * 35;
    bytes[count] = 64;
    let says = "a proof of 64 hashes, the limit is 63";
    refused(&sender.push(bytes).await, unprocessable, says);
    assert_eq!(sender.held().await, 0, "nothing unverified is stored");

    // What was proven before it is kept.
    let mut wrong = sender.package(ranges[1], end).await;
    wrong.entries[7] = good.entries[7];
    let answer = sender.push([body(&good), encode(&wrong)].concat()).await;
    let says = "the entries from 256 on: the proof leads to another root than that of the tree";
    refused(&answer, unprocessable, says);
    assert_eq!(sender.held().await, 256);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_or_end_that_does_not_fit_is_told_what_does() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let beyond = sender.push(sender.header(0, 702)).await;
    assert_eq!(
        (beyond.status, beyond.info()),
        (StatusCode::CONFLICT, (701, 0))
    );
    let unknown = sender.push(sender.header(0, 700)).await;
    assert_eq!(
        (unknown.status, unknown.info()),
        (StatusCode::CONFLICT, (701, 0))
    );
    let gap = sender.push(sender.header(256, end)).await;
    assert_eq!((gap.status, gap.info()), (StatusCode::CONFLICT, (701, 0)));

    // An earlier pending checkpoint still does, until a later one is held whole.
    pass_up_to(sender.from, "two", 800).await;
    let later = sender.add_checkpoint(end).await;
    let earlier = sender.upload(0, end, 1).await;
    assert_eq!(
        (earlier.status, earlier.info()),
        (StatusCode::ACCEPTED, (701, 256))
    );
    let whole = sender.upload(256, later, 9).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());
    let passed = sender.push(sender.header(256, end)).await;
    assert_eq!(
        (passed.status, passed.info()),
        (StatusCode::CONFLICT, (800, 800))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_too_much_again_is_refused() {
    let most = node::sync::mirror::EXCESS_ENTRIES_MAX;
    let world = world(most + 1).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let whole = sender.upload(0, end, 64).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());
    let over = sender.push(sender.header(0, end)).await;
    assert_eq!(
        (over.status, over.info()),
        (StatusCode::CONFLICT, (end, end))
    );
    let most = sender.upload(1, end, 64).await;
    assert_eq!((most.status, &most.body), (StatusCode::OK, &whole.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_none_are_bad() {
    let world = world(701).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let says = "no checkpoint of this log has come; add-checkpoint comes first";
    let early = sender.upload(0, 701, 1).await;
    refused(&early, StatusCode::UNPROCESSABLE_ENTITY, says);

    let end = sender.add_checkpoint(0).await;
    let bad = StatusCode::BAD_REQUEST;
    let header = sender.header(0, end);
    let cut = sender.push(header[..header.len() - 1].to_vec()).await;
    refused(&cut, bad, "the request ends within its header");
    refused(
        &sender.push(Vec::new()).await,
        bad,
        "the request ends within its header",
    );
    let none = sender.push(header.clone()).await;
    refused(&none, bad, "the request ends within its first package");
    let package = sender.packages(0, end).await.swap_remove(0);
    let short = [&header[..], &package[..package.len() - 1]].concat();
    refused(
        &sender.push(short).await,
        bad,
        "the request ends within its first package",
    );
    let mut backwards = header.clone();
    let at = header.len() - 2 - 16;
    backwards[at..at + 8].copy_from_slice(&702_u64.to_be_bytes());
    refused(
        &sender.push(backwards).await,
        bad,
        "an upload from 702 to 701",
    );

    let unsupported = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    let mut request = entries_request(Body::from(header.clone()));
    request
        .headers_mut()
        .insert("content-encoding", "br".parse().unwrap());
    let says = "entries come as they are or with gzip";
    refused(&sender.send(request).await, unsupported, says);
    let mut request = entries_request(Body::from(header.clone()));
    request
        .headers_mut()
        .insert("content-type", "text/plain".parse().unwrap());
    let says = "entries come as application/octet-stream";
    refused(&sender.send(request).await, unsupported, says);
    // Not zipped as it says: nothing of it can be read.
    let mut request = entries_request(Body::from(header));
    request
        .headers_mut()
        .insert("content-encoding", "gzip".parse().unwrap());
    let says = "the request ends within its header";
    refused(&sender.send(request).await, bad, says);
    assert_eq!(sender.held().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_there_only_for_the_parties_of_its_track() {
    let mut world = World::without_dialogue(&["alpha", "beta", "gamma"]).await;
    for party in 0..3 {
        world.party_mut(party).start().await;
    }
    world.found("main", &[0, 1], &[TRACK.into()]).await;
    world.found("other", &[1, 2], &["elsewhere".into()]).await;
    let (beta, gamma) = (world.party(1), world.party(2));
    let sender = Sender::new(world.party(0), beta);
    pass_up_to(sender.from, "one", 300).await;
    let end = sender.add_checkpoint(0).await;
    let mut body = sender.header(0, end);
    body.extend(sender.packages(0, end).await.concat());

    let not_found = StatusCode::NOT_FOUND;
    let says = "there is no such thing here";
    let pin = beta
        .node()
        .directory()
        .peer(gamma.node().me())
        .unwrap()
        .pins[0];
    let foreign = send(beta, pin, entries_request(Body::from(body.clone()))).await;
    refused(&foreign, not_found, says);
    let stranger = send(
        beta,
        Pin::from_bytes([7; 32]),
        entries_request(Body::from(body)),
    )
    .await;
    refused(
        &stranger,
        StatusCode::FORBIDDEN,
        "this key is in no charter in force",
    );

    let header = |origin: &str| AddEntriesHeader {
        origin: origin.parse().unwrap(),
        start: TreeSize::ZERO,
        end: TreeSize::ZERO,
        ticket: Vec::new(),
    };
    let unknown = header("alpha.example/chancery/0123456789abcdef");
    refused(
        &sender.push(unknown.encode().unwrap()).await,
        not_found,
        says,
    );
    // Its own log is written by nobody else.
    let own = header(beta.log(TRACK, beta).origin.as_str());
    refused(&sender.push(own.encode().unwrap()).await, not_found, says);
    assert_eq!(sender.held().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_push_the_same_do_not_hinder_each_other() {
    let world = world(5_000).await;
    let sender = Sender::new(world.party(0), world.party(1));
    let end = sender.add_checkpoint(0).await;
    let mut body = sender.header(0, end);
    body.extend(sender.packages(0, end).await.concat());
    let pushes = (0..4).map(|_| sender.push(body.clone()));
    let answers = futures::future::join_all(pushes).await;
    for answer in &answers {
        assert_eq!(
            (answer.status, &answer.body),
            (StatusCode::OK, &answers[0].body)
        );
    }
    assert_eq!(
        (sender.held().await, sender.excepted().await),
        (5_000, 5_000)
    );
    let findings = sender.to.node().store().check().await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_must_grow_out_of_what_is_held() {
    let mut world = World::of(&["alpha", "beta"], TRACK).await;
    world.party_mut(0).stop().await;
    let mut clone = world.party(0).cloned(&world.path("clone")).await;
    clone.start().await;
    pass_up_to(&clone, "other", 1_024).await;
    world.party_mut(0).start().await;
    pass_up_to(world.party(0), "one", 512).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    beta.round_with(alpha).await;
    let sender = Sender::new(&clone, beta);
    assert_eq!(sender.held().await, 512);

    // Beta's witness has cosigned nothing of that log yet, so it takes the checkpoint of the clone.
    let end = sender.add_checkpoint(0).await;
    let says = "what is held of this log is not the beginning of the pending checkpoint's tree";
    let answer = sender.upload(512, end, 2).await;
    refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, says);
    let within = sender.upload(300, end, 2).await;
    let says = "the entries from 300 on: the proof leads to another root than that of the tree";
    refused(&within, StatusCode::UNPROCESSABLE_ENTITY, says);
    assert_eq!(
        sender.held().await,
        512,
        "nothing of another history is stored"
    );
    assert_eq!(beta.alarms().await, ["other_history"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_resolved_is_an_exception_until_it_can() {
    let world = world(600).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    let whole = sender.upload(0, end, 9).await;
    assert_eq!(whole.status, StatusCode::OK, "{}", whole.text());

    // A source without the package of the second run.
    let theirs = beta.log(TRACK, alpha);
    let source = HostileSource::new(
        alpha.node(),
        beta.node(),
        |resource, answer| match resource {
            Resource::Package(_, run) if run.index() == 1 => None,
            _ => answer,
        },
    );
    let line = sync::engine::one_log(beta.node(), &theirs, &source, None).await;
    assert!(line.receipted, "{line:?}");
    assert_eq!(sender.excepted().await, 256);
    let exception = r#""control":"exception""#;
    assert_eq!(own_controls(beta, exception).await, 256);

    beta.round_with(alpha).await;
    assert_eq!(sender.excepted().await, 0);
    assert_eq!(own_controls(beta, exception).await, 256);
    assert_eq!(own_controls(beta, r#""control":"resolved""#).await, 256);
    world.settle(TRACK).await;
    world.audit().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_receipt_while_its_packages_cannot_be_reached() {
    let world = world(600).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    assert_eq!(sender.upload(0, end, 9).await.status, StatusCode::OK);

    // The line is cut after the first package: what was not tried is not said to be missing.
    let theirs = beta.log(TRACK, alpha);
    let line = sync::engine::one_log(beta.node(), &theirs, &BreaksOff(alpha, beta), None).await;
    assert!(!line.receipted && line.error.is_none(), "{line:?}");
    assert_eq!(sender.excepted().await, 600 - 256);
    assert_eq!(own_controls(beta, r#""control":"exception""#).await, 0);
    world.settle(TRACK).await;
    assert_eq!(own_controls(beta, r#""control":"exception""#).await, 0);
}

/// Alpha's node, whose line is cut after the first package.
struct BreaksOff<'a>(&'a Party, &'a Party);

#[async_trait::async_trait]
impl node::source::Source for BreaksOff<'_> {
    fn name(&self) -> String {
        self.0.node().me().to_string()
    }

    async fn fetch(&self, resource: &Resource) -> Result<Option<Bytes>, node::source::SourceError> {
        if matches!(resource, Resource::Package(_, run) if run.index() > 0) {
            return Err(node::source::SourceError::Unreachable {
                name: self.name(),
                why: "the line is cut".to_owned(),
            });
        }
        let answer = self.0.node().resource(self.1.node().me(), resource).await;
        Ok(answer.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inquiry_that_was_pushed_is_seen_once_its_package_is_there() {
    let world = world(300).await;
    let (alpha, beta) = (world.party(0), world.party(1));
    let inquire = Inquire {
        track: TRACK.to_owned(),
        to: "beta".to_owned(),
        office: None,
        question: "Who operates it?".to_owned(),
        lang: "en".to_owned(),
        asks: Vec::new(),
        due: "72h".to_owned(),
    };
    let asked: serde_json::Value = alpha.post("/api/v1/inquiries", &inquire).await.unwrap();
    assert!(asked.is_object());
    let sender = Sender::new(alpha, beta);
    let end = sender.add_checkpoint(0).await;
    assert_eq!(sender.upload(0, end, 9).await.status, StatusCode::OK);
    assert_eq!(inquiries(beta).await, Vec::<String>::new());
    beta.round_with(alpha).await;
    assert_eq!(inquiries(beta).await, ["Who operates it?"]);
}

/// The questions on a party's desk.
async fn inquiries(party: &Party) -> Vec<String> {
    let status = party
        .call(http::Method::GET, "/api/v1/status", Vec::new())
        .await;
    let status: StatusView = serde_json::from_slice(&status.unwrap()).unwrap();
    status
        .inquiries
        .into_iter()
        .map(|each| each.question)
        .collect()
}
