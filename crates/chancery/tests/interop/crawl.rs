//! A crawl while eight clients add and one deletes: every object that was there from start to end, exactly once.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::task::JoinSet;

use super::served::{Served, object, read};

/// Clients that add.
const WRITERS: u64 = 8;
/// Objects that are there from start to end.
const STAY: u64 = 200;
/// What is added in all while pages are read, so that every crawl has an end.
const ADDED_MAX: u64 = 3_000;
/// The type of all of it.
const KIND: &str = "x-crawled";

#[derive(Clone, Copy, Debug)]
enum By {
    Next,
    AddedAfter,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_eight_writers_and_a_deleter_each_object_comes_exactly_once() {
    for (size, by) in [
        (1, By::Next),
        (1, By::AddedAfter),
        (7, By::Next),
        (7, By::AddedAfter),
        (1_000, By::Next),
        (1_000, By::AddedAfter),
    ] {
        let served = Arc::new(Served::start());
        let stay: Vec<Value> = (0..STAY).map(|number| object(KIND, number)).collect();
        let traffic = Traffic::start(&served);
        for part in stay.chunks(50) {
            served.add(part).await;
        }
        let got = crawl(&served, size, by).await;
        traffic.stop().await;
        for each in &stay {
            let times = got.get(each["id"].as_str().unwrap());
            assert_eq!(times, Some(&1), "{} by {by:?}, pages of {size}", each["id"]);
        }
        let twice = got.iter().find(|(_, times)| **times > 1);
        assert_eq!(twice, None, "by {by:?}, pages of {size}");
        assert!(got.len() > stay.len(), "nobody else's object was seen");
    }
}

/// Everything, page by page: how often each id came.
async fn crawl(served: &Served, size: usize, by: By) -> HashMap<String, u32> {
    let mut got = HashMap::new();
    let mut from: Option<(&str, String)> = None;
    loop {
        let limit = size.to_string();
        let mut query =
            url::form_urlencoded::Serializer::for_suffix("objects/?".to_owned(), "objects/?".len());
        query.append_pair("limit", &limit);
        if let Some((name, value)) = &from {
            query.append_pair(name, value);
        }
        let answer = served.request(Method::GET, &query.finish());
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let last = answer.headers().get("X-TAXII-Date-Added-Last");
        let last = last.map(|value| value.to_str().unwrap().to_owned());
        let page = read(answer).await;
        let objects = page["objects"].as_array().cloned().unwrap_or_default();
        assert!(objects.len() <= size);
        for each in &objects {
            *got.entry(each["id"].as_str().unwrap().to_owned())
                .or_insert(0) += 1;
        }
        if page["more"] != true {
            return got;
        }
        from = Some(match by {
            By::Next => ("next", page["next"].as_str().unwrap().to_owned()),
            By::AddedAfter => ("added_after", last.unwrap()),
        });
    }
}

/// Clients at work until told to stop.
struct Traffic {
    stop: Arc<AtomicBool>,
    clients: JoinSet<()>,
}

impl Traffic {
    fn start(served: &Arc<Served>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        // Numbers from here on are the writers'; each is deleted at most once, by the one who deletes.
        let added = Arc::new(AtomicU64::new(0));
        for _ in 0..WRITERS {
            let (served, stop, added) = (served.clone(), stop.clone(), added.clone());
            clients.spawn(async move {
                while !stop.load(Ordering::Relaxed) && added.load(Ordering::Relaxed) < ADDED_MAX {
                    let first = added.fetch_add(3, Ordering::Relaxed);
                    let objects: Vec<Value> = (first..first + 3)
                        .map(|number| object(KIND, 1_000_000 + number))
                        .collect();
                    served.add(&objects).await;
                }
            });
        }
        let (served, stop_too) = (served.clone(), stop.clone());
        clients.spawn(async move {
            let mut number = 0;
            while !stop_too.load(Ordering::Relaxed) && number < ADDED_MAX {
                // One in four goes; one that is not there yet is asked for again.
                let gone = object(KIND, 1_000_000 + number);
                let path = format!("objects/{}/", gone["id"].as_str().unwrap());
                let answer = served.request(Method::DELETE, &path).send().await.unwrap();
                match answer.status() {
                    StatusCode::OK => number += 4,
                    StatusCode::NOT_FOUND => tokio::time::sleep(Duration::from_millis(2)).await,
                    other => panic!("DELETE answered {other}"),
                }
            }
        });
        Self { stop, clients }
    }

    async fn stop(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(client) = self.clients.join_next().await {
            client.unwrap();
        }
    }
}
