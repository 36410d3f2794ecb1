//! Proofs as files: what is written, what is never written over, and what an outsider makes of it.

use crate::{
    cli::{TRACK, pass},
    process::{chancery, found},
    told::{exit, file, path, stderr},
};

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
