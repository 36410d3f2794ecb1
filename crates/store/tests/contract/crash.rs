//! A process killed at any moment: what was answered with `Ok` is there, and nothing is half-done.
//!
//! The child is this test binary again, running only the ignored test below in a directory that the
//! parent marked. SIGKILL leaves what the kernel has; that commits are synced, too, is what
//! `synchronous=FULL` is for and takes a power cut to see.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use store::{
    Append, FileSignState, LogId, Mark, SignState, Signed, SignedKind, SqliteStore, Store,
    StoreOptions,
};

use crate::world::{DIALOGUE, append, dialogue, entry, hash, item, new_log, object};

const KILLS: u64 = 25;
const MARK: &str = "killed-here";
const ORIGIN: &str = "a.example/chancery/cyber";

fn log() -> LogId {
    LogId::new(1).unwrap()
}

fn signed(size: u64) -> Signed {
    Signed {
        size,
        root: hash(size),
        time: size,
        note: format!("note {size}"),
    }
}

#[tokio::test]
#[ignore = "the child of `what_was_ok_survives_being_killed`"]
async fn child() {
    if !Path::new(MARK).exists() {
        return;
    }
    let store = SqliteStore::open(Path::new("store.sqlite"), StoreOptions::default()).unwrap();
    let sign_state = FileSignState::open(Path::new(".")).unwrap();
    let mut out = std::io::stdout().lock();
    loop {
        let size = store.log(log()).await.unwrap().unwrap().size;
        let batch = Append {
            objects: vec![object(size, &format!("tool--{size}"), "v")],
            ..append(
                log(),
                size,
                (size..size + 3).map(|seq| item(seq, 3)).collect(),
            )
        };
        let size = store.append(batch).await.unwrap();
        write!(out, "\nsize {size}\n").unwrap();
        out.flush().unwrap();
        let previous: Option<Mark> = sign_state
            .load(SignedKind::Checkpoint, ORIGIN)
            .await
            .unwrap()
            .map(|signed| signed.mark());
        sign_state
            .advance(SignedKind::Checkpoint, ORIGIN, previous, signed(size))
            .await
            .unwrap();
        write!(out, "\nsigned {size}\n").unwrap();
        out.flush().unwrap();
    }
}

#[tokio::test]
async fn what_was_ok_survives_being_killed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.sqlite");
    std::fs::write(directory.path().join(MARK), "").unwrap();
    let store = SqliteStore::open(&path, StoreOptions::default()).unwrap();
    store.create_dialogue(dialogue(DIALOGUE)).await.unwrap();
    assert_eq!(
        store
            .open_log(new_log("a.example", "cyber", true))
            .await
            .unwrap(),
        log()
    );
    drop(store);

    let (mut last_size, mut last_signed) = (0, 0);
    for round in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crash::child", "--exact", "--ignored", "--nocapture"])
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = 0;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(size) = line.strip_prefix("size ") {
                last_size = size.parse().unwrap();
            } else if let Some(size) = line.strip_prefix("signed ") {
                last_signed = size.parse().unwrap();
            } else {
                continue;
            }
            answers += 1;
            // Between two answers, while the next operation is under way; what the child still gets out
            // is read to its end.
            if answers == 1 + round % 7 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(answers > round % 7, "the child came to nothing");

        let store = SqliteStore::open(&path, StoreOptions::default()).unwrap();
        let size = store.log(log()).await.unwrap().unwrap().size;
        assert!(
            size >= last_size,
            "{last_size} was answered, {size} is there"
        );
        assert_eq!(size % 3, 0, "a batch is whole or not there");
        let entries = store.entries(log(), 0..size).await.unwrap();
        assert!((0..size).map(entry).eq(entries));
        assert_eq!(store.check().await.unwrap(), []);
        let sign_state = FileSignState::open(directory.path()).unwrap();
        let found = sign_state
            .load(SignedKind::Checkpoint, ORIGIN)
            .await
            .unwrap();
        let found = found.map_or(0, |signed| signed.size);
        assert!(
            found >= last_signed && found <= size,
            "{last_signed} {found} {size}"
        );
    }
}
