//! What waits: until enough officers cleared it, once for each version, and no longer than its fate is open.

use bytes::Bytes;
use store::StoreError;
use store::TrackId;
use store::outbox::{
    Decided, Decision, NewWaiting, OUTBOX_BYTES_MAX, OutboxLoad, OutboxState, OutboxWanted, Post,
    Queued, Settled, WaitingItem,
};

use crate::world::{World, hash};

const STATUS: [u8; 16] = [7; 16];

async fn track(world: &World) -> TrackId {
    world.info(world.log).await.track_id
}

/// The version `version` of object `number`, with content of its own.
fn new(track: TrackId, number: u64, version: &str, content: &str) -> NewWaiting {
    NewWaiting {
        track,
        officers: 1,
        item: WaitingItem {
            class: 2,
            media: "application/stix+json;version=2.1".to_owned(),
            lang: None,
            office: Some("duty-desk".to_owned()),
            stix_id: format!("indicator--{number}"),
            version: version.to_owned(),
            order: version.to_owned(),
            spec: 21,
            content_hash: hash(content.len() as u64),
        },
        content: Bytes::from(content.to_owned()),
        post: Post {
            by: "ann".to_owned(),
            at: 100,
            status: Some(STATUS),
            place: number,
        },
    }
}

fn says(officer: &str, clears: bool) -> Decision {
    Decision {
        officer: officer.to_owned(),
        clears,
        reason: "because".to_owned(),
        at: 200,
    }
}

async fn decide(world: &World, id: u64, officer: &str, clears: bool) -> Decided {
    let decided = world.store.decide(vec![id], says(officer, clears)).await;
    decided.unwrap()[0]
}

#[tokio::test]
async fn a_version_waits_once() {
    let world = World::new().await;
    let track = track(&world).await;
    let queued = world
        .store
        .wait(vec![
            new(track, 1, "2026", "one"),
            new(track, 1, "2026", "one"),
            new(track, 1, "2026", "other bytes"),
            new(track, 1, "2027", "other bytes"),
        ])
        .await
        .unwrap();
    assert_eq!(
        queued,
        [
            Queued::Waiting(1),
            Queued::Same(1),
            Queued::Conflict(1),
            Queued::Waiting(2)
        ]
    );
    let load = world.store.outbox_load().await.unwrap();
    assert_eq!(
        load,
        OutboxLoad {
            items: 2,
            bytes: 14
        }
    );
    let (one, content) = world.store.outbox_item(1).await.unwrap().unwrap();
    assert_eq!(content.unwrap(), "one");
    assert_eq!((one.bytes, one.state), (3, OutboxState::Waiting));
    assert_eq!(one.item, new(track, 1, "2026", "one").item);
    let places: Vec<_> = one
        .posts
        .iter()
        .map(|post| (&*post.by, post.place))
        .collect();
    assert_eq!(places, [("ann", 1), ("ann", 1)], "both posts are known");
    assert_eq!(world.store.outbox_item(9).await.unwrap(), None);
    assert_eq!(world.store.outbox_item(u64::MAX).await.unwrap(), None);

    // The same on another track is another matter.
    let other = world.log_of("a.example", "other", true).await;
    let other = world.info(other).await.track_id;
    let queued = world.store.wait(vec![new(other, 1, "2026", "x")]).await;
    assert_eq!(queued.unwrap(), [Queued::Waiting(3)]);
}

#[tokio::test]
async fn two_officers_are_two_people_and_neither_posted_it() {
    let world = World::new().await;
    let two = NewWaiting {
        officers: 2,
        ..new(track(&world).await, 1, "2026", "one")
    };
    let also = NewWaiting {
        post: Post {
            by: "bob".to_owned(),
            ..two.post.clone()
        },
        ..two.clone()
    };
    world.store.wait(vec![two, also]).await.unwrap();
    for (officer, expected) in [
        ("ann", Decided::OwnPost),
        ("bob", Decided::OwnPost),
        ("cat", Decided::Counted(1)),
        ("cat", Decided::Again),
        ("ann", Decided::OwnPost),
        ("dan", Decided::Cleared),
        ("eve", Decided::Settled(OutboxState::Cleared)),
    ] {
        assert_eq!(
            decide(&world, 1, officer, true).await,
            expected,
            "{officer}"
        );
    }
    assert_eq!(
        decide(&world, 1, "eve", false).await,
        Decided::Settled(OutboxState::Cleared),
        "what all have cleared is on its way"
    );
    assert_eq!(decide(&world, 2, "cat", true).await, Decided::Unknown);
    assert_eq!(
        decide(&world, u64::MAX, "cat", true).await,
        Decided::Unknown
    );
    let (one, _) = world.store.outbox_item(1).await.unwrap().unwrap();
    assert_eq!(
        one.decisions,
        [says("cat", true), says("dan", true)],
        "what did not count is not noted"
    );
}

