//! Adding, waiting and deleting (TAXII 2.1 §5.5, §4.3, §5.7).

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::{body::Body, response::Response};
use bytes::Bytes;
use futures::TryStreamExt;
use taxii::{
    client::{Error, Patience, Query, Sent, SentWhat, Version},
    resource::Progress,
};

use crate::server::{Asked, Server, json, ordinary, status, with_objects};

fn taken(asked: &Asked) -> Response<Body> {
    let envelope: serde_json::Value = serde_json::from_slice(&asked.body).unwrap();
    let count = envelope["objects"].as_array().unwrap().len();
    let mut response = json(format!(
        r#"{{"id":"s","status":"complete","total_count":{count},"success_count":{count},"failure_count":0,"pending_count":0}}"#
    ));
    *response.status_mut() = http::StatusCode::ACCEPTED;
    response
}

/// Objects whose text has these lengths.
fn objects(lengths: &[usize]) -> Vec<Bytes> {
    let object = |length: &usize| Bytes::from(format!(r#"{{"a":"{}"}}"#, "x".repeat(length - 8)));
    lengths.iter().map(object).collect()
}

fn shape(sent: &[Sent]) -> Vec<(std::ops::Range<usize>, Option<u64>)> {
    let count = |sent: &Sent| match &sent.what {
        SentWhat::Taken(status) => Some(status.success_count),
        SentWhat::TooLong { .. } => None,
    };
    sent.iter()
        .map(|sent| (sent.objects.clone(), count(sent)))
        .collect()
}

#[tokio::test]
async fn envelopes_are_as_long_as_the_server_takes_and_no_longer() {
    let server = Server::start(with_objects(|asked| {
        assert!(asked.body.len() <= 1_000, "{}", asked.body.len());
        taken(asked)
    }))
    .await;
    let collection = server.collection().await;
    // 14 bytes are around the list and one between each two: 986 alone fit exactly.
    let objects = objects(&[400, 400, 186, 10, 986, 987, 10]);
    let sent: Vec<_> = collection.send(objects).try_collect().await.unwrap();
    assert_eq!(
        shape(&sent),
        [
            (0..2, Some(2)),
            (2..4, Some(2)),
            (4..5, Some(1)),
            (5..6, None),
            (6..7, Some(1)),
        ]
    );
    assert!(matches!(
        sent[3].what,
        SentWhat::TooLong {
            bytes: 1_001,
            bytes_max: 1_000
        }
    ));
}

#[tokio::test]
async fn a_server_that_takes_less_than_it_says_gets_less() {
    let server = Server::start(with_objects(|asked| {
        if asked.body.len() > 100 {
            return status(413, r#"{"title":"too much"}"#);
        }
        taken(asked)
    }))
    .await;
    let collection = server.collection().await;
    let sent: Vec<_> = collection
        .send(objects(&[20, 20, 20, 20, 150, 20, 20]))
        .try_collect()
        .await
        .unwrap();
    let (mut given, mut left_out) = (0, Vec::new());
    for (range, count) in shape(&sent) {
        match count {
            Some(count) => given += count,
            None => left_out.extend(range),
        }
    }
    assert_eq!((given, left_out), (6, vec![4]));
}

#[tokio::test]
async fn a_failure_in_the_middle_ends_it_and_says_so() {
    let posts = AtomicU32::new(0);
    let server = Server::start(with_objects(move |asked| {
        match posts.fetch_add(1, Ordering::Relaxed) {
            0 => taken(asked),
            _ => status(403, r#"{"title":"no more"}"#),
        }
    }))
    .await;
    let collection = server.collection().await;
    let mut sending = std::pin::pin!(collection.send(objects(&[900, 900, 900])));
    assert_eq!(sending.try_next().await.unwrap().unwrap().objects, 0..1);
    let error = sending.try_next().await.unwrap_err();
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    assert!(sending.try_next().await.unwrap().is_none());
}

const PATIENCE: Patience = Patience {
    first: Duration::from_millis(1),
    pause_max: Duration::from_millis(4),
    total: Duration::from_millis(20),
};

async fn pending_for(rounds: u32) -> Server {
    let asked_for = AtomicU32::new(0);
    let body = |word| {
        format!(
            r#"{{"id":"s","status":"{word}","total_count":1,"success_count":0,"failure_count":0,"pending_count":1}}"#
        )
    };
    Server::start(move |asked| {
        if asked.path == "/api/status/s/" && asked_for.fetch_add(1, Ordering::Relaxed) >= rounds {
            return json(body("complete"));
        }
        ordinary(asked).unwrap_or_else(|| json(body("pending")))
    })
    .await
}

#[tokio::test]
async fn a_pending_status_is_asked_for_until_it_is_complete() {
    let server = pending_for(3).await;
    let collection = server.collection().await;
    let status = collection.add("{}".into()).await.unwrap();
    assert_eq!(status.status, Progress::Pending);
    let status = collection.root().wait(status, &PATIENCE).await.unwrap();
    assert_eq!(status.status, Progress::Complete);
}

#[tokio::test]
async fn a_status_that_stays_pending_is_said() {
    let server = pending_for(u32::MAX).await;
    let collection = server.collection().await;
    let status = collection.add("{}".into()).await.unwrap();
    let error = collection.root().wait(status, &PATIENCE).await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::StillPending {
                pending_count: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn delete_names_versions_and_nothing_else() {
    let server = Server::start(with_objects(|_| status(200, ""))).await;
    let collection = server.collection().await;
    let query = Query::new()
        .limit(7)
        .types(["x"])
        .versions([Version::All])
        .spec_versions(["2.1"]);
    collection.delete("x--0", &query).await.unwrap();
    let asked = server.asked().pop().unwrap();
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("DELETE", "/api/collections/c/objects/x--0/")
    );
    let parameters: Vec<_> = asked
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        parameters,
        ["match[version]=all", "match[spec_version]=2.1"]
    );
}
