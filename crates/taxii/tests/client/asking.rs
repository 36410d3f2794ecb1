//! What is sent, where it goes, and what is tried again.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::{body::Body, response::Response};
use taxii::client::{Backoff, Client, Error, Query};

use crate::server::{Asked, Server, collection, crawl, json, ordinary, status, with_objects};

fn redirect(code: u16, to: &str) -> Response<Body> {
    let mut response = status(code, "");
    response
        .headers_mut()
        .insert("location", to.parse().unwrap());
    response
}

#[tokio::test]
async fn credentials_are_shown_as_said() {
    let server = Server::start(|asked| ordinary(asked).unwrap()).await;
    for (builder, header, value) in [
        (
            server.client().basic("u", "p:q"),
            "authorization",
            "Basic dTpwOnE=",
        ),
        (
            server.client().bearer("chy_1"),
            "authorization",
            "Bearer chy_1",
        ),
        (server.client().api_key("X-API-Key", "k"), "x-api-key", "k"),
    ] {
        builder.build().unwrap().discovery().await.unwrap();
        assert_eq!(server.asked().pop().unwrap().header(header), Some(value));
    }
    let asked = server.asked().pop().unwrap();
    assert!(
        asked
            .header("user-agent")
            .unwrap()
            .starts_with("chancery-taxii/")
    );
    let encodings = asked.header("accept-encoding").unwrap();
    assert!(
        encodings.contains("gzip") && encodings.contains("zstd"),
        "{encodings}"
    );
}

#[tokio::test]
async fn credentials_stay_where_they_belong() {
    let elsewhere = Server::start(|asked| match asked.method.as_str() {
        "GET" => json(r#"{"title":"elsewhere"}"#),
        other => panic!("a {other} came here"),
    })
    .await;
    let there = elsewhere.url.clone();
    let server = Server::start(move |_| redirect(307, &there)).await;

    // By a redirect.
    let client = server.client().api_key("X-API-Key", "k").build().unwrap();
    assert_eq!(client.discovery().await.unwrap().title, "elsewhere");
    // By an API root that discovery names.
    client.root(&elsewhere.url).unwrap().info().await.unwrap();
    let asked = elsewhere.asked();
    assert_eq!(asked.len(), 2);
    assert!(
        asked
            .iter()
            .all(|asked| asked.header("x-api-key").is_none())
    );
    assert_eq!(server.asked()[0].header("x-api-key"), Some("k"));
}

#[tokio::test]
async fn redirects_are_followed_on_the_same_server_only_as_long_as_bearable() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/taxii2/" => redirect(301, "/moved/"),
        "/moved/" => json(r#"{"title":"moved"}"#),
        _ => redirect(302, "/round/"),
    })
    .await;
    let client = server.client().bearer("t").build().unwrap();
    assert_eq!(client.discovery().await.unwrap().title, "moved");
    assert_eq!(
        server.asked().pop().unwrap().header("authorization"),
        Some("Bearer t")
    );
    let error = client.root("/x/").unwrap().info().await.unwrap_err();
    assert!(error.to_string().contains("too many redirects"), "{error}");
}