#[tokio::test]
async fn one_refusal_is_enough_and_drops_the_content() {
    let world = World::new().await;
    let two = NewWaiting {
        officers: 2,
        ..new(track(&world).await, 1, "2026", "one")
    };
    world.store.wait(vec![two.clone()]).await.unwrap();
    assert_eq!(decide(&world, 1, "cat", true).await, Decided::Counted(1));
    assert_eq!(
        decide(&world, 1, "cat", false).await,
        Decided::Refused,
        "people may change their minds"
    );
    let (one, content) = world.store.outbox_item(1).await.unwrap().unwrap();
    assert_eq!(content, None);
    assert_eq!(
        (one.state, one.reason.as_deref(), one.settled),
        (OutboxState::Refused, Some("because"), Some(200))
    );
    assert_eq!(
        world.store.outbox_load().await.unwrap(),
        OutboxLoad::default()
    );
    let untold = world.store.untold(10).await.unwrap();
    assert_eq!(
        (untold.len(), untold[0].status, untold[0].place),
        (1, STATUS, 1)
    );
    assert_eq!(untold[0].settled, Settled::Refused("because".to_owned()));
    world.store.told(vec![untold[0].post]).await.unwrap();
    assert_eq!(world.store.untold(10).await.unwrap(), []);

    // It may be posted again, and who posted it may withdraw it.
    assert_eq!(
        world.store.wait(vec![two]).await.unwrap(),
        [Queued::Waiting(2)]
    );
    assert_eq!(decide(&world, 2, "ann", false).await, Decided::Refused);
}

#[tokio::test]
async fn what_is_cleared_comes_in_the_order_of_posting_and_is_settled_once() {
    let world = World::with_items(1).await;
    let track = track(&world).await;
    let four = (1..=4).map(|n| new(track, n, "2026", "abc"));
    world.store.wait(four.collect()).await.unwrap();
    assert_eq!(world.store.cleared_tracks().await.unwrap(), []);
    for id in [4, 2, 1] {
        assert_eq!(decide(&world, id, "cat", true).await, Decided::Cleared);
    }
    assert_eq!(world.store.cleared_tracks().await.unwrap(), [track]);
    let ids = async |items_max, bytes_max| -> Vec<u64> {
        let cleared = world.store.cleared(track, items_max, bytes_max).await;
        cleared.unwrap().iter().map(|(each, _)| each.id).collect()
    };
    assert_eq!(ids(10, 100).await, [1, 2, 4]);
    assert_eq!(ids(2, 100).await, [1, 2]);
    assert_eq!(ids(10, 7).await, [1, 2]);
    assert_eq!(ids(0, 0).await, [1], "at least one");

    let position = store::Position::new(world.log, 0).unwrap();
    let settled = vec![
        (1, Settled::Passed(position)),
        (2, Settled::Refused("a conflict".to_owned())),
        (3, Settled::Passed(position)),
    ];
    world.store.settle_outbox(settled, 300).await.unwrap();
    let again = vec![(1, Settled::Refused("too late".to_owned()))];
    world.store.settle_outbox(again, 400).await.unwrap();
    let page = world.store.outbox(OutboxWanted::default(), 10).await;
    let stand: Vec<_> = page
        .unwrap()
        .into_iter()
        .map(|each| (each.id, each.state, each.position, each.reason))
        .collect();
    assert_eq!(
        stand,
        [
            (1, OutboxState::Passed, Some(position), None),
            (2, OutboxState::Refused, None, Some("a conflict".to_owned())),
            (3, OutboxState::Waiting, None, None),
            (4, OutboxState::Cleared, None, None),
        ],
        "nothing passes that was not cleared, and what was noted first stands"
    );
    assert_eq!(
        world.store.outbox_load().await.unwrap(),
        OutboxLoad { items: 2, bytes: 6 }
    );
    let world = world.reopen();
    assert_eq!(world.store.cleared_tracks().await.unwrap(), [track]);
}

