//! Pagination (TAXII 2.1 §3.5) as it is met.

use std::sync::Mutex;

use futures::TryStreamExt;
use taxii::client::{Backoff, Cursor, Error, Limits, Query};

use crate::{
    ledger::{Ledger, PLAIN, Ways},
    server::{Asked, Server, collection, crawl, json, status, with_objects},
};

fn start_of(asked: &Asked) -> usize {
    asked
        .parameter("next")
        .map_or(0, |next| next.parse().unwrap())
}

/// Five objects, two at a time, by a `next` that says where.
fn two_at_a_time(asked: &Asked) -> String {
    let (from, all) = (start_of(asked), 5);
    let to = (from + 2).min(all);
    let objects: Vec<_> = (from..to)
        .map(|n| format!(r#"{{"id":"x--{n}"}}"#))
        .collect();
    let more = if to < all {
        format!(r#""more":true,"next":"{to}","#)
    } else {
        String::new()
    };
    format!(r#"{{{more}"objects":[{}]}}"#, objects.join(","))
}

fn five() -> Vec<String> {
    (0..5).map(|n| format!("x--{n}")).collect()
}

#[tokio::test]
async fn next_is_followed_with_the_whole_query_and_a_limit() {
    let server = Server::start(with_objects(|asked| json(two_at_a_time(asked)))).await;
    let collection = server.collection().await;
    let query = Query::new()
        .types(["x"])
        .added_after("2020-01-01T00:00:00Z".parse().unwrap());
    let (ids, error) = crawl(&collection, query).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, five());
    let asked = server.asked();
    let pages: Vec<_> = asked
        .iter()
        .filter(|asked| asked.path == "/api/collections/c/objects/")
        .collect();
    assert_eq!(pages.len(), 3);
    for page in pages {
        assert_eq!(page.parameter("match[type]"), Some("x"));
        assert_eq!(page.parameter("limit"), Some("1000"));
        assert_eq!(
            page.parameter("added_after"),
            Some("2020-01-01T00:00:00.000000Z")
        );
        assert_eq!(
            page.header("accept"),
            Some("application/taxii+json;version=2.1")
        );
    }
}

#[tokio::test]
async fn a_crawl_goes_on_from_the_cursor_of_a_page() {
    let server = Server::start(with_objects(|asked| json(two_at_a_time(asked)))).await;
    let collection = server.collection().await;
    let first = std::pin::pin!(collection.pages(Query::new()))
        .try_next()
        .await
        .unwrap()
        .unwrap();
    let then = first.then.unwrap();
    assert_eq!(then, Cursor::Next("2".to_owned()));
    let (ids, error) = crawl(&collection, Query::new().resume(then)).await;
    assert!(error.is_none());
    assert_eq!(ids, five()[2..]);
}

#[tokio::test]
async fn a_server_that_takes_next_by_itself_only_gets_it_so() {
    let server = Server::start(with_objects(|asked| {
        if asked.parameter("next").is_some() && asked.parameter("added_after").is_some() {
            return status(400, r#"{"title":"next and added_after"}"#);
        }
        json(two_at_a_time(asked))
    }))
    .await;
    let query = Query::new().added_after("2020-01-01T00:00:00Z".parse().unwrap());
    let (ids, error) = crawl(&server.collection().await, query).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, five());
}

#[tokio::test]
async fn a_token_that_stays_the_same_is_no_circle() {
    let given = Mutex::new(0);
    let server = Server::start(with_objects(move |_| {
        let mut given = given.lock().unwrap();
        *given += 1;
        let more = *given < 4;
        json(format!(
            r#"{{"more":{more},"next":"scroll","objects":[{{"id":"x--{given}"}}]}}"#
        ))
    }))
    .await;
    let (ids, error) = crawl(&server.collection().await, Query::new()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["x--1", "x--2", "x--3", "x--4"]);
}

#[tokio::test]
async fn a_next_that_is_ignored_is_noticed() {
    let server = Server::start(with_objects(|_| {
        json(r#"{"more":true,"next":"2","objects":[{"id":"x--0"},{"id":"x--1"}]}"#)
    }))
    .await;
    let (ids, error) = crawl(&server.collection().await, Query::new()).await;
    assert_eq!(ids, ["x--0", "x--1"]);
    assert!(
        matches!(error, Some(Error::PageRepeated { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_next_that_is_a_number_is_followed() {
    let server = Server::start(with_objects(|asked| match asked.parameter("next") {
        None => json(r#"{"objects":[{"id":"x--0"}],"next":17,"more":true}"#),
        Some(next) => json(format!(r#"{{"objects":[{{"id":"x--{next}"}}]}}"#)),
    }))
    .await;
    let (ids, error) = crawl(&server.collection().await, Query::new()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["x--0", "x--17"]);
}

#[tokio::test]
async fn empty_pages_are_passed_over_but_not_for_ever() {
    let server = Server::start(with_objects(|asked| match start_of(asked) {
        at @ 0..3 => json(format!(r#"{{"more":true,"next":"{}"}}"#, at + 1)),
        _ => json(r#"{"objects":[{"id":"x--0"}]}"#),
    }))
    .await;
    let (ids, error) = crawl(&server.collection().await, Query::new()).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(ids, ["x--0"]);

    let server = Server::start(with_objects(|asked| {
        json(format!(
            r#"{{"more":true,"next":"{}"}}"#,
            start_of(asked) + 1
        ))
    }))
    .await;
    let (_, error) = crawl(&server.collection().await, Query::new()).await;
    assert!(
        matches!(error, Some(Error::EmptyPages { pages: 17, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn pages_without_end_are_cut_off() {
    let server = Server::start(with_objects(|asked| {
        let at = start_of(asked) + 1;
        json(format!(
            r#"{{"more":true,"next":"{at}","objects":[{{"id":"x--{at}"}}]}}"#
        ))
    }))
    .await;
    let limits = Limits {
        pages_max: 20,
        ..Limits::default()
    };
    let collection = collection(server.client().limits(limits)).await;
    let (ids, error) = crawl(&collection, Query::new()).await;
    assert_eq!(ids.len(), 20);
    assert!(
        matches!(error, Some(Error::TooManyPages { pages_max: 20, .. })),
        "{error:?}"
    );
}

/// Dates in milliseconds: three objects at 20 and two at 40 share theirs.
const SHARED: [i64; 9] = [10, 20, 20, 20, 30, 40, 40, 1_050, 2_060];

#[tokio::test]
async fn without_next_every_object_comes_once_at_every_page_size() {
    for page_size in [1, 2, 3, 4, 7, 9, 1_000] {
        for (inclusive, javascript) in [(false, false), (true, false), (false, true), (true, true)]
        {
            let ways = Ways {
                inclusive,
                javascript,
                ..PLAIN
            };
            let ledger = Ledger::of(&SHARED);
            let all = ledger.ids();
            let server = Server::start(with_objects(move |asked| ledger.answer(asked, ways))).await;
            let query = Query::new().limit(page_size);
            let (ids, error) = crawl(&server.collection().await, query).await;
            assert!(
                error.is_none(),
                "{page_size} {inclusive} {javascript}: {error:?}"
            );
            assert_eq!(ids, all, "{page_size} {inclusive} {javascript}");
        }
    }
}

#[tokio::test]
async fn what_shares_a_date_and_fits_no_page_is_not_lost_in_silence() {
    let ways = Ways { most: 2, ..PLAIN };
    let ledger = Ledger::of(&SHARED);
    let server = Server::start(with_objects(move |asked| ledger.answer(asked, ways))).await;
    let (ids, error) = crawl(&server.collection().await, Query::new()).await;
    assert_eq!(ids, ["x--0", "x--1", "x--2"]);
    let Some(Error::StuckAtDate { date, given: 2, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(date.as_millisecond() % 1_000, 20);
}

#[tokio::test]
async fn more_without_any_way_on_is_said() {
    for header in [None, Some("undefined")] {
        let server = Server::start(with_objects(move |_| {
            let mut response = json(r#"{"more":true,"objects":[{"id":"x--0"}]}"#);
            if let Some(header) = header {
                let headers = response.headers_mut();
                headers.insert("x-taxii-date-added-last", header.parse().unwrap());
            }
            response
        }))
        .await;
        let (_, error) = crawl(&server.collection().await, Query::new()).await;
        assert!(matches!(error, Some(Error::NoWayOn { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_ignores_added_after_is_noticed() {
    let server = Server::start(with_objects(|_| {
        let mut response = json(r#"{"more":true,"objects":[{"id":"x--0"}]}"#);
        response.headers_mut().insert(
            "x-taxii-date-added-last",
            "2026-11-22T03:09:32Z".parse().unwrap(),
        );
        response
    }))
    .await;
    let (ids, error) = crawl(&server.collection().await, Query::new()).await;
    assert_eq!(ids, ["x--0"]);
    assert!(
        matches!(error, Some(Error::StuckAtDate { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_manifest_says_its_own_dates() {
    let server = Server::start(with_objects(|asked| {
        assert_eq!(asked.path, "/api/collections/c/manifest/");
        let record =
            |n| format!(r#"{{"id":"x--{n}","date_added":"2026-11-22T03:09:3{n}Z","version":"v"}}"#);
        match asked.parameter("added_after") {
            None => json(format!(
                r#"{{"more":true,"objects":[{},{}]}}"#,
                record(1),
                record(2)
            )),
            Some("2026-11-22T03:09:31.999999Z") => {
                json(format!(r#"{{"objects":[{},{}]}}"#, record(2), record(3)))
            }
            Some(other) => panic!("{other}"),
        }
    }))
    .await;
    let collection = server.collection().await;
    let pages: Vec<_> = collection
        .manifest(Query::new().limit(2))
        .try_collect()
        .await
        .unwrap();
    let ids: Vec<_> = pages
        .iter()
        .flat_map(|page| &page.rows)
        .map(|row| &row.id)
        .collect();
    assert_eq!(ids, ["x--1", "x--2", "x--3"]);
}

#[tokio::test]
async fn dates_are_known_where_the_server_said_them() {
    let ledger = Ledger::of(&[1, 2, 3]);
    let dates: Vec<_> = ledger.0.iter().map(|(at, _)| *at).collect();
    let server = Server::start(with_objects(move |asked| ledger.answer(asked, PLAIN))).await;
    let collection = server.collection().await;
    let known = |size| {
        let objects = collection.objects(Query::new().limit(size));
        async move {
            let listed: Vec<_> = objects.try_collect().await.unwrap();
            listed
                .iter()
                .map(|each| each.date_added)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(known(100).await, [Some(dates[0]), None, Some(dates[2])]);
    // The second page begins with the object that was given already, and its date went with it.
    assert_eq!(
        known(2).await,
        [Some(dates[0]), Some(dates[1]), Some(dates[2])]
    );
}

#[tokio::test]
async fn objects_are_the_bytes_that_came() {
    let server = Server::start(with_objects(|_| {
        json("{\"objects\": [ {\"id\":\"x--0\", \"n\":1.50, \"s\":\"\\u00e9\"} ]}")
    }))
    .await;
    let collection = server.collection().await;
    let listed: Vec<_> = collection
        .objects(Query::new())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(
        listed[0].object.as_bytes(),
        b"{\"id\":\"x--0\", \"n\":1.50, \"s\":\"\\u00e9\"}"
    );
}

#[tokio::test]
async fn nothing_there_is_no_error() {
    for body in [
        "{}",
        r#"{"objects":null}"#,
        r#"{"more":false,"objects":[]}"#,
    ] {
        let server = Server::start(with_objects(move |_| json(body))).await;
        let (ids, error) = crawl(&server.collection().await, Query::new()).await;
        assert!(ids.is_empty() && error.is_none(), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn versions_and_one_object_have_pages_too() {
    let server = Server::start(with_objects(|asked| match asked.path.as_str() {
        "/api/collections/c/objects/x--1/versions/" => match asked.parameter("next") {
            None => json(r#"{"more":true,"next":"n","versions":["a"]}"#),
            Some(_) => json(r#"{"versions":["b"]}"#),
        },
        "/api/collections/c/objects/x--1/" => json(r#"{"objects":[{"id":"x--1"}]}"#),
        other => panic!("{other}"),
    }))
    .await;
    let collection = server.collection().await;
    let versions: Vec<_> = collection
        .versions("x--1", Query::new())
        .map_ok(|page| page.rows)
        .try_concat()
        .await
        .unwrap();
    assert_eq!(versions, ["a", "b"]);
    let object: Vec<_> = collection
        .object("x--1", Query::new())
        .map_ok(|page| page.rows)
        .try_concat()
        .await
        .unwrap();
    assert_eq!(object[0].as_bytes(), br#"{"id":"x--1"}"#);
}

#[tokio::test]
async fn an_identifier_cannot_leave_its_place_in_the_url() {
    let server = Server::start(with_objects(|_| json("{}"))).await;
    let collection = server.collection().await;
    let _: Vec<_> = collection
        .versions("../../x?y#z", Query::new())
        .try_collect()
        .await
        .unwrap();
    let asked = server.asked().pop().unwrap();
    assert_eq!(
        asked.path,
        "/api/collections/c/objects/..%2F..%2Fx%3Fy%23z/versions/"
    );
}

#[tokio::test]
async fn a_page_that_may_have_been_given_out_is_not_asked_for_twice() {
    for (code, tries) in [(500, 1), (503, 3)] {
        let server = Server::start(with_objects(move |asked| match start_of(asked) {
            0 => json(two_at_a_time(asked)),
            _ => status(code, "{}"),
        }))
        .await;
        let backoff = Backoff {
            first: std::time::Duration::from_millis(1),
            wait_max: std::time::Duration::from_millis(2),
            attempts_max: 3,
            jitter: Box::new(|| 0.5),
        };
        let collection = collection(server.client().retry(backoff)).await;
        let (ids, error) = crawl(&collection, Query::new()).await;
        assert_eq!(ids, ["x--0", "x--1"]);
        assert!(error.unwrap().is_transient());
        let of_token = |asked: &&Asked| asked.parameter("next").is_some();
        assert_eq!(
            server.asked().iter().filter(of_token).count(),
            tries,
            "{code}"
        );
    }
}
