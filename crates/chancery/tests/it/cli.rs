//! The commands as people and scripts use them: on a node at rest and beside a running one, with their exit codes.

use std::path::Path;

use serde_json::Value;
use testkit::samples;

use crate::{
    process::{Process, chancery, found},
    told::{exit, file, json, path, stderr, stdout},
};

/// The track of the dialogue that the tests found.
pub(crate) const TRACK: &str = "cyber";

/// Passes indicators of a batch and gives the report.
pub(crate) fn pass(node: &Process, dir: &Path, batch: &str, count: usize) -> Value {
    let items = file(dir, batch, samples::indicators(batch, 0..count));
    json(&node.done(&["--json", "pass", "--track", TRACK, &items]))
}

/// Size of a party's log, as a node shows it, and how far somebody has receipted it.
pub(crate) fn log_of(node: &Process, party: &str) -> (u64, u64) {
    let status = json(&node.done(&["--json", "status"]));
    let logs = status["tracks"][0]["logs"].as_array().unwrap();
    let host = format!("{party}.example");
    let log = logs
        .iter()
        .find(|log| log["party"] == host.as_str())
        .unwrap();
    let receipts = log["receipts"].as_array().unwrap();
    let receipted = receipts.iter().filter_map(|it| it["size"].as_u64()).max();
    (log["size"].as_u64().unwrap(), receipted.unwrap_or(0))
}

