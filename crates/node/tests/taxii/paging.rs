//! Pages: §3.5.

use std::collections::BTreeMap;

use http::StatusCode;
use node::settings::TaxiiSettings;
use serde_json::Value;

use crate::world::{Taxii, V1, V2, V3, envelope, first, id, indicator, malware};

const ENDPOINTS: [&str; 2] = ["objects/", "manifest/"];

async fn seven() -> Taxii {
    let taxii = Taxii::new().await;
    taxii
        .add(&["1", "2", "3", "4", "5", "6", "7"].map(first))
        .await;
    taxii
}

fn with(query: &str, next: &Value) -> String {
    format!("?{query}&next={}", next.as_str().unwrap())
}

/// Ids of all pages, in order.
async fn crawl(taxii: &Taxii, endpoint: &str, query: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut page = format!("?{query}");
    loop {
        let answer = taxii.look(&format!("{endpoint}{page}")).await.ok().json();
        let rows = answer["objects"].as_array().cloned().unwrap_or_default();
        ids.extend(
            rows.iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        // `more` and `next` come together or not at all: a client that sees one alone stops or loops.
        assert_eq!(
            answer["more"] == true,
            answer["next"].is_string(),
            "{answer:#}"
        );
        if answer["more"] != true {
            return ids;
        }
        page = with(query, &answer["next"]);
    }
}

#[tokio::test]
async fn every_object_is_on_one_page_whatever_its_size() {
    let taxii = seven().await;
    let all: Vec<String> = (1..=7)
        .map(|name| id("indicator", &name.to_string()))
        .collect();
    for endpoint in ENDPOINTS {
        for limit in [1, 2, 3, 6, 7, 8, 9_007_199_254_740_991_u64] {
            assert_eq!(
                crawl(&taxii, endpoint, &format!("limit={limit}")).await,
                all
            );
        }
        assert_eq!(crawl(&taxii, endpoint, "").await, all);
    }
}

#[tokio::test]
async fn a_page_that_ends_with_the_last_object_says_so() {
    let taxii = seven().await;
    for endpoint in ENDPOINTS {
        let exact = taxii.look(&format!("{endpoint}?limit=7")).await.ok().json();
        assert_eq!(exact["more"], Value::Null);
        assert_eq!(exact["next"], Value::Null);
    }
}

#[tokio::test]
async fn next_needs_no_limit_and_takes_another() {
    let taxii = seven().await;
    let page = taxii.look("objects/?limit=2").await.ok().json();
    let next = &page["next"];
    assert_eq!(
        taxii.names(&with("", next)).await,
        ["3", "4", "5", "6", "7"]
    );
    assert_eq!(taxii.names(&with("limit=1", next)).await, ["3"]);
    assert_eq!(taxii.names(&with("limit=3", next)).await, ["3", "4", "5"]);
}

#[tokio::test]
async fn a_page_asked_for_twice_is_the_same_page() {
    let taxii = seven().await;
    let page = taxii.look("objects/?limit=2").await.ok().json();
    let second = with("limit=2", &page["next"]);
    let once = taxii.look(&format!("objects/{second}")).await.ok();
    let twice = taxii.look(&format!("objects/{second}")).await.ok();
    assert_eq!(once.body, twice.body);
    assert_eq!(once.names(), ["3", "4"]);
}

#[tokio::test]
async fn a_cursor_outlives_the_process() {
    let mut taxii = seven().await;
    let page = taxii.look("objects/?limit=5").await.ok().json();
    taxii.configure(|_| {}).await;
    assert_eq!(taxii.names(&with("", &page["next"])).await, ["6", "7"]);
}

#[tokio::test]
async fn next_used_with_another_query_is_400() {
    let taxii = seven().await;
    taxii.make_collection("other").await;
    let page = taxii.look("objects/?limit=2").await.ok().json();
    let next = &page["next"];
    let manifest = format!("manifest/{}", with("limit=2", next));
    let typed = format!("objects/{}", with("match[type]=indicator", next));
    let versioned = format!("objects/{}", with("match[version]=last", next));
    let object = format!("objects/{}/{}", id("indicator", "1"), with("", next));
    for path in [manifest, typed, versioned, object] {
        let (status, code, words) = taxii.look(&path).await.problem();
        assert_eq!((status, &*code), (400, "bad_next"), "{path}");
        assert!(words.contains("belongs to another query"), "{words}");
    }
    let other = format!(
        "/taxii2/local/collections/other/objects/{}",
        with("limit=2", next)
    );
    assert_eq!(taxii.get(&other).await.problem().0, 400);
}

#[tokio::test]
async fn a_changed_next_is_400() {
    let taxii = seven().await;
    let page = taxii.look("objects/?limit=2").await.ok().json();
    let next = page["next"].as_str().unwrap();
    let mut other = next.to_owned();
    other.replace_range(5..6, if &next[5..6] == "A" { "B" } else { "A" });
    for next in [
        &other,
        &next[1..],
        &format!("{next}A"),
        &next.to_lowercase(),
        "1",
        "-1",
        "2",
        "null",
    ] {
        let answer = taxii.look(&format!("objects/?next={next}")).await;
        assert_eq!(answer.problem().0, 400, "{next}");
    }
}

#[tokio::test]
async fn added_after_beside_next_is_what_clients_send_and_loses_nothing() {
    let taxii = seven().await;
    let records = taxii.look("manifest/").await.ok().objects();
    let date = |name: usize| records[name - 1]["date_added"].as_str().unwrap();
    let start = format!("limit=2&added_after={}", date(1));
    let page = taxii.look(&format!("objects/?{start}")).await.ok();
    assert_eq!(page.names(), ["2", "3"]);
    let next = &page.json()["next"];
    assert_eq!(taxii.names(&with(&start, next)).await, ["4", "5"]);
    // Some move it on with every page, some leave it out.
    let moved = format!("limit=2&added_after={}", date(3));
    assert_eq!(taxii.names(&with(&moved, next)).await, ["4", "5"]);
    assert_eq!(taxii.names(&with("limit=2", next)).await, ["4", "5"]);
    // It is not left unheard: what is asked for is after both.
    let later = format!("limit=2&added_after={}", date(5));
    assert_eq!(taxii.names(&with(&later, next)).await, ["6", "7"]);
}

#[tokio::test]
async fn paging_by_added_after_loses_nothing_either() {
    let taxii = seven().await;
    let mut names = Vec::new();
    let mut after = String::new();
    loop {
        let answer = taxii.look(&format!("objects/?limit=2{after}")).await.ok();
        names.extend(answer.names());
        if answer.json()["more"] != true {
            break;
        }
        let last = answer.header("x-taxii-date-added-last").unwrap();
        after = format!("&added_after={last}");
    }
    assert_eq!(names, ["1", "2", "3", "4", "5", "6", "7"]);
}

#[tokio::test]
async fn one_object_and_its_versions_have_pages_too() {
    let taxii = Taxii::new().await;
    taxii
        .add(&[V1, V2, V3].map(|version| indicator("a", version)))
        .await;
    let object = format!("objects/{}/", id("indicator", "a"));
    let query = "match[version]=all&limit=2";
    let page = taxii.look(&format!("{object}?{query}")).await.ok().json();
    assert_eq!(
        (
            page["more"] == true,
            page["objects"].as_array().unwrap().len()
        ),
        (true, 2)
    );
    let rest = taxii
        .look(&format!("{object}{}", with(query, &page["next"])))
        .await
        .ok();
    assert_eq!(rest.objects(), [indicator("a", V3)]);

    let versions = format!("{object}versions/");
    let page = taxii.look(&format!("{versions}?limit=2")).await.ok().json();
    assert_eq!(page["versions"], serde_json::json!([V1, V2]));
    let rest = taxii
        .look(&format!("{versions}{}", with("limit=2", &page["next"])))
        .await
        .ok();
    assert_eq!(rest.json(), serde_json::json!({"versions": [V3]}));
}

#[tokio::test]
async fn the_server_has_a_page_size_of_its_own() {
    let settings = TaxiiSettings {
        page_default: 3,
        page_max: 5,
        ..TaxiiSettings::default()
    };
    let taxii = Taxii::with(settings).await;
    taxii
        .add(&["1", "2", "3", "4", "5", "6", "7"].map(first))
        .await;
    for endpoint in ENDPOINTS {
        for (query, rows) in [
            ("", 3),
            ("?limit=4", 4),
            ("?limit=5", 5),
            ("?limit=6", 5),
            ("?limit=1000000", 5),
        ] {
            let page = taxii.look(&format!("{endpoint}{query}")).await.ok();
            assert_eq!(
                (page.objects().len(), page.json()["more"] == true),
                (rows, true),
                "{query}"
            );
        }
        assert_eq!(crawl(&taxii, endpoint, "").await.len(), 7);
        assert_eq!(crawl(&taxii, endpoint, "limit=1000000").await.len(), 7);
    }
}

#[tokio::test]
async fn a_page_is_cut_before_it_is_too_many_bytes_and_never_empty() {
    let settings = TaxiiSettings {
        page_bytes_max: 800,
        ..TaxiiSettings::default()
    };
    let taxii = Taxii::with(settings).await;
    let mut large = malware("large");
    large["description"] = "x".repeat(5_000).into();
    taxii
        .add(&[first("1"), first("2"), first("3"), large, first("4")])
        .await;
    let page = taxii.look("objects/?limit=5").await.ok();
    assert!(page.objects().len() < 3 && !page.objects().is_empty());
    let all = ["1", "2", "3"].map(|name| id("indicator", name));
    let crawled = crawl(&taxii, "objects/", "limit=5").await;
    assert_eq!(crawled[..3], all);
    assert_eq!(crawled[3..], [id("malware", "large"), id("indicator", "4")]);
}

#[tokio::test]
async fn what_was_deleted_between_two_pages_does_not_come_and_nothing_else_is_lost() {
    let taxii = seven().await;
    let page = taxii.look("objects/?limit=2").await.ok();
    for name in ["1", "2", "3"] {
        let gone = taxii
            .delete(&format!("objects/{}/", id("indicator", name)))
            .await;
        assert_eq!(gone.status, StatusCode::OK);
    }
    let next = &page.json()["next"];
    assert_eq!(taxii.names(&with("limit=2", next)).await, ["4", "5"]);
    for name in ["4", "5", "6", "7"] {
        taxii
            .delete(&format!("objects/{}/", id("indicator", name)))
            .await;
    }
    // §3.5: it is possible that nothing is left.
    let empty = taxii
        .look(&format!("objects/{}", with("limit=2", next)))
        .await
        .ok();
    assert_eq!(&empty.body[..], b"{}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stays_is_read_exactly_once_while_others_add_and_delete() {
    for (limit, by_next) in [
        (1, true),
        (7, true),
        (1_000, true),
        (7, false),
        (1_000, false),
    ] {
        let taxii = std::sync::Arc::new(Taxii::new().await);
        let stays: Vec<Value> = (0..40).map(|n| first(&format!("stays {n}"))).collect();
        let goes: Vec<Value> = (0..20).map(|n| first(&format!("goes {n}"))).collect();
        for (some, others) in stays.chunks(10).zip(goes.chunks(5)) {
            taxii.add(some).await;
            taxii.add(others).await;
        }
        let mut busy = Vec::new();
        for writer in 0..8 {
            let taxii = taxii.clone();
            busy.push(tokio::spawn(async move {
                for n in 0..4 {
                    let new: Vec<Value> = (0..5)
                        .map(|m| first(&format!("new {writer} {n} {m}")))
                        .collect();
                    let added = taxii.post(envelope(&new)).await;
                    assert_eq!(added.status, StatusCode::ACCEPTED);
                }
            }));
        }
        let deleter = taxii.clone();
        busy.push(tokio::spawn(async move {
            for object in goes {
                let path = format!("objects/{}/", object["id"].as_str().unwrap());
                assert_eq!(deleter.delete(&path).await.status, StatusCode::OK);
            }
        }));
        let read = if by_next {
            crawl(&taxii, "objects/", &format!("limit={limit}")).await
        } else {
            crawl_by_date(&taxii, limit).await
        };
        for task in busy {
            task.await.unwrap();
        }
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for id in &read {
            *times.entry(id).or_default() += 1;
        }
        assert!(
            times.values().all(|times| *times == 1),
            "nothing twice: {times:?}"
        );
        for object in &stays {
            assert!(
                times.contains_key(object["id"].as_str().unwrap()),
                "{object}"
            );
        }
    }
}

async fn crawl_by_date(taxii: &Taxii, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = String::new();
    loop {
        let answer = taxii
            .look(&format!("objects/?limit={limit}{after}"))
            .await
            .ok();
        let rows = answer.objects();
        ids.extend(
            rows.iter()
                .map(|row| row["id"].as_str().unwrap().to_owned()),
        );
        if answer.json()["more"] != true {
            return ids;
        }
        let last = answer.header("x-taxii-date-added-last").unwrap();
        after = format!("&added_after={last}");
    }
}
