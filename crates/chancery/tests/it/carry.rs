//! The line is cut, and files go across: bundles of the record, encrypted or not, whole or not.

use age::secrecy::ExposeSecret as _;

use crate::{
    cli::{TRACK, log_of, pass},
    process::found,
    told::{exit, file, path, stderr},
};

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
