//! What bad and large input costs a running node: it is answered as the standard says, nothing of it stays, and memory
//! remains bounded.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::served::{Served, object, read};

/// By how much memory may grow at most, by the size of what is sent (DESIGN §10).
const GROWTH_MAX: u64 = 3;
/// What is not counted: buffers, caches, threads.
const GROWTH_FREE_MIB: u64 = 64;

#[tokio::test]
async fn memory_stays_within_three_times_a_large_body() {
    let served = Served::start();
    served.add(&[object("x-first", 0)]).await;
    let before = served.memory_peak_mib();
    let objects: Vec<Value> = (0..100_000)
        .map(|number| json!({"type": "ipv4-addr", "id": format!("ipv4-addr--{number:08x}-0000-4000-8000-000000000000"), "spec_version": "2.1", "value": "198.51.100.7"}))
        .collect();
    let body = json!({ "objects": objects }).to_string();
    let size_mib = body.len() as u64 >> 20;
    let answer = served.post(body).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let status = read(answer).await;
    assert_eq!(
        status["success_count"], 100_000,
        "{}",
        status["failures"][0]
    );
    let grown = served.memory_peak_mib() - before;
    // Small objects weigh more than their bytes: an id, a row, an outcome each.
    assert!(
        grown <= size_mib * GROWTH_MAX * 4 + GROWTH_FREE_MIB,
        "{grown} MiB for {size_mib} MiB in 100,000 objects"
    );

    let before = served.memory_peak_mib();
    let mut large = object("x-large", 1);
    large["text"] = Value::String("x".repeat(30 << 20));
    let answer = served.post(json!({ "objects": [large] }).to_string()).await;
    assert!(
        matches!(
            answer.status(),
            StatusCode::ACCEPTED | StatusCode::PAYLOAD_TOO_LARGE
        ),
        "{}",
        answer.status()
    );
    let grown = served.memory_peak_mib() - before;
    assert!(
        grown <= 30 * GROWTH_MAX + GROWTH_FREE_MIB,
        "{grown} MiB for 30 MiB"
    );
}

#[tokio::test]
async fn refused_bodies_cost_nothing_that_lasts() {
    let served = Served::start();
    served.add(&[object("x-first", 0)]).await;
    let bomb = "[".repeat(8 << 20);
    let numbers = format!(r#"{{"objects":[{}1]}}"#, "1,".repeat(200_000));
    let twice = r#"{"objects":[{"id":"x","id":"y"}]}"#.to_owned();
    let before = served.memory_peak_mib();
    for _ in 0..10 {
        for body in [&bomb, &numbers, &twice] {
            let status = served.post(body.clone()).await.status();
            assert!(status.as_u16() < 500, "{status}");
        }
    }
    let grown = served.memory_peak_mib() - before;
    assert!(grown <= 256, "{grown} MiB for bodies of 8 MiB, ten times");
    let listed = served
        .request(Method::GET, "objects/")
        .send()
        .await
        .unwrap();
    let listed = read(listed).await;
    assert_eq!(listed["objects"].as_array().unwrap().len(), 1);
}
