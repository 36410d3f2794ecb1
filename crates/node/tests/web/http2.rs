//! HTTP/2: spoken without TLS too by whoever knows that it is, and not a way around the limits.

use std::time::Duration;

use node::listen::STREAMS_MAX;
use tokio::io::AsyncReadExt as _;

use crate::server::{Raw, Server, TIME_MAX};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// RFC 7541: `:method GET`, `:scheme http`, `:path /` out of the static table, `:authority a`.
const GET: &[u8] = &[0x82, 0x86, 0x84, 0x41, 0x01, b'a'];

async fn connect(server: &Server) -> Raw {
    let mut raw = server.connect().await;
    raw.say(PREFACE).await.unwrap();
    raw.say(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    raw
}

/// The kinds of frames that come until the end of the connection, and the code of a GOAWAY among them.
async fn until_the_end(raw: &mut Raw) -> (Vec<u8>, Option<u32>) {
    let (mut kinds, mut code) = (Vec::new(), None);
    let all = async {
        let mut head = [0; 9];
        while raw.0.read_exact(&mut head).await.is_ok() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            if raw.0.read_exact(&mut payload).await.is_err() {
                return;
            }
            kinds.push(head[3]);
            if head[3] == GOAWAY {
                code = Some(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
            }
        }
    };
    tokio::time::timeout(TIME_MAX, all).await.unwrap();
    (kinds, code)
}

#[tokio::test(flavor = "multi_thread")]
async fn by_prior_knowledge() {
    let server = Server::start(|_| {}).await;
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .no_proxy();
    let client = client.build().unwrap();
    let asked = (0..200).map(|_| client.get(server.url("/health/ready")).send());
    for answer in futures::future::join_all(asked).await {
        let answer = answer.unwrap();
        assert_eq!(answer.version(), reqwest::Version::HTTP_2);
        assert_eq!(answer.status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_back_every_request_is_sent_away() {
    let server = Server::start(|_| {}).await;
    let raw = connect(&server).await;
    let mut flood = Vec::new();
    for number in 0..20_000 {
        let stream = 2 * number + 1;
        flood.extend(frame(HEADERS, END_STREAM | END_HEADERS, stream, GET));
        flood.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
    }
    let (mut read, mut write) = raw.0.into_split();
    let writing = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt as _;
        // It fails once the other end has had enough.
        let _ = write.write_all(&flood).await;
    });
    let mut heard = Vec::new();
    let reading = tokio::time::timeout(TIME_MAX, read.read_to_end(&mut heard));
    let _ = reading.await.expect("the connection ends");
    writing.await.unwrap();
    // ENHANCE_YOUR_CALM, unless a reset of the connection overtook it.
    let calm = [0, 0, 0, 11];
    let answered = heard.windows(4).filter(|bytes| **bytes == calm).count();
    assert!(
        answered > 0 || heard.len() < 100_000,
        "{} bytes",
        heard.len()
    );
    let live = server.client().get(server.url("/health/live"));
    assert_eq!(
        live.send().await.unwrap().status(),
        200,
        "nobody else notices"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_without_end() {
    let server = Server::start(|_| {}).await;
    let mut raw = connect(&server).await;
    raw.say(&frame(HEADERS, END_STREAM, 1, GET)).await.unwrap();
    // A literal header field without indexing, over and over: name `x`, 100 bytes of value.
    let mut field = vec![0x00, 0x01, b'x', 100];
    field.extend([b'y'; 100]);
    let more = frame(CONTINUATION, 0, 1, &field.repeat(100));
    for _ in 0..1_000 {
        if raw.say(&more).await.is_err() {
            break;
        }
    }
    let (_, code) = until_the_end(&mut raw).await;
    assert!(matches!(code, None | Some(11 | 1)), "{code:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_at_once_than_there_may_be_are_refused_alone() {
    let server = Server::start(|web| {
        web.limits.lag_secs = 1;
        web.limits.idle_secs = 1;
    })
    .await;
    let mut raw = connect(&server).await;
    // Requests whose bodies never come.
    let post = [&[0x83, 0x86, 0x84, 0x41, 0x01, b'a'][..]].concat();
    let mut all = Vec::new();
    for number in 0..=STREAMS_MAX {
        all.extend(frame(HEADERS, END_HEADERS, 2 * number + 1, &post));
    }
    raw.say(&all).await.unwrap();
    let (kinds, _) = until_the_end(&mut raw).await;
    assert!(kinds.contains(&RST_STREAM), "one too many: {kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_with_nothing_to_ask_is_told_that_it_is_over() {
    let server = Server::start(|web| {
        web.limits.idle_secs = 1;
        web.limits.lag_secs = 2;
    })
    .await;
    let mut raw = connect(&server).await;
    raw.say(&frame(SETTINGS, 1, 0, &[])).await.unwrap();
    let begun = tokio::time::Instant::now();
    let (kinds, code) = until_the_end(&mut raw).await;
    assert_eq!(code, Some(0), "{kinds:?}");
    assert!(begun.elapsed() < Duration::from_secs(10));
}
