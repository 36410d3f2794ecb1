//! Bodies: compressed, chunked, too long, cut short, and none of what they say they are.

use std::io::Write as _;

use node::web::BODY_BYTES_MAX;
use reqwest::{Body, header};
use serde_json::Value;

use crate::server::{Server, bundle, json, status};

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn send(server: &Server, encoding: &str, body: impl Into<Body>) -> (u16, Value) {
    let client = server.client();
    let url = server.url("/api/v1/pass?track=watch");
    let request = client.post(url).bearer_auth(server.token());
    let request = request
        .header(header::CONTENT_ENCODING, encoding)
        .body(body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), json(answer).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_ones_are_read_as_if_they_were_not() {
    let server = Server::start(|_| {}).await;
    let body = bundle(100);
    let two_members = [
        gzipped(&body.as_bytes()[..1_000]),
        gzipped(&body.as_bytes()[1_000..]),
    ];
    for (encoding, bytes) in [
        ("gzip", gzipped(body.as_bytes())),
        ("GZIP", gzipped(body.as_bytes())),
        ("gzip", two_members.concat()),
        ("zstd", zstd::encode_all(body.as_bytes(), 3).unwrap()),
        ("identity", body.clone().into_bytes()),
    ] {
        let (status, report) = send(&server, encoding, bytes).await;
        assert_eq!(status, 200, "{encoding}: {report}");
    }
    assert_eq!(server.passed().await, 100);
    // Nothing is nothing in every encoding, and not an encoding that is not known.
    for encoding in ["gzip", "zstd"] {
        assert_eq!(send(&server, encoding, "").await.0, 400, "{encoding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_stops_at_the_limit() {
    let server = Server::start(|_| {}).await;
    let zeros = vec![b' '; 1 << 20];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut zstd = zstd::Encoder::new(Vec::new(), 19).unwrap();
    for _ in 0..=(BODY_BYTES_MAX >> 20) {
        gzip.write_all(&zeros).unwrap();
        zstd.write_all(&zeros).unwrap();
    }
    let (gzip, zstd) = (gzip.finish().unwrap(), zstd.finish().unwrap());
    assert!(gzip.len() < 300_000 && zstd.len() < 50_000);
    for (encoding, bomb) in [("gzip", gzip), ("zstd", zstd)] {
        let (status, refusal) = send(&server, encoding, bomb).await;
        assert_eq!(
            (status, refusal["code"].as_str()),
            (413, Some("too_large")),
            "{encoding}"
        );
    }
    assert_eq!(server.passed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_larger_than_rfc_9659_allows() {
    let server = Server::start(|_| {}).await;
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(27).unwrap();
    encoder.long_distance_matching(true).unwrap();
    encoder.write_all(bundle(1).as_bytes()).unwrap();
    let (status, refusal) = send(&server, "zstd", encoder.finish().unwrap()).await;
    assert_eq!(
        (status, refusal["code"].as_str()),
        (400, Some("undecodable")),
        "{refusal}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says() {
    let server = Server::start(|_| {}).await;
    let whole = gzipped(bundle(10).as_bytes());
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    for (encoding, bytes) in [
        ("gzip", b"{\"objects\":[]}".to_vec()),
        ("gzip", whole[..whole.len() / 2].to_vec()),
        ("gzip", wrong_sum),
        ("zstd", whole.clone()),
    ] {
        let (status, refusal) = send(&server, encoding, bytes).await;
        assert_eq!(
            (status, refusal["code"].as_str()),
            (400, Some("undecodable")),
            "{refusal}"
        );
    }
    for unknown in ["br", "gzip, gzip", "deflate"] {
        let (status, refusal) = send(&server, unknown, whole.clone()).await;
        assert_eq!(status, 415);
        assert!(
            refusal["title"].as_str().unwrap().contains(unknown),
            "{refusal}"
        );
    }
    assert_eq!(server.passed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_beyond_the_limit_is_refused_before_it_is_sent() {
    let server = Server::start(|_| {}).await;
    let head = server.pass_head();
    let words = format!(
        "{head}content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        BODY_BYTES_MAX + 1
    );
    let heard = server.say(&words).await;
    assert_eq!(status(&heard), "413", "{heard}");
    assert!(heard.contains("connection: close"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_are_put_together() {
    let server = Server::start(|_| {}).await;
    let (head, body) = (server.pass_head(), bundle(5));
    let chunks: String = body
        .as_bytes()
        .chunks(7)
        .map(|chunk| {
            format!(
                "{:x};x=y\r\n{}\r\n",
                chunk.len(),
                str::from_utf8(chunk).unwrap()
            )
        })
        .collect();
    let words =
        format!("{head}connection: close\r\ntransfer-encoding: chunked\r\n\r\n{chunks}0\r\n\r\n");
    assert_eq!(status(&server.say(&words).await), "200");
    assert_eq!(server.passed().await, 5);
    let words = format!("{head}connection: close\r\ntransfer-encoding: chunked\r\n\r\nnone\r\n");
    assert_eq!(status(&server.say(&words).await), "400");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_short_leaves_nothing() {
    let server = Server::start(|_| {}).await;
    let (head, body) = (server.pass_head(), bundle(5));
    for framing in [
        format!("content-length: {}\r\n\r\n{body}", body.len() + 1),
        format!(
            "transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n",
            body.len()
        ),
    ] {
        use tokio::io::AsyncWriteExt as _;
        let mut raw = server.connect().await;
        raw.say(format!("{head}{framing}").as_bytes())
            .await
            .unwrap();
        raw.0.shutdown().await.unwrap();
        let heard = raw.hear().await;
        assert!(["400", "nothing"].contains(&status(&heard)), "{heard}");
    }
    assert_eq!(server.passed().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_compressed_for_whoever_asks() {
    let server = Server::start(|_| {}).await;
    let client = server.client();
    let ask = async |accept: Option<&str>, path: &str| {
        let mut request = client.get(server.url(path)).bearer_auth(server.token());
        if let Some(accept) = accept {
            request = request.header(header::ACCEPT_ENCODING, accept);
        }
        let answer = request.send().await.unwrap();
        let encoding = answer.headers().get(header::CONTENT_ENCODING);
        let encoding = encoding.map(|value| value.to_str().unwrap().to_owned());
        (encoding, answer.bytes().await.unwrap().to_vec())
    };
    let card = "/api/v1/card";
    let (none, plain) = ask(None, card).await;
    assert_eq!(none, None);
    assert!(plain.len() > 1_024, "the card is {} bytes", plain.len());
    let (gzip, bytes) = ask(Some("gzip"), card).await;
    assert_eq!(gzip.as_deref(), Some("gzip"));
    let mut decoded = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut decoded)
        .unwrap();
    assert_eq!(decoded, plain);
    let (zstd, bytes) = ask(Some("gzip;q=0.5, zstd"), card).await;
    assert_eq!(zstd.as_deref(), Some("zstd"));
    assert_eq!(zstd::decode_all(&bytes[..]).unwrap(), plain);
    assert_eq!(ask(Some("br"), card).await.0, None);
    assert_eq!(ask(Some("gzip;q=0"), card).await.0, None);
    assert_eq!(ask(Some("gzip"), "/health/live").await.0, None, "too small");
}
