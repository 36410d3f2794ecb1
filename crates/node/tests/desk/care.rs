//! Checking, backing up and restoring.

use http::Method;
use node::{
    Machine, Node, OpenError,
    backup::{RestoreError, restore},
    home::Home,
};
use serde_json::{Value, json};

use crate::world::{Desk, Pair, TestClock, indicator, question};

#[tokio::test]
async fn a_sound_record_is_clean() {
    let pair = Pair::new().await;
    pair.alpha.post("/inquiries", question()).await;
    pair.exchange().await;
    pair.alpha
        .post(
            "/tracks",
            json!({ "name": "own", "access": "closed", "window_items": 0, "window_days": 0 }),
        )
        .await;
    for desk in [&pair.alpha, &pair.beta] {
        let result = desk.post("/fsck", Value::Null).await;
        assert_eq!(result["clean"], true, "{result}");
    }
    assert_eq!(
        pair.alpha.post("/fsck", Value::Null).await["logs"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
}

#[tokio::test]
async fn the_doctor_names_what_is_wrong_and_what_to_do() {
    let pair = Pair::new().await;
    let faults = async |desk: &Desk| -> Vec<String> {
        let findings = desk.get("/doctor").await;
        let findings = findings.as_array().unwrap().clone();
        let faults = findings
            .into_iter()
            .filter(|finding| finding["level"] == "fault");
        faults
            .map(|finding| finding["subject"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(faults(&pair.alpha).await, [""; 0]);

    let key = pair.alpha.home.keys().join("party.ed25519.key");
    for (path, mode) in [(pair.alpha.home.dir(), 0o755), (&key, 0o644)] {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    pair.clock.forward(jiff::SignedDuration::from_hours(-1));
    assert_eq!(faults(&pair.alpha).await, ["keys", "files", "clock"]);
}

#[tokio::test]
async fn a_restored_node_closes_its_logs_and_goes_on_in_successors() {
    let clock = TestClock::new();
    let desk = Desk::new("alpha", &clock).await;
    for name in ["one", "two"] {
        desk.post(
            "/tracks",
            json!({ "name": name, "access": "closed", "window_items": 0, "window_days": 0 }),
        )
        .await;
    }
    desk.post("/pass?track=one", indicator(1, "one")).await;
    let (status, backup) = desk.send(Method::POST, "/backup", vec![]).await;
    assert_eq!(status, 200);
    let left = std::fs::read_dir(desk.home.dir())
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let parts: Vec<_> = left
        .filter(|name| name.to_string_lossy().ends_with(".part"))
        .collect();
    assert!(parts.is_empty(), "{parts:?}");

    let dir = tempfile::tempdir().unwrap();
    let home = Home::create(dir.path()).unwrap();
    restore(&home, &backup).unwrap();
    let stems = home.key_stems().unwrap();
    assert!(
        !stems.iter().any(|stem| stem.starts_with("log.")),
        "{stems:?}"
    );

    let machine = Machine {
        clock: std::sync::Arc::new(clock.clone()),
        ..Machine::default()
    };
    let node = Node::open_on(home, desk.node.settings().clone(), machine)
        .await
        .unwrap();
    let restored = node.directory();
    let states: Vec<bool> = restored.logs().map(|log| log.closed.is_some()).collect();
    assert_eq!(
        states.iter().filter(|closed| **closed).count(),
        2,
        "both are closed"
    );
    assert_eq!(states.len(), 4, "and each has a successor");
}

#[tokio::test]
async fn what_is_no_whole_backup_restores_nothing() {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    let (_, backup) = desk.send(Method::POST, "/backup", vec![]).await;
    let attempt = |bytes: &[u8]| {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::create(dir.path()).unwrap();
        let error = restore(&home, bytes).unwrap_err();
        assert!(
            matches!(home.existing(), Err(node::home::HomeError::Missing(_))),
            "no node was made"
        );
        error
    };
    assert!(matches!(attempt(b"no tar"), RestoreError::NotABackup));
    // Cut at every block of its beginning, and at some of the rest.
    for blocks in (1..40).chain((40..backup.len() / 512 - 3).step_by(37)) {
        let error = attempt(&backup[..blocks * 512]);
        assert!(
            matches!(
                error,
                RestoreError::Missing(_) | RestoreError::Damaged(_) | RestoreError::NotABackup
            ),
            "{blocks}: {error}"
        );
    }
    let mut foreign = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(1);
    foreign
        .append_data(
            &mut header,
            "keys/log.0123456789abcdef.ed25519.key",
            &b"x"[..],
        )
        .unwrap();
    assert!(
        matches!(attempt(&foreign.into_inner().unwrap()), RestoreError::Unexpected(name) if name.starts_with("keys/log."))
    );

    let missing = Node::open(
        Home::at(desk.home.dir().join("none")),
        desk.node.settings().clone(),
    )
    .await;
    assert!(matches!(missing, Err(OpenError::Home(_))));
}
