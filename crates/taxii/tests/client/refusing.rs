//! Answers that are not what was asked for, too long, too deep, too slow or cut short.

use std::time::Duration;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures::{StreamExt, stream};
use taxii::client::{Builder, Error, Limits, Query, Times};

use crate::server::{Server, collection, crawl, json, status, with_objects};

/// The error of a crawl of which every page is this.
async fn error_of(
    page: impl Fn() -> Response<Body> + Send + Sync + 'static,
    settings: impl Fn(Builder) -> Builder,
) -> Error {
    let server = Server::start(with_objects(move |_| page())).await;
    let collection = collection(settings(server.client())).await;
    crawl(&collection, Query::new())
        .await
        .1
        .expect("it is refused")
}

async fn error_of_text(text: &'static str) -> Error {
    error_of(move || json(text), |builder| builder).await
}

#[tokio::test]
async fn what_is_no_envelope_does_not_pass_for_an_empty_one() {
    for (text, why) in [
        ("", "cut off"),
        ("<html>Please log in</html>", "expected"),
        (r#"{"error":"no such user"}"#, "none of a page"),
        (r#"{"type":"x","id":"x--0"}"#, "none of a page"),
        ("[]", "it is a list"),
        ("null", "expected"),
    ] {
        let error = error_of_text(text).await;
        let Error::NotTheResource { what, .. } = &error else {
            panic!("{text}: {error}");
        };
        assert_eq!(*what, "envelope");
        assert!(error.to_string().contains(why), "{text}: {error}");
    }
}

#[tokio::test]
async fn objects_that_are_none_are_refused() {
    for text in [
        r#"{"objects":[1]}"#,
        r#"{"objects":[{"id":"x--0"} {"id":"x--1"}]}"#,
    ] {
        let error = error_of_text(text).await;
        assert!(matches!(error, Error::Page { .. }), "{text}: {error}");
    }
    let error = error_of_text(r#"{"objects":[{"id":"x--0"}"#).await;
    assert!(matches!(error, Error::BrokenOff { .. }), "{error}");
}

#[tokio::test]
async fn taxii_20_is_told_apart() {
    let page = || {
        let mut page = json(r#"{"type":"bundle","id":"bundle--1","objects":[]}"#);
        page.headers_mut().insert(
            "content-type",
            "application/vnd.oasis.stix+json; version=2.0"
                .parse()
                .unwrap(),
        );
        page
    };
    let error = error_of(page, |builder| builder).await;
    assert!(matches!(error, Error::Taxii20 { .. }), "{error}");
}

#[tokio::test]
async fn a_wrong_content_type_alone_is_no_reason() {
    let server = Server::start(with_objects(|_| {
        let mut page = json(r#"{"objects":[{"id":"x--0"}]}"#);
        page.headers_mut()
            .insert("content-type", "text/html; charset=utf-8".parse().unwrap());
        page
    }))
    .await;
    let (ids, error) = crawl(&server.collection().await, Query::new()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["x--0"]);
}

#[tokio::test]
async fn every_limit_is_kept() {
    let few = Limits {
        page_bytes_max: 2_000,
        page_objects_max: 10,
        object_bytes_max: 500,
        depth_max: 8,
        ..Limits::default()
    };
    let of = |objects: Vec<String>| {
        error_of(
            move || json(format!(r#"{{"objects":[{}]}}"#, objects.join(","))),
            move |builder| builder.limits(few),
        )
    };
    let error = of(vec!["{}".to_owned(); 11]).await;
    assert!(
        matches!(
            error,
            Error::PageTooLong {
                objects_max: 10,
                ..
            }
        ),
        "{error}"
    );
    let object = format!(r#"{{"a":"{}"}}"#, "x".repeat(400));
    let error = of(vec![object; 6]).await;
    assert!(
        matches!(
            error,
            Error::AnswerTooLong {
                bytes_max: 2_000,
                ..
            }
        ),
        "{error}"
    );
    let error = of(vec![format!(r#"{{"a":"{}"}}"#, "x".repeat(600))]).await;
    assert!(
        error.to_string().contains("longer than 500 bytes"),
        "{error}"
    );
    let error = of(vec![format!(
        r#"{{"a":{}1{}}}"#,
        "[".repeat(9),
        "]".repeat(9)
    )])
    .await;
    assert!(
        error.to_string().contains("nested deeper than 8"),
        "{error}"
    );
}

#[tokio::test]
async fn a_bomb_is_measured_by_what_comes_out() {
    let page = || {
        let text = format!(r#"{{"objects":[],"x":"{}"}}"#, "x".repeat(10 << 20));
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
        let mut page = json("");
        page.headers_mut()
            .insert("content-encoding", "gzip".parse().unwrap());
        *page.body_mut() = Body::from(packed.finish().unwrap());
        page
    };
    let limits = Limits {
        page_bytes_max: 1 << 20,
        ..Limits::default()
    };
    let error = error_of(page, move |builder| builder.limits(limits)).await;
    assert!(
        matches!(error, Error::AnswerTooLong { .. } | Error::Page { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_byte_at_a_time_is_cut_off() {
    let page = || {
        let bytes = stream::repeat(Bytes::from_static(b" ")).then(|byte| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, std::io::Error>(byte)
        });
        Response::new(Body::from_stream(bytes))
    };
    let times = Times {
        request_max: Duration::from_millis(300),
        ..Times::default()
    };
    let error = error_of(page, move |builder| builder.times(times)).await;
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_end() {
    let page = || {
        let parts = stream::iter([
            Ok(Bytes::from_static(br#"{"objects":[{"id":"x--0"},"#)),
            Err(std::io::Error::other("gone")),
        ]);
        Response::new(Body::from_stream(parts))
    };
    let error = error_of(page, |builder| builder).await;
    assert!(matches!(error, Error::BrokenOff { .. }), "{error}");
}

#[tokio::test]
async fn every_refusal_says_where_and_what_the_server_said() {
    type IsIt = fn(&Error) -> bool;
    let table: [(u16, IsIt); 8] = [
        (400, |error| matches!(error, Error::BadRequest { .. })),
        (403, |error| matches!(error, Error::Forbidden { .. })),
        (404, |error| matches!(error, Error::NotFound { .. })),
        (406, |error| matches!(error, Error::NotAcceptable { .. })),
        (422, |error| matches!(error, Error::Unprocessable { .. })),
        (429, |error| matches!(error, Error::Busy { .. })),
        (500, |error| matches!(error, Error::ServerFailed { .. })),
        (418, |error| matches!(error, Error::Status { .. })),
    ];
    for (code, is_it) in table {
        let page = move || status(code, r#"{"title":"the reason"}"#);
        let error = error_of(page, |builder| builder).await;
        assert!(is_it(&error), "{code}: {error:?}");
        let text = error.to_string();
        assert!(
            text.contains("/api/collections/c/objects/") && text.contains("\"the reason\""),
            "{text}"
        );
    }
}

#[tokio::test]
async fn nobody_there_is_said() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/taxii2/", free.local_addr().unwrap());
    drop(free);
    let client = taxii::client::Client::builder(&url).build().unwrap();
    let error = client.discovery().await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { why, .. } if why.contains("refused")),
        "{error}"
    );
    assert!(error.is_transient());
}
