//! Users, tokens, collections and the trail, as operators use them: by command, on a node at rest and beside a running
//! one, and what it means for whoever asks over the web.

use std::{
    io::Write as _,
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{
    process::{Process, chancery, until},
    told::{exit, json, stderr, stdout},
};

const PASSWORD: &str = "correct horse battery";

/// A node with a web listener, and its URL.
fn node(dir: &Path) -> (Process, String) {
    let node = Process::init(dir, "alpha");
    let url = node.listen_on_the_web();
    (node, url)
}

/// Makes a user with the password.
fn user(node: &Process, dir: &Path, name: &str, role: &str) {
    let file = dir.join("password");
    std::fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let file = file.to_str().unwrap();
    node.done(&[
        "user",
        "create",
        name,
        "--role",
        role,
        "--password-file",
        file,
    ]);
}

/// The status of a request for the collections.
async fn asked(url: &str, name: &str, password: &str) -> u16 {
    let request = reqwest::Client::new().get(format!("{url}/api/v1/collections"));
    let answer = request
        .basic_auth(name, Some(password))
        .send()
        .await
        .unwrap();
    answer.status().as_u16()
}

/// Runs a command over the web.
fn remote(url: &str, token: &str, arguments: &[&str]) -> Output {
    let mut command = chancery();
    command
        .args(["--url", url, "--token", token])
        .args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_logs_in_until_disabled() {
    let dir = tempfile::tempdir().unwrap();
    let (mut node, url) = node(dir.path());
    user(&node, dir.path(), "al", "reader");
    node.serve().await;
    // Beside a running node, and from standard input.
    let mut command = node.start_command(&[
        "user",
        "create",
        "bo",
        "--role",
        "reader",
        "--password-stdin",
    ]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"another horse battery\r\n").unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());

    assert_eq!(asked(&url, "al", PASSWORD).await, 200);
    assert_eq!(asked(&url, "bo", "another horse battery").await, 200);
    assert_eq!(asked(&url, "al", "another horse battery").await, 401);
    assert_eq!(asked(&url, "nobody", PASSWORD).await, 401);
    node.done(&["user", "disable", "al"]);
    assert_eq!(asked(&url, "al", PASSWORD).await, 401, "at once");
    node.done(&["user", "set", "al", "--enable", "--role", "analyst"]);
    assert_eq!(asked(&url, "al", PASSWORD).await, 200);
    node.done(&["user", "delete", "bo"]);
    assert_eq!(
        asked(&url, "bo", "another horse battery").await,
        401,
        "at once"
    );
    let shown = json(&node.done(&["--json", "user", "show", "al"]));
    assert_eq!(
        (&shown["role"], &shown["disabled"]),
        (&"analyst".into(), &Value::Null)
    );
    let listed = stdout(&node.done(&["user", "list"]));
    assert!(
        listed.contains("al ") && !listed.contains("bo "),
        "{listed}"
    );

    let trail = stdout(&node.done(&["audit"]));
    for words in [
        "directory  user.create  al: reader: done",
        "directory  user.change  al: disabled: done",
        "al (127.0.0.1)  login  password: refused: the user is disabled",
        "directory  user.delete  bo: done",
    ] {
        assert!(trail.contains(words), "{words}: {trail}");
    }
    assert!(!trail.contains("horse"), "{trail}");
}

#[test]
fn what_makes_no_user_says_why_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (node, _) = node(dir.path());
    user(&node, dir.path(), "al", "operator");
    let short = dir.path().join("short");
    std::fs::write(&short, "short").unwrap();
    let lines = dir.path().join("lines");
    std::fs::write(&lines, "one line of it\nand another").unwrap();
    let (short, lines) = (short.to_str().unwrap(), lines.to_str().unwrap());
    for (arguments, code, words) in [
        (
            &["user", "create", "bo", "--role", "reader"][..],
            2,
            "--password-file",
        ),
        (
            &["user", "create", "bo", "--role", "admin"],
            2,
            "possible values",
        ),
        (&["user", "create", "bo"], 2, "--role"),
        (
            &[
                "user",
                "create",
                "bo",
                "--role",
                "reader",
                "--password-file",
                short,
            ],
            4,
            "at least 12",
        ),
        (
            &[
                "user",
                "create",
                "bo",
                "--role",
                "reader",
                "--password-file",
                lines,
            ],
            1,
            "more than one line",
        ),
        (
            &["user", "create", "Bo", "--role", "reader", "--no-password"],
            4,
            "lower-case",
        ),
        (
            &["user", "create", "al", "--role", "reader", "--no-password"],
            4,
            "already",
        ),
        (
            &[
                "user",
                "create",
                "bo",
                "--role",
                "reader",
                "--no-password",
                "--certificate",
                short,
            ],
            1,
            "no certificate",
        ),
        (&["user", "show", "bo"], 4, "no user `bo`"),
        (&["user", "set", "al"], 4, "nothing was said"),
        (
            &["user", "set", "al", "--role", "officer"],
            4,
            "last operator",
        ),
        (&["user", "disable", "al"], 4, "last operator"),
        (&["user", "delete", "al"], 4, "last operator"),
        (
            &["token", "create", "--user", "bo", "--name", "Tool"],
            4,
            "no user `bo`",
        ),
        (&["token", "revoke", "7"], 4, "no token 7"),
        (
            &["collection", "grant", "iocs", "--user", "al", "--read"],
            4,
            "no collection `iocs`",
        ),
        (
            &["collection", "grant", "iocs", "--user", "al"],
            2,
            "--read",
        ),
        (
            &["collection", "show", "iocs"],
            4,
            "the collections are: none yet",
        ),
        (&["collection", "create", "No Name"], 4, "lower-case"),
        (
            &["collection", "create", "iocs", "--judgement", "reject"],
            2,
            "possible values",
        ),
    ] {
        let output = node.command(arguments);
        assert_eq!(exit(&output), code, "{arguments:?}: {output:?}");
        assert!(stderr(&output).contains(words), "{arguments:?}: {output:?}");
    }
    assert_eq!(
        json(&node.done(&["--json", "user", "list"]))
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let trail = stdout(&node.done(&["audit"]));
    assert_eq!(trail.matches(": done").count(), 1, "{trail}");
    assert!(
        trail.contains("directory  administer  DELETE /api/v1/users/al: refused: 409"),
        "{trail}"
    );
    node.done(&["user", "delete", "al", "--last-operator"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_do_what_they_are_for_until_they_end() {
    let dir = tempfile::tempdir().unwrap();
    let (mut node, url) = node(dir.path());
    node.done(&[
        "user",
        "create",
        "op",
        "--role",
        "operator",
        "--no-password",
    ]);
    for name in ["one", "two"] {
        node.done(&["collection", "create", name]);
    }
    node.done(&[
        "collection",
        "grant",
        "*",
        "--user",
        "op",
        "--read",
        "--write",
    ]);
    node.serve().await;
    let token = |more: &[&str]| {
        let mut arguments = vec!["token", "create", "--user", "op", "--name", "Tool"];
        arguments.extend(more);
        let output = node.done(&arguments);
        // Alone on its line, so that a script can take it.
        let secret = stdout(&output).trim_end().to_owned();
        assert!(
            secret.starts_with("chy_") && secret.len() == 47,
            "{output:?}"
        );
        assert!(!stderr(&output).contains(&secret), "once");
        secret
    };
    let whole = token(&[]);
    let list = ["--json", "collection", "list"];
    let output = remote(&url, &whole, &list);
    assert_eq!(json(&output).as_array().unwrap().len(), 2, "{output:?}");
    assert_eq!(
        exit(&remote(&url, &whole, &["collection", "create", "three"])),
        0
    );

    let reading = token(&["--read-only"]);
    let output = remote(&url, &reading, &["collection", "create", "four"]);
    assert_eq!(exit(&output), 4, "{output:?}");
    assert!(
        stderr(&output).contains("is for reading only"),
        "{output:?}"
    );
    assert_eq!(exit(&remote(&url, &reading, &["audit"])), 0);

    let scoped = token(&["--collection", "one"]);
    let seen = json(&remote(&url, &scoped, &list));
    assert_eq!(
        (seen.as_array().unwrap().len(), &seen[0]["alias"]),
        (1, &"one".into())
    );
    let output = remote(&url, &scoped, &["user", "list"]);
    assert!(
        stderr(&output).contains("certain collections only"),
        "{output:?}"
    );
    let object = dir.path().join("object.json");
    std::fs::write(&object, testkit::samples::indicator("scope", 0)).unwrap();
    let object = object.to_str().unwrap();
    assert_eq!(
        exit(&remote(&url, &scoped, &["pass", "--track", "one", object])),
        0
    );
    let output = remote(&url, &scoped, &["pass", "--track", "two", object]);
    assert_eq!(exit(&output), 4, "{output:?}");
    assert!(
        stderr(&output).contains("may not write local/two") || stderr(&output).contains("no track"),
        "{output:?}"
    );

    // Revoked on the running node: gone with the next request.
    let output = remote(&url, &whole, &["token", "revoke", "1"]);
    assert_eq!(exit(&output), 0, "{output:?}");
    let output = remote(&url, &whole, &list);
    assert_eq!(exit(&output), 4, "{output:?}");
    assert!(stderr(&output).contains("no longer valid"), "{output:?}");

    let brief = token(&["--expires", "2s"]);
    until("it is expired", Duration::from_secs(20), || {
        exit(&remote(&url, &brief, &list)) == 4
    });
    let shown = json(&node.done(&["--json", "token", "list"]));
    let states: Vec<_> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|each| &each["state"])
        .collect();
    assert_eq!(states, ["revoked", "valid", "valid", "expired"]);
    for secret in [whole, reading, scoped, brief] {
        assert!(!shown.to_string().contains(&secret));
    }
}

#[test]
fn a_collection_is_one_command() {
    let dir = tempfile::tempdir().unwrap();
    let (node, _) = node(dir.path());
    user(&node, dir.path(), "al", "analyst");
    let rules = dir.path().join("rules.json");
    std::fs::write(
        &rules,
        r#"[{"type":"indicator","requires":["confidence"]}]"#,
    )
    .unwrap();
    let made = json(&node.done(&[
        "--json",
        "collection",
        "create",
        "iocs",
        "--title",
        "Indicators",
        "--public",
        "--judgement",
        "refuse",
        "--house-rules",
        rules.to_str().unwrap(),
        "--clearance",
        "2",
    ]));
    assert_eq!(
        (
            &made["root"],
            &made["title"],
            &made["public"],
            &made["clearance"]
        ),
        (
            &"local".into(),
            &"Indicators".into(),
            &true.into(),
            &2.into()
        )
    );
    let output = node.command(&["collection", "create", "iocs"]);
    assert_eq!(exit(&output), 4, "there is one: {output:?}");
    node.done(&[
        "collection",
        "grant",
        "iocs",
        "--user",
        "al",
        "--read",
        "--write",
    ]);
    let shown = json(&node.done(&["--json", "user", "show", "al"]));
    assert_eq!(shown["grants"][0]["scope"], "local/iocs");
    let set = json(&node.done(&[
        "--json",
        "collection",
        "set",
        "local/iocs",
        "--public",
        "false",
        "--reset",
        "title",
        "--alias",
        "Ours",
    ]));
    assert_eq!(
        (&set["title"], &set["public"], &set["alias"]),
        (&"Indicators".into(), &false.into(), &"Ours".into()),
        "the charter has the title too"
    );
    assert_eq!(
        json(&node.done(&["--json", "collection", "show", "Ours"])),
        set
    );
    node.done(&["collection", "revoke", "Ours", "--user", "al"]);
    assert_eq!(
        exit(&node.command(&["collection", "revoke", "Ours", "--user", "al"])),
        4
    );
    node.done(&["collection", "root", "local", "--title", "Alpha CERT"]);
    let roots = stdout(&node.done(&["collection", "root"]));
    assert!(roots.contains("Alpha CERT"), "{roots}");
    let listed = stdout(&node.done(&["collection", "list"]));
    assert!(listed.starts_with("local/Ours"), "{listed}");
    let output = node.command(&[
        "collection",
        "grant",
        "Ours",
        "--user",
        "al",
        "--write",
        "--json",
    ]);
    assert_eq!(json(&output)["write"], true);
}
