//! Tiles and entries that are altered, cut or missing: nothing of them is taken, and nobody is accused.

use super::*;

async fn refused_as_altered(
    words: &str,
    alter: impl Fn(&Resource, Option<Bytes>) -> Option<Bytes> + Send + Sync + 'static,
) {
    let world = world().await;
    let before = held(&world).await;
    let refused = pulled(&world, alter).await;
    assert!(
        matches!(&refused, Err(PullError::Altered { what, .. }) if what.contains(words)),
        "{refused:?}"
    );
    assert_eq!(held(&world).await, before, "nothing of it is stored");
    // The party is not to blame: an honest answer is taken afterwards.
    assert_eq!(pulled(&world, |_, answer| answer).await.unwrap().after, 302);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_altered() {
    refused_as_altered(
        "do not lead to the root",
        |resource, answer| match resource {
            Resource::Tile(_, tile) if tile.level() == 0 => answer.map(|bytes| flipped(&bytes)),
            _ => answer,
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_cut() {
    refused_as_altered(
        "do not lead to the root",
        |resource, answer| match resource {
            Resource::Tile(..) => answer.map(|bytes| bytes.slice(..bytes.len() - 32)),
            _ => answer,
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_missing() {
    refused_as_altered("do not lead to the root", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Tile(..)))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_altered() {
    refused_as_altered(
        "are not those of the signed tree",
        |resource, answer| match resource {
            // The last byte of the last commitment; in the middle it might be a length.
            Resource::Entries(..) => answer.map(|bytes| {
                let mut bytes = bytes.to_vec();
                *bytes.last_mut().unwrap() ^= 1;
                bytes.into()
            }),
            _ => answer,
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_are_cut() {
    refused_as_altered("an entry bundle of", |resource, answer| match resource {
        Resource::Entries(..) => answer.map(|bytes| bytes.slice(..bytes.len() - 1)),
        _ => answer,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_are_missing() {
    refused_as_altered("are missing", |resource, answer| {
        answer.filter(|_| !matches!(resource, Resource::Entries(..)))
    })
    .await;
}

// Checkpoints that are not signed as they must be.
