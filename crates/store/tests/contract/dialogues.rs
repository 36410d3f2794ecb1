//! Dialogues, declarations, logs.

use bytes::Bytes;
use store::{Declaration, DialogueState, LogState, StoreError};

use crate::world::{DIALOGUE, World, dialogue, new_log};

fn declaration(origin: &str, serial: u64, note: &str) -> Declaration {
    Declaration {
        dialogue: DIALOGUE.to_owned(),
        origin: origin.to_owned(),
        serial,
        note: note.to_owned(),
    }
}

#[tokio::test]
async fn a_dialogue_is_created_once_and_read_back() {
    let world = World::new().await;
    let refused = world
        .store
        .create_dialogue(dialogue(DIALOGUE))
        .await
        .unwrap_err();
    assert!(matches!(refused, StoreError::DialogueExists { id } if id == DIALOGUE));
    world
        .store
        .create_dialogue(dialogue("dialogue-charter--0"))
        .await
        .unwrap();
    let world = world.reopen();
    assert_eq!(
        world.store.dialogue(DIALOGUE).await.unwrap(),
        Some(dialogue(DIALOGUE))
    );
    assert_eq!(
        world.store.dialogue("dialogue-charter--9").await.unwrap(),
        None
    );
    assert_eq!(
        world.store.dialogues().await.unwrap(),
        [dialogue("dialogue-charter--0"), dialogue(DIALOGUE)]
    );
}

#[tokio::test]
async fn state_and_charter_change_until_the_dialogue_is_closed() {
    let world = World::new().await;
    let charter = Bytes::from_static(b"second");
    world
        .store
        .set_charter(DIALOGUE, charter.clone())
        .await
        .unwrap();
    for state in [
        DialogueState::Draft,
        DialogueState::Suspended,
        DialogueState::Closed,
    ] {
        world
            .store
            .set_dialogue_state(DIALOGUE, state)
            .await
            .unwrap();
        assert_eq!(
            world.store.dialogue(DIALOGUE).await.unwrap().unwrap().state,
            state
        );
    }
    let refused = world
        .store
        .set_charter(DIALOGUE, Bytes::from_static(b"third"))
        .await;
    assert!(matches!(refused, Err(StoreError::DialogueClosed { .. })));
    assert_eq!(
        world
            .store
            .dialogue(DIALOGUE)
            .await
            .unwrap()
            .unwrap()
            .charter,
        charter
    );
}

#[tokio::test]
async fn writes_to_an_unknown_dialogue_are_refused() {
    let world = World::new().await;
    let refused = [
        world
            .store
            .set_charter("x", Bytes::new())
            .await
            .unwrap_err(),
        world
            .store
            .set_dialogue_state("x", DialogueState::Draft)
            .await
            .unwrap_err(),
        world
            .store
            .add_declarations(vec![Declaration {
                dialogue: "x".to_owned(),
                ..declaration("o", 0, "n")
            }])
            .await
            .unwrap_err(),
        world
            .store
            .open_log(store::NewLog {
                dialogue: "x".to_owned(),
                ..new_log("b.example", "cyber", false)
            })
            .await
            .unwrap_err(),
    ];
    for refused in refused {
        assert!(
            matches!(&refused, StoreError::NoSuchDialogue { id } if id == "x"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn declarations_are_added_all_or_none_and_once() {
    let world = World::new().await;
    let (first, second) = (declaration("b", 0, "one"), declaration("a", 1, "two"));
    let both = vec![first.clone(), second.clone()];
    assert_eq!(world.store.add_declarations(both.clone()).await.unwrap(), 2);
    assert_eq!(
        world.store.add_declarations(both).await.unwrap(),
        0,
        "held already"
    );
    let refused = world
        .store
        .add_declarations(vec![
            declaration("c", 0, "new"),
            declaration("b", 0, "other"),
        ])
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, StoreError::DeclarationDiffers { origin, serial: 0 } if origin == "b")
    );
    assert_eq!(
        world.store.declarations(DIALOGUE).await.unwrap(),
        [second, first]
    );
}

#[tokio::test]
async fn a_log_is_opened_once_and_found_by_each_of_its_names() {
    let world = World::new().await;
    let log = world.info(world.log).await;
    let new = new_log("a.example", "cyber", true);
    assert_eq!(
        (&log.origin, &log.origin_sha256),
        (&new.origin, &new.origin_sha256)
    );
    assert_eq!((log.mine, log.size, &log.state), (true, 0, &LogState::Open));
    assert_eq!(
        world
            .store
            .log_by_origin(&log.origin)
            .await
            .unwrap()
            .as_ref(),
        Some(&log)
    );
    assert_eq!(
        world
            .store
            .log_by_origin_sha256(&log.origin_sha256)
            .await
            .unwrap()
            .as_ref(),
        Some(&log)
    );
    assert_eq!(world.store.log_by_origin("nobody").await.unwrap(), None);
    let same_origin = store::NewLog {
        origin_sha256: "other".to_owned(),
        ..new.clone()
    };
    let same_hash = store::NewLog {
        origin: "other".to_owned(),
        ..new
    };
    for again in [same_origin, same_hash] {
        let refused = world.store.open_log(again).await.unwrap_err();
        assert!(matches!(refused, StoreError::LogExists { .. }), "{refused}");
    }
    assert_eq!(world.store.logs().await.unwrap(), [log]);
}

#[tokio::test]
async fn logs_of_one_track_share_it() {
    let world = World::new().await;
    let ours = world.info(world.log).await;
    let theirs = world
        .info(world.log_of("b.example", "cyber", false).await)
        .await;
    let other = world
        .info(world.log_of("b.example", "security", false).await)
        .await;
    assert_eq!(ours.track_id, theirs.track_id);
    assert_ne!(ours.track_id, other.track_id);
}

#[tokio::test]
async fn the_first_reason_for_closing_stands() {
    let world = World::new().await;
    world.store.close_log(world.log, "restored").await.unwrap();
    world.store.close_log(world.log, "another").await.unwrap();
    assert_eq!(
        world.info(world.log).await.state,
        LogState::Closed("restored".to_owned())
    );
    let unknown = store::LogId::new(99).unwrap();
    let refused = world.store.close_log(unknown, "x").await.unwrap_err();
    assert!(matches!(refused, StoreError::NoSuchLog { log } if log == unknown));
}
