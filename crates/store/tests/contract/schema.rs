//! Which files are opened, and which are left alone.

use std::path::Path;

use store::{
    FileSignState, SIGN_STATE_FILE, SignStateError, SqliteStore, StoreError, StoreOptions,
};

use crate::world::World;

fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(path, StoreOptions::default())
}

fn run(path: &Path, sql: &str) {
    rusqlite::Connection::open(path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let world = World::with_items(1).await;
    let World {
        store,
        path,
        directory,
        ..
    } = world;
    drop(store);
    run(&path, "PRAGMA user_version = 7");
    let refused = open(&path).unwrap_err();
    assert!(
        matches!(refused, StoreError::NewerSchema { found: 7, known: 6 }),
        "{refused}"
    );
    run(&path, "PRAGMA user_version = 6");
    open(&path).unwrap();

    drop(FileSignState::open(directory.path()).unwrap());
    run(
        &directory.path().join(SIGN_STATE_FILE),
        "PRAGMA user_version = 2",
    );
    let refused = FileSignState::open(directory.path()).unwrap_err();
    let SignStateError::Store(refused) = refused else {
        panic!("{refused}")
    };
    assert!(
        matches!(refused, StoreError::NewerSchema { found: 2, known: 1 }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_foreign_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(SIGN_STATE_FILE);
    run(&path, "CREATE TABLE theirs (x)");
    let refused = open(&path).unwrap_err();
    assert!(
        matches!(refused, StoreError::ForeignFile { found: 0, .. }),
        "{refused}"
    );
    std::fs::remove_file(&path).unwrap();

    drop(FileSignState::open(directory.path()).unwrap());
    let refused = open(&path).unwrap_err();
    assert!(
        matches!(refused, StoreError::ForeignFile { .. }),
        "a sign-state is no store: {refused}"
    );
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    let world = World::with_items(2).await;
    let before = world.store.logs().await.unwrap();
    let world = world.reopen().reopen();
    assert_eq!(world.store.logs().await.unwrap(), before);
}
