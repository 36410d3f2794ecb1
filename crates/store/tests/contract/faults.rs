//! The faults themselves: before, after, which call, how many.

use std::sync::Arc;

use store::{
    Faults, FaultySignState, FaultyStore, FileSignState, SignState, SignStateError, Signed,
    SignedKind, SqliteStore, Store, StoreError, StoreOptions, When,
};

use crate::world::{DIALOGUE, append, checkpoint, dialogue, hash, item, new_log};

#[tokio::test]
async fn a_write_fails_before_or_after_it_happened() {
    for (when, size_after) in [(When::Before, 1), (When::After, 2)] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");
        let faults = Faults::default();
        let store: Arc<dyn Store> = Arc::new(FaultyStore::new(
            SqliteStore::open(&path, StoreOptions::default()).unwrap(),
            faults.clone(),
        ));
        store.create_dialogue(dialogue(DIALOGUE)).await.unwrap();
        let log = store
            .open_log(new_log("a.example", "cyber", true))
            .await
            .unwrap();
        faults.fail("append", 2, when);
        assert_eq!(
            store
                .append(append(log, 0, vec![item(0, 2)]))
                .await
                .unwrap(),
            1
        );
        let refused = store
            .append(append(log, 1, vec![item(1, 2)]))
            .await
            .unwrap_err();
        assert!(matches!(
            refused,
            StoreError::Backend {
                operation: "append",
                ..
            }
        ));
        assert_eq!(store.log(log).await.unwrap().unwrap().size, size_after);
        assert_eq!((faults.calls("append"), faults.pending()), (2, 0));
        let next = append(log, size_after, vec![item(size_after, 2)]);
        assert_eq!(store.append(next).await.unwrap(), size_after + 1);
        assert_eq!(store.check().await.unwrap(), []);

        faults.fail("put_checkpoint", 1, when);
        store
            .put_checkpoint(log, checkpoint(1, 1, 1))
            .await
            .unwrap_err();
        let held = store.newest_checkpoint(log).await.unwrap().is_some();
        assert_eq!(held, when == When::After);
        assert_eq!(faults.calls("close_log"), 0);
    }
}

#[tokio::test]
async fn an_advance_fails_before_or_after_it_happened() {
    for when in [When::Before, When::After] {
        let directory = tempfile::tempdir().unwrap();
        let faults = Faults::default();
        let state = FaultySignState::new(
            FileSignState::open(directory.path()).unwrap(),
            faults.clone(),
        );
        let next = Signed {
            size: 1,
            root: hash(1),
            time: 1,
            note: "note".to_owned(),
        };
        faults.fail("advance", 1, when);
        let refused = state
            .advance(SignedKind::Receipt, "o", None, next.clone())
            .await
            .unwrap_err();
        assert!(matches!(
            refused,
            SignStateError::Store(StoreError::Backend { .. })
        ));
        let found = state.load(SignedKind::Receipt, "o").await.unwrap();
        assert_eq!(found, (when == When::After).then_some(next));
    }
}

#[tokio::test]
async fn every_change_of_accounts_fails_before_or_after_it_happened() {
    use store::accounts::{CollectionSet, Grant, NewAudit, NewToken, RootSet, Scope, User};
    for when in [When::Before, When::After] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.sqlite");
        let faults = Faults::default();
        let store: Arc<dyn Store> = Arc::new(FaultyStore::new(
            SqliteStore::open(&path, StoreOptions::default()).unwrap(),
            faults.clone(),
        ));
        let (line, user) = (NewAudit::default(), "al".to_owned());
        let new = User {
            name: user.clone(),
            role: "reader".to_owned(),
            password: None,
            disabled: None,
            pins: Vec::new(),
            created: 0,
        };
        let token = NewToken {
            hash: hash(1),
            user: user.clone(),
            name: String::new(),
            read_only: true,
            collections: None,
            created: 0,
            expires: None,
        };
        let grant = Grant {
            user,
            scope: Scope::All,
            read: true,
            write: false,
            granted: 0,
        };
        // What is done twice is done the second time after it failed the first.
        let lines = async || store.trail(None, 100).await.unwrap().len();
        macro_rules! fails {
            ($operation:literal, $again:expr, $call:expr) => {
                let before = lines().await;
                faults.fail($operation, 1, when);
                $call.await.unwrap_err();
                assert_eq!(
                    lines().await - before,
                    usize::from(when == When::After),
                    $operation
                );
                assert_eq!(
                    $call.await.is_ok(),
                    when == When::Before || $again,
                    $operation
                );
            };
        }
        fails!(
            "create_user",
            false,
            store.create_user(new.clone(), line.clone())
        );
        fails!(
            "set_user",
            true,
            store.set_user(new.clone(), false, line.clone())
        );
        fails!(
            "create_token",
            false,
            store.create_token(token.clone(), line.clone())
        );
        fails!("revoke_token", true, store.revoke_token(1, 1, line.clone()));
        fails!("grant", true, store.grant(grant.clone(), line.clone()));
        fails!(
            "revoke",
            false,
            store.revoke("al", Scope::All, line.clone())
        );
        fails!(
            "set_collection",
            true,
            store.set_collection(CollectionSet::default(), line.clone())
        );
        fails!(
            "set_root",
            true,
            store.set_root(RootSet::default(), line.clone())
        );
        fails!("note", true, store.note(vec![line.clone()]));
        fails!(
            "delete_user",
            false,
            store.delete_user("al", false, line.clone())
        );
        assert_eq!(faults.pending(), 0);
    }
}