#[tokio::test]
async fn a_change_follows_no_redirect_to_elsewhere_and_becomes_no_get() {
    for (code, to, why) in [
        (
            307,
            "https://elsewhere.example/",
            "nowhere else than it was meant for",
        ),
        (303, "/api/", "must not become a GET"),
    ] {
        let server = Server::start(with_objects(move |_| redirect(code, to))).await;
        let error = server
            .collection()
            .await
            .add("{}".into())
            .await
            .unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        let error = server
            .collection()
            .await
            .delete("x--0", &Query::new())
            .await;
        assert!(matches!(error, Err(Error::Redirected { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn plain_http_stays_on_this_machine() {
    let refused = |url| Client::builder(url).build().unwrap_err();
    assert!(matches!(
        refused("http://taxii.example/"),
        Error::Insecure { .. }
    ));
    assert!(matches!(
        refused("ftp://localhost/"),
        Error::Insecure { .. }
    ));
    assert!(matches!(refused("taxii.example"), Error::NotAUrl { .. }));
    let error = refused("https://user:secret@taxii.example/");
    assert!(!error.to_string().contains("secret"), "{error}");
    for url in [
        "http://localhost/",
        "http://127.0.0.9/",
        "http://[::1]/",
        "https://a.example/",
    ] {
        assert!(Client::builder(url).build().is_ok(), "{url}");
    }
    let open = Client::builder("http://taxii.example/").insecure_http(true);
    assert!(open.build().is_ok());
}

#[tokio::test]
async fn a_server_that_compares_media_types_as_text_gets_its_spelling() {
    const SPACED: &str = "application/taxii+json; version=2.1";
    fn picky(asked: &Asked) -> Response<Body> {
        if asked.header("accept") != Some(SPACED) {
            return status(406, "{}");
        }
        if !asked.body.is_empty() && asked.header("content-type") != Some(SPACED) {
            return status(415, "{}");
        }
        ordinary(asked).unwrap_or_else(|| {
            json(r#"{"id":"s","status":"complete","total_count":0,"success_count":0,"failure_count":0,"pending_count":0}"#)
        })
    }
    let server = Server::start(picky).await;
    let collection = server.collection().await;
    collection.add("{}".into()).await.unwrap();
    // It is learned once.
    let before = server.asked().len();
    collection.add("{}".into()).await.unwrap();
    assert_eq!(server.asked().len(), before + 1);
}

#[tokio::test]
async fn a_server_that_takes_no_spelling_is_asked_no_more_than_each_once() {
    let server = Server::start(|_| status(406, r#"{"title":"no"}"#)).await;
    let error = server
        .client()
        .build()
        .unwrap()
        .discovery()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::NotAcceptable { .. }), "{error}");
    assert!(server.asked().len() <= 4, "{}", server.asked().len());
}

fn backoff(attempts_max: u32) -> Backoff {
    Backoff {
        first: Duration::from_millis(1),
        wait_max: Duration::from_secs(2),
        attempts_max,
        jitter: Box::new(|| 0.0),
    }
}

#[tokio::test]
async fn what_passes_by_itself_is_tried_again() {
    let failed = AtomicU32::new(0);
    let server = Server::start(with_objects(move |_| {
        match failed.fetch_add(1, Ordering::Relaxed) {
            0 => status(500, ""),
            1 => {
                let mut busy = status(429, "");
                busy.headers_mut()
                    .insert("retry-after", "1".parse().unwrap());
                busy
            }
            _ => json(r#"{"objects":[{"id":"x--0"}]}"#),
        }
    }))
    .await;
    let began = tokio::time::Instant::now();
    let collection = collection(server.client().retry(backoff(3))).await;
    let (ids, error) = crawl(&collection, Query::new()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["x--0"]);
    assert!(
        began.elapsed() >= Duration::from_secs(1),
        "Retry-After was not obeyed"
    );
}

#[tokio::test]
async fn patience_ends() {
    let server = Server::start(|_| status(503, r#"{"title":"later"}"#)).await;
    let client = server.client().retry(backoff(3)).build().unwrap();
    let error = client.discovery().await.unwrap_err();
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    assert_eq!(server.asked().len(), 3);

    let server = Server::start(|_| status(401, "")).await;
    let client = server.client().retry(backoff(3)).build().unwrap();
    let error = client.discovery().await.unwrap_err();
    assert!(
        error.to_string().contains("there are no credentials"),
        "{error}"
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn compressed_pages_are_read() {
    const PAGE: &[u8] = br#"{"objects":[{"id":"x--0"}]}"#;
    for encoding in ["gzip", "zstd"] {
        let server = Server::start(with_objects(move |_| {
            let packed = if encoding == "zstd" {
                zstd::encode_all(PAGE, 1).unwrap()
            } else {
                let mut packed =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                std::io::Write::write_all(&mut packed, PAGE).unwrap();
                packed.finish().unwrap()
            };
            let mut page = json("");
            let headers = page.headers_mut();
            headers.insert("content-encoding", encoding.parse().unwrap());
            *page.body_mut() = Body::from(packed);
            page
        }))
        .await;
        let (ids, error) = crawl(&server.collection().await, Query::new()).await;
        assert!(error.is_none(), "{encoding}: {error:?}");
        assert_eq!(ids, ["x--0"]);
    }
}