#[tokio::test]
async fn pages_are_by_number_track_state_and_request() {
    let world = World::new().await;
    let track = track(&world).await;
    let other = world.log_of("a.example", "other", true).await;
    let other = world.info(other).await.track_id;
    let alone = NewWaiting {
        post: Post {
            status: None,
            ..new(track, 4, "2026", "x").post
        },
        ..new(track, 4, "2026", "x")
    };
    world
        .store
        .wait(vec![
            new(track, 1, "2026", "a"),
            new(other, 2, "2026", "b"),
            new(track, 3, "2026", "c"),
            alone,
        ])
        .await
        .unwrap();
    decide(&world, 3, "cat", false).await;
    let ids = async |wanted: OutboxWanted, limit| -> Vec<u64> {
        let page = world.store.outbox(wanted, limit).await.unwrap();
        page.iter().map(|each| each.id).collect()
    };
    let any = OutboxWanted::default;
    assert_eq!(ids(any(), 10).await, [1, 2, 3, 4]);
    assert_eq!(ids(any(), 2).await, [1, 2]);
    assert_eq!(ids(OutboxWanted { after: 2, ..any() }, 10).await, [3, 4]);
    let on = |tracks: &[TrackId]| OutboxWanted {
        tracks: Some(tracks.to_vec()),
        ..any()
    };
    assert_eq!(ids(on(&[other]), 10).await, [2]);
    assert_eq!(ids(on(&[other, track]), 10).await, [1, 2, 3, 4]);
    assert_eq!(ids(on(&[]), 10).await, [0; 0], "of no track nothing");
    let refused = OutboxWanted {
        state: Some(OutboxState::Refused),
        ..any()
    };
    assert_eq!(ids(refused, 10).await, [3]);
    let request = OutboxWanted {
        status: Some(STATUS),
        ..any()
    };
    assert_eq!(ids(request, 10).await, [1, 2, 3]);
    let some = OutboxWanted {
        ids: Some(vec![4, 2, 9, u64::MAX]),
        ..any()
    };
    assert_eq!(ids(some, 10).await, [2, 4]);
    let acts = OutboxWanted {
        state: Some(OutboxState::Waiting),
        class: Some(3),
        ..any()
    };
    assert_eq!(ids(acts, 10).await, [0; 0]);
    let waiting = OutboxWanted {
        state: Some(OutboxState::Waiting),
        class: Some(2),
        after: 1,
        ..any()
    };
    assert_eq!(ids(waiting, 10).await, [2, 4]);
    let unknown = OutboxWanted {
        status: Some([0; 16]),
        ..any()
    };
    assert_eq!(ids(unknown, 10).await, [0; 0]);
}

#[tokio::test]
async fn a_request_that_does_not_fit_leaves_nothing() {
    let world = World::new().await;
    let track = track(&world).await;
    // One allocation, counted as often as it is given.
    let large = Bytes::from(vec![b'a'; 200 << 20]);
    let items = (0..6).map(|n| NewWaiting {
        content: large.clone(),
        ..new(track, n, "2026", "")
    });
    let refused = world.store.wait(items.collect()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::TooLarge {
                what: "bytes in the outbox",
                limit: OUTBOX_BYTES_MAX,
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(
        world.store.outbox_load().await.unwrap(),
        OutboxLoad::default()
    );
    let page = world.store.outbox(OutboxWanted::default(), 10).await;
    assert_eq!(page.unwrap(), []);
}

#[tokio::test]
async fn what_was_decided_long_ago_is_forgotten() {
    let world = World::new().await;
    let track = track(&world).await;
    let items = (1..=3).map(|n| new(track, n, "2026", "abc"));
    world.store.wait(items.collect()).await.unwrap();
    decide(&world, 1, "cat", false).await;
    decide(&world, 2, "cat", true).await;
    assert_eq!(world.store.forget_outbox(200).await.unwrap(), 0);
    assert_eq!(world.store.forget_outbox(201).await.unwrap(), 1);
    assert_eq!(world.store.outbox_item(1).await.unwrap(), None);
    assert_eq!(world.store.untold(10).await.unwrap(), []);
    // Numbers are never given twice.
    let queued = world.store.wait(vec![new(track, 9, "2026", "x")]).await;
    assert_eq!(queued.unwrap(), [Queued::Waiting(4)]);
    assert_eq!(world.store.check().await.unwrap(), []);
}

#[tokio::test]
async fn words_have_their_limits() {
    let world = World::new().await;
    let long = Decision {
        reason: "x".repeat(70_000),
        ..says("cat", true)
    };
    let refused = world.store.decide(vec![1], long).await.unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::TooLarge {
                what: "bytes of a reason",
                value: 70_000,
                ..
            }
        ),
        "{refused}"
    );
}
