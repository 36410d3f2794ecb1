//! Heads that are none, or too much of one.

use node::listen::{HEAD_BYTES_MAX, HEADERS_MAX};

use crate::server::{Server, json, status};

#[tokio::test(flavor = "multi_thread")]
async fn too_many_headers_and_too_long_ones() {
    let server = Server::start(|_| {}).await;
    let with = |headers: String| {
        format!("GET /health/live HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}\r\n")
    };
    let many = |count: usize| with("x-a: b\r\n".repeat(count));
    assert_eq!(status(&server.say(&many(HEADERS_MAX - 2)).await), "200");
    assert_eq!(status(&server.say(&many(HEADERS_MAX)).await), "431");
    let long = |bytes: usize| with(format!("x-a: {}\r\n", "b".repeat(bytes)));
    assert_eq!(status(&server.say(&long(HEAD_BYTES_MAX / 2)).await), "200");
    assert_eq!(status(&server.say(&long(2 * HEAD_BYTES_MAX)).await), "431");
    let path = format!(
        "GET /{} HTTP/1.1\r\nhost: a\r\n\r\n",
        "a".repeat(2 * HEAD_BYTES_MAX)
    );
    assert!(["414", "431"].contains(&status(&server.say(&path).await)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request() {
    let server = Server::start(|_| {}).await;
    for words in [
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3}\r\n\r\n",
        "GET /health/live\r\n\r\n",
        "GET /health/live HTTP/9.9\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost : a\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: a\0b\r\n\r\n",
        "POST /health/live HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        "POST /health/live HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "POST /health/live HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n",
    ] {
        let heard = server.say(words).await;
        assert_eq!(status(&heard), "400", "{words:?}: {heard}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_names_one_host() {
    let server = Server::start(|_| {}).await;
    let ask = async |line: &str, hosts: &str| {
        let words = format!("GET {line}\r\n{hosts}connection: close\r\n\r\n");
        status(&server.say(&words).await).to_owned()
    };
    let (line, absolute) = ("/health/live HTTP/1.1", "http://a/health/live HTTP/1.1");
    for host in ["a", "a:80", "a:", "[::1]:80", ""] {
        assert_eq!(
            ask(line, &format!("host: {host}\r\n")).await,
            "200",
            "{host}"
        );
    }
    assert_eq!(ask("/health/live HTTP/1.0", "").await, "200");
    assert_eq!(ask(absolute, "host: b\r\n").await, "200");
    // RFC 9112 §3.2: each of these MUST be answered 400.
    for hosts in [
        "",
        "host: a\r\nhost: a\r\n",
        "host: a\r\nhost: b\r\n",
        "host: a b\r\n",
        "host: me@a\r\n",
        "host: a/x\r\n",
        "host: a:x\r\n",
        "host: a:65536\r\n",
        "host: :80\r\n",
    ] {
        assert_eq!(ask(line, hosts).await, "400", "{hosts:?}");
        assert_eq!(ask(absolute, hosts).await, "400", "{hosts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lengths_are_not_two_requests() {
    // What one server takes for a body and the next for a request is how requests are smuggled past a proxy.
    let server = Server::start(|_| {}).await;
    let smuggled = "GET /health/live HTTP/1.1\r\nhost: b\r\n\r\n";
    let words = format!(
        "POST /api/v1/tracks HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{smuggled}",
        smuggled.len() + 5
    );
    let mut raw = server.connect().await;
    raw.say(words.as_bytes()).await.unwrap();
    let heard = raw.hear().await;
    assert!(!heard.contains("\"live\""), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_in_the_words_of_what_was_asked() {
    let server = Server::start(|_| {}).await;
    let client = server.client();
    let ask = async |path: &str| {
        let answer = client.get(server.url(path)).send().await.unwrap();
        let media = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let id = answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let status = answer.status().as_u16();
        let body = json(answer).await;
        (status, media, id, body)
    };
    let (status, media, id, body) = ask("/nowhere").await;
    assert_eq!((status, media.as_str()), (404, "application/json"));
    assert_eq!(body["code"], "not_found");
    assert_eq!(body["request_id"], id);
    let (status, _, _, body) = ask("/").await;
    assert_eq!(
        (status, &body["title"]),
        (
            404,
            &"there is nothing at /; TAXII is at /taxii2/, the JSON API below /api/v1/".into()
        )
    );
    let (status, media, id, body) = ask("/taxii2/a/b/c/d").await;
    let taxii = "application/taxii+json;version=2.1";
    assert_eq!((status, media.as_str()), (404, taxii));
    assert_eq!(body["error_id"], id);
    let (status, media, id, body) = ask("/taxii2-not/").await;
    assert_eq!((status, media.as_str()), (404, "application/json"));
    assert_eq!(body["request_id"], id);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_data_and_none_is_kept() {
    let server = Server::start(|_| {}).await;
    let client = server.client();
    let open = client.get(server.url("/health/live")).send().await.unwrap();
    assert_eq!(open.headers()["x-content-type-options"], "nosniff");
    assert_eq!(
        open.headers()["content-security-policy"],
        "default-src 'none'; frame-ancestors 'none'"
    );
    // RFC 9111 §4.2.2: without it, caches keep it as long as they see fit.
    assert_eq!(open.headers()["cache-control"], "no-cache");
    let ask = client
        .get(server.url("/api/v1/card"))
        .bearer_auth(server.token());
    let secret = ask.send().await.unwrap();
    assert_eq!(secret.status(), 200);
    assert_eq!(secret.headers()["cache-control"], "no-store");
}
