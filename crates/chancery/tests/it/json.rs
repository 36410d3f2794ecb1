//! With `--json`, whatever succeeds prints one JSON document and nothing else, whichever command it is.

use serde_json::Value;
use testkit::samples;

use crate::{
    cli::TRACK,
    process::{Process, chancery, found},
    told::{file, path},
};

/// Runs a command with `--json`, and expects that code and one document.
fn document(node: &Process, words: &[&str], code: i32) -> Value {
    let output = node.command(&[&["--json"], words].concat());
    assert_eq!(output.status.code(), Some(code), "{words:?}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{words:?}: {error}: {text:?}"))
}

#[test]
fn commands_on_a_node() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let [alpha, beta] = found(dir, TRACK, 0);
    let objects = file(dir, "objects", samples::indicators("x", 0..3));
    let more = file(dir, "more", samples::indicators("y", 0..3));
    let password = file(dir, "password", "correct horse battery staple");
    let secret = path(dir, "backup");
    for words in [
        &["card"][..],
        &["dialogue", "show"],
        &["track", "list"],
        &["track", "create", "own"],
        &["collection", "create", "list"],
        &["collection", "list"],
        &["collection", "show", "list"],
        &["collection", "set", "list", "--title", "The list"],
        &["collection", "root"],
        &[
            "user",
            "create",
            "u",
            "--role",
            "analyst",
            "--password-file",
            &password,
        ],
        &["user", "list"],
        &["user", "show", "u"],
        &["user", "set", "u", "--role", "reader"],
        &["user", "password", "u", "--password-file", &password],
        &["collection", "grant", "list", "--user", "u", "--read"],
        &["token", "create", "--user", "u", "--name", "t"],
        &["token", "list"],
        &["token", "revoke", "1"],
        &["collection", "revoke", "list", "--user", "u"],
        &["user", "disable", "u"],
        &["user", "delete", "u"],
        &["audit"],
        &[
            "feed",
            "add",
            "f",
            "--server",
            "https://taxii.example/",
            "--collection",
            "c",
            "--into",
            "list",
        ],
        &["feed", "list"],
        &["feed", "show", "f"],
        &["feed", "pause", "f"],
        &["feed", "resume", "f"],
        &["feed", "reset", "f"],
        &["feed", "remove", "f"],
        &["outbox"],
        &["pass", "--track", TRACK, &objects],
        &["inquire", "--track", TRACK, "--to", "beta", "Is it yours?"],
        &["show", "cyber/alpha/4"],
        &["status"],
        &["fsck"],
        &["config", "show"],
        &["config", "example"],
        &["backup", "--out", &secret],
        &["key", "rotate", "--track", "own"],
    ] {
        document(&alpha, words, 0);
    }
    let carried = |from: &Process, to: &Process, whom: &str, name: &str| {
        let bundle = path(dir, name);
        let export = ["export", "--dialogue", "Alpha-Beta", "--to", whom, "--out"];
        document(from, &[&export[..], &[&bundle]].concat(), 0);
        document(to, &["import", &bundle], 0);
    };
    carried(&alpha, &beta, "beta", "there");
    for words in [
        &["acknowledge", "cyber/alpha/4"][..],
        &["open", "cyber/alpha/4", "--person", "A. Lind"],
        &["answer", "cyber/alpha/4", "It is."],
    ] {
        document(&beta, words, 0);
    }
    carried(&beta, &alpha, "alpha", "back");
    // A second receipt, for a window between the two.
    alpha.done(&["pass", "--track", TRACK, &more]);
    carried(&alpha, &beta, "beta", "there again");
    carried(&beta, &alpha, "alpha", "back again");
    let [proof, absence, checkpoint, policy] =
        ["proof", "absence", "checkpoint", "policy"].map(|name| path(dir, name));
    let log = ["--track", TRACK, "--party", "alpha"];
    let item = [
        "prove",
        "cyber/alpha/4",
        "--out",
        &proof,
        "--policy",
        &policy,
    ];
    let written = document(&alpha, &item, 0);
    assert_eq!(written["policy"], policy);
    document(
        &alpha,
        &[
            &["prove-absence"],
            &log[..],
            &["--class", "notice", "--out", &absence],
        ]
        .concat(),
        0,
    );
    document(
        &alpha,
        &[&["checkpoint"], &log[..], &["--out", &checkpoint]].concat(),
        0,
    );
    document(&alpha, &["verify", &proof, "--policy", &policy], 0);
    document(&alpha, &["verify", &path(dir, "there")], 6);
    // The other side does not run.
    document(&alpha, &["sync"], 5);
}

#[test]
fn commands_without_a_node() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let alpha = Process::init(dir, "alpha");
    let object = file(dir, "object", samples::indicator("x", 0));
    let (secret, restored, man) = (path(dir, "backup"), path(dir, "restored"), path(dir, "man"));
    alpha.done(&["backup", "--out", &secret]);
    let pattern = "[ipv4-addr:value = '198.51.100.1']";
    for words in [
        &["--home", &restored, "restore", &secret][..],
        &[
            "--home",
            &path(dir, "new"),
            "init",
            "--host",
            "a.example",
            "--name",
            "A",
        ],
        &["generate", "man", &man],
        &["generate", "completions", "bash"],
        &["validate", &object],
        &["validate", "--list-rules"],
        &["match", pattern, &object],
    ] {
        let output = chancery().arg("--json").args(words).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let read = serde_json::from_str::<Value>(&text);
        assert!(read.is_ok(), "{words:?}: {read:?}: {text:?}");
    }
}
