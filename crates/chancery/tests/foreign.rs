//! What running nodes export, checked by programs that share no code with ours: the Go and Python verifiers of
//! `verifiers/`, which must accept all of it and refuse some ninety corruptions of it; and an ordinary C2SP witness.

#![expect(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

const CHANCERY: &str = env!("CARGO_BIN_EXE_chancery");
/// What a verifier or witness answers when the machine lacks what it needs and cannot get it.
const CANNOT_RUN: i32 = 77;

fn verifiers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../verifiers")
}

fn chancery(home: &Path, args: &[&str]) -> Output {
    let output = Command::new(CHANCERY)
        .arg("--home")
        .arg(home)
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "chancery {args:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

#[test]
fn foreign_verifiers_accept_what_nodes_export_and_refuse_its_corruptions() {
    let dir = tempfile::tempdir().unwrap();
    let demo = dir.path().join("demo");
    let told = Command::new(CHANCERY)
        .args(["demo", "--dir"])
        .arg(&demo)
        .output()
        .unwrap();
    assert!(
        told.status.success(),
        "{}",
        String::from_utf8_lossy(&told.stderr)
    );

    let export = dir.path().join("export");
    fs::create_dir(&export).unwrap();
    let to = |name: &str| export.join(name).to_str().unwrap().to_owned();
    let alpha = demo.join("alpha");
    let log = ["--track", "cyber", "--party", "alpha"];
    chancery(
        &alpha,
        &[&["checkpoint"], &log[..], &["--out", &to("checkpoint")]].concat(),
    );
    chancery(
        &alpha,
        &[
            "prove",
            "cyber/alpha/1829",
            "--out",
            &to("content.tlog-proof"),
        ],
    );
    for level in ["head", "class"] {
        let out = to(&format!("{level}.tlog-proof"));
        chancery(
            &alpha,
            &["prove", "cyber/alpha/1830", "--level", level, "--out", &out],
        );
    }
    let absence = [
        "--class",
        "notice",
        "--from",
        "1828",
        "--out",
        &to("absence.json"),
    ];
    chancery(&alpha, &[&["prove-absence"], &log[..], &absence].concat());
    let (bundle, policy) = (to("bundle.tar"), to("policy"));
    chancery(
        &alpha,
        &[
            "export",
            "--dialogue",
            "Alpha-Beta",
            "--whole",
            "--out",
            &bundle,
            "--policy",
            &policy,
        ],
    );
    fs::copy(demo.join("fork-evidence.json"), export.join("fork.json")).unwrap();

    // Our own verifier first, on the same files.
    for name in [
        "checkpoint",
        "content.tlog-proof",
        "absence.json",
        "fork.json",
    ] {
        chancery(&alpha, &["verify", &to(name), "--policy", &policy]);
    }
    let card = demo.join("alpha.card").to_str().unwrap().to_owned();
    fs::write(&card, chancery(&alpha, &["card"]).stdout).unwrap();
    let shown = chancery(&alpha, &["--json", "card", &card]).stdout;
    let shown: serde_json::Value = serde_json::from_slice(&shown).unwrap();
    let fingerprint = shown["fingerprint"].as_str().unwrap();
    chancery(&alpha, &["verify", &bundle, "--fingerprint", fingerprint]);

    let judged = Command::new(verifiers().join("run"))
        .arg(&export)
        .output()
        .unwrap();
    assert!(
        judged.status.success(),
        "{}{}",
        String::from_utf8_lossy(&judged.stdout),
        String::from_utf8_lossy(&judged.stderr)
    );
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_ordinary_witness_cosigns_a_log_and_the_node_shows_and_exports_it() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("node");
    chancery(
        &home,
        &[
            "init",
            "--host",
            "solo.example",
            "--name",
            "Solo",
            "--listen",
            "127.0.0.1:0",
        ],
    );
    chancery(&home, &["track", "create", "watch"]);
    let note = dir.path().join("checkpoint");
    let policy = dir.path().join("policy");
    let checkpoint = |home: &Path| {
        let (note, policy) = (note.to_str().unwrap(), policy.to_str().unwrap());
        let log = [
            "checkpoint",
            "--track",
            "watch",
            "--party",
            "solo",
            "--out",
            note,
        ];
        chancery(home, &[&log[..], &["--force", "--policy", policy]].concat());
        fs::read_to_string(note).unwrap()
    };
    let first = checkpoint(&home);
    let origin = first.lines().next().unwrap().to_owned();
    let policy_text = fs::read_to_string(&policy).unwrap();
    // An ordinary witness knows the Ed25519 key of the log.
    let vkey = policy_text
        .lines()
        .find_map(|line| line.strip_prefix("log "))
        .unwrap();

    let mut witness = Command::new(verifiers().join("witness/run"))
        .args([&origin, vkey])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(witness.stdout.take().unwrap()).lines();
    let mut said = |word: &str| {
        let line = lines
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.starts_with(word));
        line.map(|line| line[word.len()..].trim().to_owned())
    };
    let (Some(url), Some(key)) = (said("url "), said("vkey ")) else {
        let status = witness.wait().unwrap();
        assert_eq!(
            status.code(),
            Some(CANNOT_RUN),
            "the witness ended: {status}"
        );
        return println!("no Python 3.12 here, so no witness: it says so with exit code 77");
    };
    let _witness = Running(witness);

    let settings = home.join("node.toml");
    let mut text = fs::read_to_string(&settings).unwrap();
    text.push_str(&format!(
        "\n[[witness]]\nurl = \"{url}\"\nkeys = [\"{key}\"]\n"
    ));
    fs::write(&settings, text).unwrap();
    let serving = Command::new(CHANCERY)
        .arg("--home")
        .arg(&home)
        .arg("serve")
        .stdout(Stdio::null())
        .spawn();
    let _serving = Running(serving.unwrap());

    let name = key.split('+').next().unwrap();
    let line = format!("— {name} ");
    let begun = Instant::now();
    loop {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "the witness's line never came"
        );
        // The node may not be up yet.
        let up = Command::new(CHANCERY)
            .arg("--home")
            .arg(&home)
            .arg("status")
            .output()
            .unwrap();
        if up.status.success() && checkpoint(&home).contains(&line) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    // Exported too, and our verifier counts it.
    let mut with_witness = fs::read_to_string(&policy)
        .unwrap()
        .replace("quorum none\n", "");
    with_witness.push_str(&format!("witness outsider {key}\nquorum outsider\n"));
    fs::write(&policy, with_witness).unwrap();
    let (note, policy) = (note.to_str().unwrap(), policy.to_str().unwrap());
    let verified = chancery(&home, &["verify", note, "--policy", policy]);
    assert!(String::from_utf8_lossy(&verified.stdout).contains(name));
}
