//! Lines that break off in the middle of what is said, at every few hundred bytes: what was heard in part is not taken,
//! and in the end nothing is lost or there twice.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    foreign::Foreign,
    world::{HERE, Node, indicators, names, pull, push},
};

/// Rounds that may break off before all is there: each has three attempts of a request.
const ROUNDS_MAX: usize = 20;

/// Where a connection breaks off: after so many bytes of what the server says, or of what it is told.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Answers(usize),
    Requests(usize),
}

/// A line to a server that breaks off each connection where it is told, and holds once it is told no more.
struct Line {
    url: String,
    cuts: Arc<Mutex<VecDeque<Cut>>>,
}

impl Line {
    async fn to(server: &Foreign, cuts: impl IntoIterator<Item = Cut>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = listener.local_addr().unwrap().to_string();
        let far = url::Url::parse(&server.url).unwrap();
        let far = format!("127.0.0.1:{}", far.port().unwrap());
        let cuts = Arc::new(Mutex::new(cuts.into_iter().collect::<VecDeque<_>>()));
        let url = format!("http://{near}/api/");
        let shared = cuts.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let cut = shared.lock().unwrap().pop_front();
                let far = far.clone();
                tokio::spawn(async move {
                    let server = TcpStream::connect(far).await.unwrap();
                    carry(client, server, cut).await;
                });
            }
        });
        Self { url, cuts }
    }

    fn cuts_left(&self) -> usize {
        self.cuts.lock().unwrap().len()
    }
}

/// Carries both ways until one side ends or the line breaks off, and then hangs up on both.
async fn carry(client: TcpStream, server: TcpStream, cut: Option<Cut>) {
    let (answers, requests) = match cut {
        None => (usize::MAX, usize::MAX),
        Some(Cut::Answers(bytes)) => (bytes, usize::MAX),
        Some(Cut::Requests(bytes)) => (usize::MAX, bytes),
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = copy(from_client, to_server, requests) => {}
        () = copy(from_server, to_client, answers) => {}
    }
}

async fn copy(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut left: usize,
) {
    let mut piece = [0; 512];
    while left > 0 {
        let most = left.min(piece.len());
        match from.read(&mut piece[..most]).await {
            Ok(bytes @ 1..) if to.write_all(&piece[..bytes]).await.is_ok() => left -= bytes,
            _ => return,
        }
    }
}

/// Runs the feed until a round ends well, and gives how many broke off before.
async fn until_it_ends_well(node: &Node) -> usize {
    for round in 0..ROUNDS_MAX {
        if node.try_run().await.is_ok() {
            return round;
        }
    }
    panic!("{:?}", node.show().await);
}

fn by(line: &Line, mut feed: Value) -> Value {
    feed["url"] = json!(line.url);
    feed
}

#[tokio::test]
async fn what_came_in_part_comes_again_and_once() {
    const OBJECTS: usize = 60;
    let (node, server) = (Node::new().await, Foreign::start().await);
    server.add(indicators(0..OBJECTS));
    // In the head of an answer, in the body of the first, in the collections, and within the pages.
    let cuts = [60, 200, 700, 2_000, 3_000, 4_500, 6_000];
    let line = Line::to(&server, cuts.map(Cut::Answers)).await;
    node.add(by(&line, pull(&server, 5))).await;
    let broke_off = until_it_ends_well(&node).await;
    assert!(broke_off > 0 && line.cuts_left() == 0, "the lines held");
    assert_eq!(node.listed().await, names(0..OBJECTS));
    let shown = node.show().await;
    assert_eq!(shown.counts.moved, OBJECTS as u64);
    assert_eq!(shown.counts.refused, 0, "half an object was looked at");
    // One entry each.
    node.world.audit().await;
    server.add(indicators(OBJECTS..OBJECTS + 3));
    node.run().await;
    assert_eq!(node.listed().await, names(0..OBJECTS + 3));
}

#[tokio::test]
async fn what_left_in_part_leaves_again() {
    const OBJECTS: usize = 40;
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.party()
        .pass(HERE, format!("[{}]", indicators(0..OBJECTS).join(",")))
        .await;
    // In the body of the POST; and in its answer, so that the server has what we do not know it has.
    let cuts = [
        Cut::Requests(1_500),
        Cut::Requests(6_000),
        Cut::Answers(60),
        Cut::Answers(120),
        Cut::Answers(200),
    ];
    let line = Line::to(&server, cuts).await;
    node.add(by(&line, push(&server))).await;
    until_it_ends_well(&node).await;
    assert_eq!(line.cuts_left(), 0, "the lines held");
    let received: Vec<String> = {
        let told = server.told();
        let name = |object: &Value| object["name"].as_str().unwrap().to_owned();
        told.received.iter().map(name).collect()
    };
    // §5.5: what is sent twice is no error, and whoever sends cannot know better.
    let once: BTreeSet<_> = received.into_iter().collect();
    assert_eq!(once, names(0..OBJECTS).into_iter().collect());
    let shown = node.show().await;
    assert_eq!(shown.counts.moved, OBJECTS as u64);
    let sent = server.told().received.len();
    node.run().await;
    assert_eq!(server.told().received.len(), sent, "nothing is sent again");
}
