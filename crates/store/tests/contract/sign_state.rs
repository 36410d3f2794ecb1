//! Sign-state: compare and swap, never backwards, durable.

use std::sync::Arc;

use store::{FileSignState, Mark, SignState, SignStateError, Signed, SignedKind};
use tempfile::TempDir;

use crate::world::hash;

const ORIGIN: &str = "a.example/chancery/cyber";

fn signed(size: u64, root: u64, time: u64) -> Signed {
    Signed {
        size,
        root: hash(root),
        time,
        note: format!("note {size} {root} {time}"),
    }
}

fn state() -> (TempDir, Arc<dyn SignState>) {
    let directory = tempfile::tempdir().unwrap();
    let state = Arc::new(FileSignState::open(directory.path()).unwrap());
    (directory, state)
}

async fn advance(
    state: &Arc<dyn SignState>,
    previous: Option<Mark>,
    next: Signed,
) -> Result<(), SignStateError> {
    state
        .advance(SignedKind::Checkpoint, ORIGIN, previous, next)
        .await
}

#[tokio::test]
async fn what_was_advanced_is_there_after_reopening() {
    let (directory, state) = state();
    assert_eq!(
        state.load(SignedKind::Checkpoint, ORIGIN).await.unwrap(),
        None
    );
    advance(&state, None, signed(0, 0, 5)).await.unwrap();
    advance(&state, Some(signed(0, 0, 5).mark()), signed(3, 3, 5))
        .await
        .unwrap();
    state
        .advance(SignedKind::Receipt, "b", None, signed(9, 9, 9))
        .await
        .unwrap();
    state
        .advance(SignedKind::Receipt, ORIGIN, None, signed(1, 1, 1))
        .await
        .unwrap();
    drop(state);
    let state = FileSignState::open(directory.path()).unwrap();
    let all = state.all().await.unwrap();
    assert_eq!(
        all,
        [
            (SignedKind::Checkpoint, ORIGIN.to_owned(), signed(3, 3, 5)),
            (SignedKind::Receipt, ORIGIN.to_owned(), signed(1, 1, 1)),
            (SignedKind::Receipt, "b".to_owned(), signed(9, 9, 9)),
        ]
    );
}

#[tokio::test]
async fn any_other_belief_about_the_last_one_is_a_conflict() {
    let (_directory, state) = state();
    let refused = advance(&state, Some(signed(0, 0, 0).mark()), signed(1, 1, 1)).await;
    assert!(matches!(
        refused,
        Err(SignStateError::Conflict { found: None, .. })
    ));
    let held = signed(3, 3, 30);
    advance(&state, None, held.clone()).await.unwrap();
    let beliefs = [
        None,
        Some(signed(2, 3, 30).mark()),
        Some(signed(3, 4, 30).mark()),
        Some(signed(3, 3, 31).mark()),
    ];
    for belief in beliefs {
        let refused = advance(&state, belief, signed(4, 4, 40)).await;
        let Err(SignStateError::Conflict { found, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(found, Some(held.mark()));
    }
    assert_eq!(
        state.load(SignedKind::Checkpoint, ORIGIN).await.unwrap(),
        Some(held)
    );
}

#[tokio::test]
async fn nothing_ever_goes_back() {
    let (_directory, state) = state();
    let held = signed(3, 3, 30);
    advance(&state, None, held.clone()).await.unwrap();
    let previous = Some(held.mark());
    let refused = advance(&state, previous, signed(2, 2, 40)).await;
    assert!(matches!(
        refused,
        Err(SignStateError::Shrinks {
            signed: 3,
            next: 2,
            ..
        })
    ));
    let refused = advance(&state, previous, signed(3, 4, 40)).await;
    assert!(matches!(
        refused,
        Err(SignStateError::RootDiffers { size: 3, .. })
    ));
    for next in [signed(3, 3, 29), signed(4, 4, 29)] {
        let refused = advance(&state, previous, next).await;
        assert!(matches!(
            refused,
            Err(SignStateError::TimeGoesBack {
                signed: 30,
                next: 29,
                ..
            })
        ));
    }
    assert_eq!(
        state.load(SignedKind::Checkpoint, ORIGIN).await.unwrap(),
        Some(held.clone())
    );
    advance(&state, previous, held.clone()).await.unwrap();
    advance(&state, previous, signed(3, 3, 31)).await.unwrap();
}

#[tokio::test]
async fn of_two_signers_one_gets_a_conflict_every_time() {
    let (_directory, state) = state();
    let mut previous = None;
    for size in 1..30 {
        let (one, two) = tokio::join!(
            advance(&state, previous, signed(size, 1, size)),
            advance(&state, previous, signed(size, 2, size)),
        );
        assert!(one.is_ok() != two.is_ok());
        let lost = one.err().or(two.err()).unwrap();
        assert!(matches!(lost, SignStateError::Conflict { .. }), "{lost}");
        let held = state
            .load(SignedKind::Checkpoint, ORIGIN)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(held.size, size);
        previous = Some(held.mark());
    }
}
