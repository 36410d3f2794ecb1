//! Alarms, attempts, peers, small named values.

use bytes::Bytes;
use store::{
    EVIDENCE_BYTES_MAX, LogId, NewAlarm, NewAttempt, PeerEvent, StoreError, TEXT_BYTES_MAX,
};

use crate::world::World;

fn alarm(log: Option<LogId>, evidence: &'static str) -> NewAlarm {
    NewAlarm {
        log,
        kind: "fork".to_owned(),
        detail: "two roots at 7".to_owned(),
        evidence: Bytes::from_static(evidence.as_bytes()),
        at: 3,
    }
}

#[tokio::test]
async fn an_alarm_is_kept_once_for_its_evidence() {
    let world = World::new().await;
    let first = world
        .store
        .add_alarm(alarm(Some(world.log), "notes"))
        .await
        .unwrap();
    let again = NewAlarm {
        at: 9,
        ..alarm(Some(world.log), "notes")
    };
    assert_eq!(world.store.add_alarm(again).await.unwrap(), first);
    let second = world
        .store
        .add_alarm(alarm(Some(world.log), "other"))
        .await
        .unwrap();
    let third = world.store.add_alarm(alarm(None, "notes")).await.unwrap();
    assert!(first < second && second < third);
    let all = world.reopen().store.alarms(0, 9).await.unwrap();
    assert_eq!(
        all.iter().map(|alarm| alarm.id).collect::<Vec<_>>(),
        [first, second, third]
    );
    assert_eq!(all[0].alarm, alarm(Some(LogId::new(1).unwrap()), "notes"));
}

#[tokio::test]
async fn alarms_and_attempts_page_by_number() {
    let world = World::new().await;
    let attempt = |why: &str| NewAttempt {
        dialogue: "unknown".to_owned(),
        track: "cyber".to_owned(),
        what: "inquiry".to_owned(),
        why: why.to_owned(),
        at: 4,
    };
    for why in ["a", "b", "c"] {
        world.store.add_attempt(attempt(why)).await.unwrap();
    }
    let first = world.store.attempts(0, 2).await.unwrap();
    let rest = world.store.attempts(first[1].id, 9).await.unwrap();
    let all: Vec<_> = first
        .into_iter()
        .chain(rest)
        .map(|found| found.attempt)
        .collect();
    assert_eq!(all, [attempt("a"), attempt("b"), attempt("c")]);
}

#[tokio::test]
async fn texts_and_evidence_beyond_their_limits_are_refused() {
    let world = World::new().await;
    let long = "x".repeat(TEXT_BYTES_MAX as usize + 1);
    let evidence = Bytes::from(vec![0; EVIDENCE_BYTES_MAX as usize + 1]);
    let refused = [
        world
            .store
            .add_alarm(NewAlarm {
                detail: long.clone(),
                ..alarm(None, "")
            })
            .await
            .err(),
        world
            .store
            .add_alarm(NewAlarm {
                evidence,
                ..alarm(None, "")
            })
            .await
            .err(),
        world.store.set_meta("name", &long).await.err(),
        world
            .store
            .touch_peer(&long, PeerEvent::Heard, 1)
            .await
            .err(),
        world
            .store
            .touch_peer("b.example", PeerEvent::Error(long), 1)
            .await
            .err(),
    ];
    for refused in refused {
        assert!(
            matches!(refused, Some(StoreError::TooLarge { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(world.store.peers().await.unwrap(), []);
    let unknown = world
        .store
        .add_alarm(alarm(LogId::new(9), ""))
        .await
        .unwrap_err();
    assert!(matches!(unknown, StoreError::NoSuchLog { .. }));
}

#[tokio::test]
async fn a_peer_remembers_the_latest_of_each_kind() {
    let world = World::new().await;
    let touch = async |event, at| {
        world
            .store
            .touch_peer("b.example", event, at)
            .await
            .unwrap();
    };
    touch(PeerEvent::Error("refused".to_owned()), 20).await;
    touch(PeerEvent::Error("older".to_owned()), 10).await;
    touch(PeerEvent::Success, 30).await;
    touch(PeerEvent::Success, 25).await;
    world
        .store
        .touch_peer("a.example", PeerEvent::Heard, 5)
        .await
        .unwrap();
    let peers = world.store.peers().await.unwrap();
    assert_eq!(peers[0].host, "a.example");
    assert_eq!(
        (peers[0].last_heard, peers[0].last_success),
        (Some(5), None)
    );
    assert_eq!(
        (peers[1].last_heard, peers[1].last_success),
        (None, Some(30))
    );
    assert_eq!(peers[1].last_error, Some((20, "refused".to_owned())));
}

#[tokio::test]
async fn a_named_value_is_replaced() {
    let world = World::new().await;
    assert_eq!(world.store.meta("node").await.unwrap(), None);
    world.store.set_meta("node", "one").await.unwrap();
    world.store.set_meta("node", "two").await.unwrap();
    assert_eq!(
        world.store.meta("node").await.unwrap().as_deref(),
        Some("two")
    );
}
