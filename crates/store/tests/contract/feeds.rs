//! Feeds: what each is, how far it has come, what was refused, what came from where.

use store::feeds::{
    FeedCounts, FeedCursor, FeedKey, FeedRefusal, FeedRound, FeedStep, NewFeed, REFUSALS_KEPT_MAX,
};
use store::{BATCH_MAX, StoreError, TEXT_BYTES_MAX};

use crate::world::World;

async fn feed(world: &World, name: &str) -> NewFeed {
    NewFeed {
        name: name.to_owned(),
        track: world.info(world.log).await.track_id,
        push: false,
        url: "https://taxii.example/api/".to_owned(),
        collection: "high".to_owned(),
        remote: "https://taxii.example".to_owned(),
        auth: "basic".to_owned(),
        interval_secs: 900,
        page_size: 500,
        types: vec!["indicator".to_owned(), "x-own".to_owned()],
        all_versions: true,
        ceiling: Some("green".to_owned()),
        unmarked: true,
        insecure_http: true,
        created: 7,
        begins: FeedCursor {
            added_after: Some(-5),
            ..FeedCursor::default()
        },
    }
}

fn key(number: u64) -> FeedKey {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.to_le_bytes());
    key
}

fn refusal(number: usize) -> FeedRefusal {
    FeedRefusal {
        stix_id: format!("x--{number}"),
        version: String::new(),
        reason: "because".to_owned(),
        at: 3,
    }
}

async fn world_with(names: &[&str]) -> World {
    let world = World::new().await;
    for name in names {
        let feed = feed(&world, name).await;
        world.store.add_feed(feed).await.unwrap();
    }
    world
}