/// The commands that a help page lists.
fn commands(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    list.take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_has_help_with_an_example() {
    let help = |words: &[&str]| {
        let output = chancery().args(words).arg("--help").output().unwrap();
        assert!(output.status.success(), "{words:?}");
        stdout(&output)
    };
    let all = commands(&help(&[]));
    assert!(all.len() > 20, "{all:?}");
    for command in &all {
        let page = help(&[command]);
        let below = commands(&page);
        assert!(!below.is_empty() || page.contains("Example"), "{command}");
        for subcommand in &below {
            assert!(
                help(&[command, subcommand]).contains("Example"),
                "{command} {subcommand}"
            );
        }
    }
}

#[test]
fn an_init_that_failed_is_in_nobodys_way() {
    let dir = tempfile::tempdir().unwrap();
    let home = path(dir.path(), "home");
    let init = |name: &str| {
        let host = ["--host", "alpha.example", "--name", name];
        let mut command = chancery();
        command.args(["--home", &home, "init"]).args(host);
        command.output().unwrap()
    };
    let output = init("");
    assert_eq!(exit(&output), 1, "{output:?}");
    assert!(stderr(&output).contains("name of 0 bytes"), "{output:?}");
    assert_eq!(stderr(&output).matches("name of 0 bytes").count(), 1);
    assert!(!Path::new(&home).exists(), "no keys are left");
    assert_eq!(exit(&init("Alpha")), 0);
    // One that broke off before it could remove them.
    std::fs::remove_file(Path::new(&home).join("node.toml")).unwrap();
    let output = init("Alpha");
    assert!(
        stderr(&output).contains("holds keys but no node"),
        "{output:?}"
    );
    assert!(
        Path::new(&home).join("keys").exists(),
        "keys are never removed"
    );
}

#[test]
fn exit_codes_mean_what_the_help_says() {
    let dir = tempfile::tempdir().unwrap();
    let [alpha, _beta] = found(dir.path(), TRACK, 0);
    // 1: it failed.
    let nowhere = path(dir.path(), "nowhere");
    let output = chancery()
        .args(["--home", &nowhere, "status"])
        .output()
        .unwrap();
    assert_eq!(exit(&output), 1);
    assert!(stderr(&output).contains("holds no node"), "{output:?}");
    let output = alpha.command(&["pass", "--track", TRACK, &nowhere]);
    assert_eq!(exit(&output), 1, "{output:?}");
    let output = alpha.command(&[
        "init",
        "--host",
        "a.example",
        "--name",
        "A",
        "--public-url",
        "https://127.0.0.1:1",
    ]);
    assert_eq!(
        exit(&output),
        4,
        "a node is never made over another: {output:?}"
    );
    // 2: wrong usage.
    for wrong in [
        &["passs"][..],
        &["pass"],
        &["answer", "cyber/alpha/1", "--outcome", "declined"],
        &["collection", "grant", "x", "--user", "u"],
    ] {
        assert_eq!(exit(&alpha.command(wrong)), 2, "{wrong:?}");
    }
    // 3: not proved or found faulty.
    let bad = file(
        dir.path(),
        "bad.json",
        r#"[{"type":"indicator","id":"not an id"}]"#,
    );
    let output = alpha.command(&["pass", "--track", TRACK, &bad]);
    assert_eq!(exit(&output), 3, "{output:?}");
    let garbage = file(dir.path(), "garbage", "no proof");
    let policy = file(dir.path(), "policy", "quorum none\n");
    let output = alpha.command(&["verify", &garbage, "--policy", &policy]);
    assert_ne!(exit(&output), 0, "{output:?}");
    // 6: it holds together, and nothing says whose it is; one fingerprint does.
    let card = file(dir.path(), "alpha.card", alpha.done(&["card"]).stdout);
    let output = alpha.command(&["verify", &card]);
    assert_eq!(exit(&output), 6, "{output:?}");
    assert!(stderr(&output).contains("whose keys these are was not checked"));
    let whole = path(dir.path(), "whole");
    alpha.done(&[
        "export",
        "--dialogue",
        "Alpha-Beta",
        "--whole",
        "--out",
        &whole,
    ]);
    assert_eq!(exit(&alpha.command(&["verify", &whole])), 6);
    let shown = json(&alpha.done(&["--json", "card", &card]));
    let fingerprint = shown["fingerprint"].as_str().unwrap();
    for file in [&card, &whole] {
        alpha.done(&["verify", file, "--fingerprint", fingerprint]);
    }
    let other = "00000-00000-00000-00000-00000";
    let output = alpha.command(&["verify", &card, "--fingerprint", other]);
    assert_eq!(exit(&output), 3, "{output:?}");
    // 4: refused, nothing was changed.
    let good = file(dir.path(), "good.json", samples::indicator("good", 0));
    let output = alpha.command(&["pass", "--track", "unknown", &good]);
    assert_eq!(exit(&output), 4);
    assert!(
        stderr(&output).contains("the tracks are: Alpha-Beta/cyber"),
        "{output:?}"
    );
    let output = alpha.command(&["answer", "cyber/beta/99", "It is ours."]);
    assert_eq!(exit(&output), 4, "{output:?}");
    // 5: nobody there.
    let output = alpha.command(&["--url", "http://127.0.0.1:1", "--token", "none", "status"]);
    assert_eq!(exit(&output), 5, "{output:?}");
    // With --json a program reads the same.
    let output = alpha.command(&["--json", "pass", "--track", "unknown", &good]);
    let told: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!((exit(&output), &told["exit"]), (4, &Value::from(4)));
    assert!(told["error"].as_str().unwrap().contains("unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_commands_at_rest_and_beside_a_running_node() {
    let dir = tempfile::tempdir().unwrap();
    let [mut alpha, _beta] = found(dir.path(), TRACK, 0);
    for running in [false, true] {
        if running {
            alpha.serve().await;
        }
        let batch = format!("running {running}");
        let report = pass(&alpha, dir.path(), &batch, 300);
        assert_eq!(
            (&report["passed"], &report["refused"]),
            (&300.into(), &0.into())
        );
        let again = pass(&alpha, dir.path(), &batch, 300);
        assert_eq!(
            (&again["passed"], &again["already_held"]),
            (&0.into(), &300.into())
        );
        let asked = alpha.done(&[
            "--json",
            "inquire",
            "--track",
            TRACK,
            "--to",
            "beta",
            "--due",
            "72h",
            "Is it yours?",
        ]);
        let item = json(&asked)["item"].as_str().unwrap().to_owned();
        let shown = json(&alpha.done(&["--json", "show", &item]));
        assert_eq!(shown["state"], "whole");
        assert!(stdout(&alpha.done(&["status"])).contains("Is it yours?"));
        assert_eq!(json(&alpha.done(&["--json", "fsck"]))["clean"], true);
        for command in [
            &["card"][..],
            &["track", "list"],
            &["dialogue", "show"],
            &["sync"],
        ] {
            let mut with_json = vec!["--json"];
            with_json.extend(command);
            let output = alpha.command(&with_json);
            // The other side does not run, and `sync` says so by its code too.
            assert_eq!(exit(&output) != 0, command == ["sync"], "{output:?}");
            json(&output);
            assert_eq!(exit(&alpha.command(command)), exit(&output), "{command:?}");
        }
    }
    assert_eq!(log_of(&alpha, "alpha"), (603, 0));
}
