//! A node from a backup: looked at, and then at work again in successors of its logs.

use std::path::PathBuf;

use serde_json::Value;
use testkit::samples;

use crate::{
    cli::{TRACK, pass},
    process::{chancery, found},
    told::{exit, file, json, path, stdout},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_node_closes_its_logs_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let [alpha, mut beta] = found(dir.path(), TRACK, 0);
    beta.serve().await;
    pass(&alpha, dir.path(), "before", 3);
    alpha.done(&["sync"]);
    let backup: PathBuf = dir.path().join("backup");
    alpha.done(&["backup", "--out", backup.to_str().unwrap()]);
    pass(&alpha, dir.path(), "after", 3);

    let home = path(dir.path(), "restored");
    let run = |arguments: &[&str]| {
        let output = chancery()
            .args(["--home", &home])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        output
    };
    run(&["restore", backup.to_str().unwrap()]);
    // Whoever only looks closes and opens nothing.
    let mine = || {
        let status = json(&run(&["--json", "status"]));
        let logs = status["tracks"][0]["logs"].as_array().unwrap();
        let mine = logs.iter().filter(|log| log["mine"] == true).cloned();
        mine.collect::<Vec<_>>()
    };
    for looks in [
        &["show", "cyber/alpha/1"][..],
        &["track", "list"],
        &["dialogue", "show"],
        &["collection", "list"],
        &["card"],
        &["audit"],
        &["outbox"],
        &["feed", "list"],
        &["fsck"],
    ] {
        run(looks);
        let states: Vec<Value> = mine().iter().map(|log| log["state"].clone()).collect();
        assert_eq!(states, ["restored"], "{looks:?}");
    }
    let doctor = stdout(&run(&["doctor"]));
    assert!(
        doctor.contains("the keys of this log are not here"),
        "{doctor}"
    );
    let before = json(&run(&["--json", "show", "cyber/alpha/1"]));
    let again = chancery()
        .args(["--home", &home, "restore", backup.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(exit(&again), 4, "never over a node: {again:?}");
    let items = file(dir.path(), "new", samples::indicators("new", 0..3));
    let report = json(&run(&["--json", "pass", "--track", TRACK, &items]));
    assert_eq!(report["passed"], 3);
    let status = json(&run(&["--json", "status"]));
    let logs = status["tracks"][0]["logs"].as_array().unwrap();
    let mine: Vec<_> = logs.iter().filter(|log| log["mine"] == true).collect();
    assert_eq!(mine.len(), 2, "{status:#}");
    assert_eq!(
        (&mine[0]["state"], &mine[1]["state"]),
        (&"closed".into(), &"open".into())
    );
    assert_eq!(status["alarms"][0]["kind"], "restored");
    // What an item was called goes on naming it; those of the successor are called otherwise.
    let after = json(&run(&["--json", "show", "cyber/alpha/1"]));
    for field in ["item", "origin", "content"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    let new = json(&run(&["--json", "show", "cyber/alpha~2/2"]));
    assert_eq!(
        (&new["item"], &new["origin"]),
        (&"cyber/alpha~2/2".into(), &mine[1]["origin"])
    );
}
