//! Stopping in good order: what is under way is finished, and nothing that was answered is lost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use crate::server::{Server, bundle, status};

fn one(number: u64) -> String {
    bundle(1).replace("46b30000", &format!("4{number:07x}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_nothing_that_was_answered_is_lost() {
    let server = Server::start(|_| {}).await;
    let (answered, next) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let (client, url) = (server.client(), server.url("/api/v1/pass?track=watch"));
            let (token, answered, next) =
                (server.token().to_owned(), answered.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let body = one(next.fetch_add(1, Ordering::Relaxed));
                    let sent = client.post(&url).bearer_auth(&token).body(body);
                    match sent.send().await {
                        // The head of an answer that has begun is followed by all of it.
                        Ok(answer) if answer.status() == 200 => {
                            answer.bytes().await.unwrap();
                            answered.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(answer) => panic!("{}", answer.status()),
                        Err(_) => return,
                    }
                }
            })
        })
        .collect();
    while answered.load(Ordering::Relaxed) < 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.stop.cancel();
    for client in clients {
        client.await.unwrap();
    }
    let (answered, passed) = (answered.load(Ordering::Relaxed), server.passed().await);
    assert!(
        answered <= passed,
        "{answered} were answered, {passed} are there"
    );
    assert!(passed <= next.load(Ordering::Relaxed));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_finished_and_its_connection_closed() {
    let server = Server::start(|_| {}).await;
    let (head, body) = (server.pass_head(), bundle(5));
    let (first, rest) = body.split_at(100);
    let mut under_way = server.connect().await;
    let begins = format!("{head}content-length: {}\r\n\r\n{first}", body.len());
    under_way.say(begins.as_bytes()).await.unwrap();
    let mut idle = server.connect().await;
    idle.say(b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    // The request that is not whole yet, and the one that asks.
    let lines = [
        "chancery_http_requests_under_way 2",
        "chancery_http_requests_total{method=\"GET\",route=\"/health/live\",status=\"200\"} 1",
    ];
    server.until_measured(&lines).await;
    server.stop.cancel();
    let heard = idle.hear().await;
    assert_eq!(
        heard.matches("200 OK").count(),
        1,
        "idle connections are closed: {heard}"
    );
    under_way.say(rest.as_bytes()).await.unwrap();
    let heard = under_way.hear().await;
    assert_eq!(status(&heard), "200", "{heard}");
    assert!(heard.contains("connection: close"), "{heard}");
    assert_eq!(server.passed().await, 5);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_finish_is_not_waited_for() {
    let server = Server::start(|web| web.limits.stop_secs = 1).await;
    let mut raw = server.connect().await;
    let begins = format!("{}content-length: 100\r\n\r\n{{", server.pass_head());
    raw.say(begins.as_bytes()).await.unwrap();
    server
        .until_measured(&["chancery_http_requests_under_way 2"])
        .await;
    let begun = tokio::time::Instant::now();
    server.stop().await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
