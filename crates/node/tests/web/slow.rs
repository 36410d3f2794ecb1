//! Whoever is slow: cut off after so long and no longer, and nothing of theirs is kept.

use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use crate::server::{Server, bundle, status};

const SOON: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_byte_by_byte() {
    let server = Server::start(|web| web.limits.head_secs = 1).await;
    let mut raw = server.connect().await;
    raw.say(b"GET /health/live HTTP/1.1\r\nhost: a\r\nx-slow: ")
        .await
        .unwrap();
    let (heard, after) = raw.drip(SOON).await;
    assert_eq!(status(&heard), "408", "{heard}");
    assert!(
        heard.ends_with("did not arrive within the limit\"}"),
        "{heard}"
    );
    assert!(after < Duration::from_secs(3), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_on_which_nothing_is_said() {
    let server = Server::start(|web| web.limits.head_secs = 1).await;
    assert_eq!(server.connect().await.hear().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_head_has_its_own_time_and_idleness_another() {
    let server = Server::start(|web| {
        web.limits.head_secs = 1;
        web.limits.idle_secs = 3;
    })
    .await;
    let mut raw = server.connect().await;
    let whole = b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n";
    raw.say(whole).await.unwrap();
    // Longer than a head may take, shorter than a client may be idle.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    raw.say(&whole[..20]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    raw.say(&whole[20..]).await.unwrap();
    let heard = raw.hear().await;
    assert_eq!(heard.matches("200 OK").count(), 2, "{heard}");
    assert!(
        !heard.contains("HTTP/1.1 408"),
        "idleness ends without a word: {heard}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_byte_by_byte() {
    let server = Server::start(|web| web.limits.lag_secs = 1).await;
    let mut raw = server.connect().await;
    let head = server.pass_head();
    let body = bundle(3);
    let most = &body[..body.len() - 200];
    let begins = format!("{head}content-length: {}\r\n\r\n{most}", body.len());
    raw.say(begins.as_bytes()).await.unwrap();
    let (heard, after) = raw.drip(SOON).await;
    assert_eq!(status(&heard), "408", "{heard}");
    assert!(heard.contains("connection: close"), "{heard}");
    assert!(
        heard.contains("at least 1024 bytes a second are expected"),
        "{heard}"
    );
    assert!(after < Duration::from_secs(4), "{after:?}");
    assert_eq!(server.passed().await, 0, "nothing of it is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_slower_than_the_limit_of_one_request_but_steady_is_taken() {
    let server = Server::start(|web| web.limits.lag_secs = 1).await;
    let mut raw = server.connect().await;
    let (head, body) = (server.pass_head(), bundle(20));
    let head = format!(
        "{head}connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    raw.say(head.as_bytes()).await.unwrap();
    // 5 KiB a second.
    for piece in body.as_bytes().chunks(512) {
        raw.say(piece).await.unwrap();
        tokio::time::sleep(SOON).await;
    }
    assert_eq!(status(&raw.hear().await), "200");
    assert_eq!(server.passed().await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_taken() {
    let server = Server::start(|web| web.limits.lag_secs = 1).await;
    let mut raw = server.connect().await;
    let ask = b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n".repeat(1_000);
    // Its answers fill every buffer on the way, because nobody reads them.
    let asking = async { while raw.say(&ask).await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(20), asking)
        .await
        .expect("the node stops listening");
    let mut rest = Vec::new();
    let _ = raw.0.read_to_end(&mut rest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_so_many_connections() {
    let server = Server::start(|web| {
        web.limits.connections_per_address_max = 3;
        web.limits.head_secs = 5;
    })
    .await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(server.connect().await);
    }
    let live = "GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let mut tries = 0;
    while !server.say(live).await.is_empty() {
        tries += 1;
        assert!(tries < 200, "it is served beyond the limit");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let first = open.pop().unwrap();
    drop(first);
    let mut tries = 0;
    while server.say(live).await.is_empty() {
        tries += 1;
        assert!(
            tries < 200,
            "a place that was given back is not given again"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
