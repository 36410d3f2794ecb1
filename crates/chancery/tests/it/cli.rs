//! The commands as people and scripts use them: on a node at rest and beside a running one, with their exit codes, and
//! with a line that is cut.

use std::{
    path::{Path, PathBuf},
    process::Output,
};

use age::secrecy::ExposeSecret as _;
use serde_json::Value;
use testkit::samples;

use crate::process::{Process, chancery, found};

const TRACK: &str = "cyber";

fn exit(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn file(dir: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn path(dir: &Path, name: &str) -> String {
    dir.join(name).to_str().unwrap().to_owned()
}

/// Passes indicators of a batch and gives the report.
fn pass(node: &Process, dir: &Path, batch: &str, count: usize) -> Value {
    let items = file(dir, batch, samples::indicators(batch, 0..count));
    json(&node.done(&["--json", "pass", "--track", TRACK, &items]))
}

/// Size of a party's log, as a node shows it, and how far somebody has receipted it.
fn log_of(node: &Process, party: &str) -> (u64, u64) {
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

/// Alpha passes while the line is cut; a file goes to beta, and one comes back with the receipts.
#[test]
fn a_cut_line_is_bridged_by_files() {
    let dir = tempfile::tempdir().unwrap();
    let [alpha, beta] = found(dir.path(), TRACK, 0);
    pass(&alpha, dir.path(), "one", 300);
    let (key, other) = (
        age::x25519::Identity::generate(),
        age::x25519::Identity::generate(),
    );
    let identity = file(dir.path(), "identity", key.to_string().expose_secret());
    let wrong = file(dir.path(), "wrong", other.to_string().expose_secret());
    let recipient = key.to_public().to_string();
    let bundle = path(dir.path(), "carry");
    alpha.done(&[
        "export",
        "--dialogue",
        "Alpha-Beta",
        "--to",
        "beta",
        "--age",
        &recipient,
        "--out",
        &bundle,
    ]);

    let sealed = std::fs::read(&bundle).unwrap();
    assert!(
        !sealed.windows(9).any(|window| window == b"indicator"),
        "it is encrypted"
    );
    for (arguments, words) in [
        (&["import", &bundle][..], "--identity"),
        (&["import", &bundle, "--identity", &wrong], "somebody else"),
    ] {
        let output = beta.command(arguments);
        assert_eq!(exit(&output), 1, "{output:?}");
        assert!(stderr(&output).contains(words), "{output:?}");
    }
    let half = file(dir.path(), "half", &sealed[..sealed.len() / 2]);
    let output = beta.command(&["import", &half, "--identity", &identity]);
    assert!(stderr(&output).contains("cut short"), "{output:?}");
    assert_eq!(log_of(&beta, "alpha"), (0, 0), "nothing of it was taken");

    beta.done(&["import", &bundle, "--identity", &identity]);
    assert_eq!(log_of(&beta, "alpha"), (301, 301));
    let own = log_of(&beta, "beta");
    // The same file again changes nothing.
    beta.done(&["import", &bundle, "--identity", &identity]);
    assert_eq!(
        (log_of(&beta, "alpha"), log_of(&beta, "beta")),
        ((301, 301), own)
    );

    let back = path(dir.path(), "back");
    beta.done(&[
        "export",
        "--dialogue",
        "Alpha-Beta",
        "--to",
        "alpha",
        "--out",
        &back,
    ]);
    assert_eq!(log_of(&alpha, "alpha"), (301, 0));
    alpha.done(&["import", &back]);
    assert_eq!(log_of(&alpha, "alpha").1, 301, "the receipt came back");
    assert_eq!(log_of(&alpha, "beta").0, own.0);
    for node in [&alpha, &beta] {
        node.done(&["fsck"]);
    }
}

#[test]
fn a_bundle_that_is_cut_or_altered_is_refused_with_its_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let [alpha, beta] = found(dir.path(), TRACK, 0);
    pass(&alpha, dir.path(), "one", 300);
    let bundle = path(dir.path(), "carry");
    alpha.done(&[
        "export",
        "--dialogue",
        "Alpha-Beta",
        "--to",
        "beta",
        "--out",
        &bundle,
    ]);
    let whole = std::fs::read(&bundle).unwrap();
    let mut altered = whole.clone();
    let index = whole
        .windows(9)
        .position(|window| window == b"package/\x30".as_slice() || window.starts_with(b"package/"));
    let at = index.unwrap() + 600;
    altered[at] ^= 1;
    for (name, bytes, words) in [
        ("half", &whole[..whole.len() / 2], "cut short"),
        (
            "in the middle of its index",
            &whole[..whole.len() - 2_000],
            "cut short",
        ),
        (
            "nothing",
            &[][..],
            "no bundle of a record, as `chancery export` writes it, but empty",
        ),
        ("another file", b"hello".as_slice(), "but something else"),
        (
            "STIX",
            br#"{"type":"bundle"}"#,
            "`chancery pass` takes STIX",
        ),
        ("altered", &altered[..], "is not what its index says"),
    ] {
        let file = file(dir.path(), "bad", bytes);
        let output = beta.command(&["import", &file]);
        assert_eq!(exit(&output), 4, "{name}: {output:?}");
        assert!(stderr(&output).contains(words), "{name}: {output:?}");
        assert_eq!(
            log_of(&beta, "alpha"),
            (0, 0),
            "{name}: nothing of it was taken"
        );
    }
    beta.done(&["import", &bundle]);
    assert_eq!(log_of(&beta, "alpha"), (301, 301));
}

#[test]
fn a_proof_is_checked_without_a_node() {
    let dir = tempfile::tempdir().unwrap();
    let [alpha, beta] = found(dir.path(), TRACK, 0);
    // Two receipts, with a window between them.
    for batch in ["one", "two"] {
        pass(&alpha, dir.path(), batch, 3);
        let [there, back] =
            ["there", "back"].map(|way| path(dir.path(), &format!("{batch} {way}")));
        alpha.done(&[
            "export",
            "--dialogue",
            "Alpha-Beta",
            "--to",
            "beta",
            "--out",
            &there,
        ]);
        beta.done(&["import", &there]);
        beta.done(&[
            "export",
            "--dialogue",
            "Alpha-Beta",
            "--to",
            "alpha",
            "--out",
            &back,
        ]);
        alpha.done(&["import", &back]);
    }
    let [proof, policy] = ["item.tlog-proof", "policy"].map(|name| path(dir.path(), name));
    alpha.done(&[
        "prove",
        "cyber/alpha/2",
        "--out",
        &proof,
        "--policy",
        &policy,
    ]);
    let verify = |proof: &str| {
        let mut command = chancery();
        command
            .current_dir(dir.path())
            .args(["verify", proof, "--policy", &policy]);
        command.output().unwrap()
    };
    let output = verify(&proof);
    assert_eq!(exit(&output), 0, "{output:?}");
    let text = std::fs::read_to_string(&proof).unwrap();
    // What is there already stays, unless it is the same or may be written over.
    let prove = |item: &str, more: &[&str]| {
        let words = ["prove", item, "--out", &proof, "--policy", &policy];
        alpha.command(&[&words[..], more].concat())
    };
    let refused = prove("cyber/alpha/3", &[]);
    assert_eq!(exit(&refused), 4, "{refused:?}");
    assert!(stderr(&refused).contains("--force"), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&proof).unwrap(), text);
    for (item, more) in [
        ("cyber/alpha/2", &[][..]),
        ("cyber/alpha/3", &["--force"]),
        ("cyber/alpha/2", &["--force"]),
    ] {
        let written = prove(item, more);
        assert_eq!(exit(&written), 0, "{item} {more:?}: {written:?}");
    }
    let forged = file(dir.path(), "forged", text.replacen("index 2", "index 1", 1));
    assert_eq!(exit(&verify(&forged)), 3);
    let cut = file(dir.path(), "cut", &text[..text.len() / 2]);
    assert_ne!(exit(&verify(&cut)), 0);

    let absence = path(dir.path(), "absence.json");
    alpha.done(&[
        "prove-absence",
        "--track",
        TRACK,
        "--party",
        "alpha",
        "--class",
        "inquiry",
        "--out",
        &absence,
    ]);
    assert_eq!(exit(&verify(&absence)), 0);
    let output = alpha.command(&[
        "prove-absence",
        "--track",
        TRACK,
        "--party",
        "alpha",
        "--class",
        "information",
        "--out",
        &path(dir.path(), "wrong.json"),
    ]);
    assert_eq!(exit(&output), 4, "there is information: {output:?}");
}

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