#[tokio::test]
async fn a_feed_is_read_as_it_was_made_and_listed_by_name() {
    let world = world_with(&["b", "a"]).await;
    let made = feed(&world, "a").await;
    let world = world.reopen();
    let names: Vec<_> = world.store.feeds().await.unwrap();
    let names: Vec<_> = names.iter().map(|feed| feed.feed.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let read = world.store.feed("a").await.unwrap().unwrap();
    assert_eq!(read.feed, made);
    assert_eq!((read.due, read.failures, read.paused), (7, 0, false));
    assert_eq!(read.counts, FeedCounts::default());
    assert_eq!(world.store.feed("c").await.unwrap(), None);
}

#[tokio::test]
async fn a_name_is_given_once() {
    let world = world_with(&["a"]).await;
    let again = world.store.add_feed(feed(&world, "a").await).await;
    assert!(
        matches!(&again, Err(StoreError::FeedExists { name }) if name == "a"),
        "{again:?}"
    );
}

#[tokio::test]
async fn steps_add_up_and_are_durable() {
    let world = world_with(&["a"]).await;
    let step = |next: Option<&str>, moved| FeedStep {
        cursor: FeedCursor {
            next: next.map(str::to_owned),
            added_after: Some(1),
            seen_to: Some(2),
            arrival: moved,
        },
        counts: FeedCounts {
            moved,
            held: 1,
            pending: 2,
            refused: 3,
            kept_back: 4,
        },
        came: vec![key(moved)],
        refusals: vec![refusal(moved as usize)],
    };
    world
        .store
        .advance_feed("a", step(Some("t"), 10))
        .await
        .unwrap();
    world.store.advance_feed("a", step(None, 20)).await.unwrap();
    let world = world.reopen();
    let read = world.store.feed("a").await.unwrap().unwrap();
    assert_eq!(read.feed.begins, step(None, 20).cursor);
    let counts = FeedCounts {
        moved: 30,
        held: 2,
        pending: 4,
        refused: 6,
        kept_back: 8,
    };
    assert_eq!(read.counts, counts);
    let refusals = world.store.feed_refusals("a", 9).await.unwrap();
    assert_eq!(refusals, [refusal(20), refusal(10)]);
    assert_eq!(
        world.store.feed_refusals("a", 1).await.unwrap(),
        [refusal(20)]
    );
}

#[tokio::test]
async fn the_newest_refusals_are_kept() {
    let world = world_with(&["a", "b"]).await;
    let refusing = |numbers: std::ops::Range<usize>| FeedStep {
        refusals: numbers.map(refusal).collect(),
        ..FeedStep::default()
    };
    world.store.advance_feed("b", refusing(0..1)).await.unwrap();
    let many = REFUSALS_KEPT_MAX + 5;
    world
        .store
        .advance_feed("a", refusing(0..many))
        .await
        .unwrap();
    world
        .store
        .advance_feed("a", refusing(many..many + 3))
        .await
        .unwrap();
    let kept = world.store.feed_refusals("a", usize::MAX).await.unwrap();
    assert_eq!(kept.len(), REFUSALS_KEPT_MAX);
    assert_eq!(kept[0], refusal(many + 2));
    assert_eq!(kept[REFUSALS_KEPT_MAX - 1], refusal(8));
    assert_eq!(world.store.feed_refusals("b", 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_came_from_a_server_is_known_after_its_feed_is_gone() {
    let world = world_with(&["a"]).await;
    let step = FeedStep {
        came: vec![key(1), key(2), key(1)],
        refusals: vec![refusal(1)],
        ..FeedStep::default()
    };
    world.store.advance_feed("a", step.clone()).await.unwrap();
    world.store.advance_feed("a", step).await.unwrap();
    world.store.remove_feed("a").await.unwrap();
    assert!(world.store.feed("a").await.unwrap().is_none());
    assert!(world.store.feed_refusals("a", 9).await.unwrap().is_empty());
    let came = |remote: &'static str| world.store.came_from(remote, vec![key(3), key(2)]);
    assert_eq!(came("https://taxii.example").await.unwrap(), [false, true]);
    assert_eq!(came("https://other.example").await.unwrap(), [false, false]);
}

#[tokio::test]
async fn failures_count_until_a_success() {
    let world = world_with(&["a"]).await;
    let round = |error: Option<&str>, at| FeedRound {
        began: at,
        ended: at + 1,
        error: error.map(str::to_owned),
        due: at + 100,
    };
    for at in [10, 20] {
        world
            .store
            .end_feed_round("a", round(Some("401"), at))
            .await
            .unwrap();
    }
    let failed = world.store.feed("a").await.unwrap().unwrap();
    assert_eq!((failed.failures, failed.due), (2, 120));
    assert_eq!(failed.last_error, Some((21, "401".to_owned())));
    assert_eq!(failed.last_success, None);
    world
        .store
        .end_feed_round("a", round(None, 30))
        .await
        .unwrap();
    let well = world.store.feed("a").await.unwrap().unwrap();
    assert_eq!((well.failures, well.due), (0, 130));
    assert_eq!((well.last_attempt, well.last_success), (Some(30), Some(31)));
    assert_eq!(well.last_error, Some((21, "401".to_owned())));
}

#[tokio::test]
async fn pause_and_reset() {
    let world = world_with(&["a"]).await;
    let store = &world.store;
    store.pause_feed("a", true).await.unwrap();
    let failed = FeedRound {
        began: 1,
        ended: 2,
        error: Some("x".to_owned()),
        due: 99,
    };
    store.end_feed_round("a", failed).await.unwrap();
    let cursor = FeedCursor {
        arrival: 4,
        ..FeedCursor::default()
    };
    store.reset_feed("a", cursor.clone(), 50).await.unwrap();
    let read = store.feed("a").await.unwrap().unwrap();
    assert!(read.paused);
    assert_eq!((read.feed.begins, read.due, read.failures), (cursor, 50, 0));
    store.pause_feed("a", false).await.unwrap();
    assert!(!store.feed("a").await.unwrap().unwrap().paused);
}

#[tokio::test]
async fn nothing_is_done_to_a_feed_that_is_not_there() {
    let world = world_with(&[]).await;
    let store = &world.store;
    let round = FeedRound {
        began: 1,
        ended: 2,
        error: None,
        due: 3,
    };
    let refused = [
        store.pause_feed("a", true).await,
        store.reset_feed("a", FeedCursor::default(), 1).await,
        store.remove_feed("a").await,
        store.advance_feed("a", FeedStep::default()).await,
        store.end_feed_round("a", round).await,
    ];
    for refused in refused {
        assert!(
            matches!(&refused, Err(StoreError::NoSuchFeed { name }) if name == "a"),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn what_is_too_long_changes_nothing() {
    let world = world_with(&["a"]).await;
    let long = "x".repeat(TEXT_BYTES_MAX as usize + 1);
    let token = FeedStep {
        cursor: FeedCursor {
            next: Some(long.clone()),
            ..FeedCursor::default()
        },
        ..FeedStep::default()
    };
    let reason = FeedStep {
        counts: FeedCounts {
            moved: 1,
            ..FeedCounts::default()
        },
        came: vec![key(1)],
        refusals: vec![FeedRefusal {
            reason: long,
            ..refusal(1)
        }],
        ..FeedStep::default()
    };
    for step in [token, reason] {
        let refused = world.store.advance_feed("a", step).await;
        assert!(
            matches!(refused, Err(StoreError::TooLarge { .. })),
            "{refused:?}"
        );
    }
    let read = world.store.feed("a").await.unwrap().unwrap();
    assert_eq!(read.counts, FeedCounts::default());
    let remote = "https://taxii.example";
    assert_eq!(
        world.store.came_from(remote, vec![key(1)]).await.unwrap(),
        [false]
    );
    let refused = world
        .store
        .came_from(remote, vec![key(1); BATCH_MAX + 1])
        .await;
    assert!(
        matches!(refused, Err(StoreError::TooLarge { .. })),
        "{refused:?}"
    );
}
