//! Clearance as people do it: a tool posts, two officers look and decide, and the node is killed in between.

use std::{collections::BTreeMap, path::Path, process::Output};

use serde_json::{Value, json};
use testkit::samples;

use crate::{
    process::{Process, chancery},
    told::json,
};

const TRACK: &str = "inbox";
const RED: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";

fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A running node with a track that asks for two officers, and people with tokens.
struct Desk {
    node: Process,
    url: String,
    tokens: BTreeMap<&'static str, String>,
}

impl Desk {
    async fn new(dir: &Path) -> Self {
        let node = Process::init(dir, "alpha");
        node.done(&[
            "track",
            "create",
            TRACK,
            "--ceiling",
            "amber",
            "--clearance",
            "2",
        ]);
        let mut tokens = BTreeMap::new();
        for (name, role) in [("ann", "analyst"), ("otto", "officer"), ("olga", "officer")] {
            node.done(&["user", "create", name, "--role", role, "--no-password"]);
            node.done(&[
                "collection",
                "grant",
                TRACK,
                "--user",
                name,
                "--read",
                "--write",
            ]);
            let made = json(&node.done(&[
                "--json", "token", "create", "--user", name, "--name", "test",
            ]));
            tokens.insert(name, made["secret"].as_str().unwrap().to_owned());
        }
        let mut desk = Self {
            node,
            url: String::new(),
            tokens,
        };
        desk.serve().await;
        desk
    }

    async fn serve(&mut self) {
        self.url = self.node.listen_on_the_web();
        self.node.serve().await;
    }

    /// Runs a command as somebody.
    fn run(&self, who: &str, arguments: &[&str]) -> Output {
        let mut command = chancery();
        command.args(["--url", &self.url, "--token", &self.tokens[who]]);
        command.args(arguments).output().unwrap()
    }

    /// Expects an exit code and words.
    fn expect(&self, who: &str, arguments: &[&str], code: i32, words: &str) {
        let output = self.run(who, arguments);
        let said = text(&output);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{who} {arguments:?}: {said}"
        );
        assert!(said.contains(words), "{who} {arguments:?}: {said}");
    }

    fn size(&self) -> u64 {
        let tracks = json(&self.node.done(&["--json", "track", "list"]));
        tracks[0]["logs"][0]["size"].as_u64().unwrap()
    }
}

#[tokio::test]
async fn two_officers_clear_what_a_tool_posts() {
    let dir = tempfile::tempdir().unwrap();
    let mut desk = Desk::new(dir.path()).await;
    let listed = text(&desk.node.done(&["track", "list"]));
    assert!(
        listed.contains("nothing above amber, cleared by two officers"),
        "{listed}"
    );

    let marked = samples::indicator("red", 0).replace(
        r#""pattern_type""#,
        &format!(r#""object_marking_refs":["{RED}"],"pattern_type""#),
    );
    let file = dir.path().join("objects.json");
    let list: Vec<String> = (0..3)
        .map(|number| samples::indicator("x", number))
        .chain([marked])
        .collect();
    std::fs::write(&file, format!("[{}]", list.join(","))).unwrap();
    let file = file.to_str().unwrap();
    let pass = ["pass", "--track", TRACK, file];
    desk.expect(
        "ann",
        &pass,
        3,
        "3 objects wait for clearance in the outbox; nothing of that has left",
    );
    desk.expect(
        "ann",
        &pass,
        3,
        "it is marked TLP:RED, and nothing above amber is passed on this track",
    );
    assert_eq!(desk.size(), 1);

    desk.expect("ann", &["outbox"], 4, "only officers may clear what waits");
    desk.expect(
        "ann",
        &["outbox", "clear", "1"],
        4,
        "only officers may clear what waits",
    );
    desk.expect("otto", &["outbox"], 0, "needs 2 officers");
    desk.expect("otto", &["outbox", "show", "2"], 0, "posted again by ann");
    desk.expect(
        "otto",
        &["outbox", "show", "9"],
        4,
        "nothing of number 9 is in the outbox",
    );
    desk.expect("otto", &["outbox", "clear"], 2, "required");
    desk.expect(
        "otto",
        &["outbox", "clear", "1", "2"],
        0,
        "1 needs one officer more",
    );
    desk.expect(
        "otto",
        &["outbox", "clear", "1", "9"],
        4,
        "you have cleared 1 before",
    );
    assert_eq!(desk.size(), 1, "one officer is not two");

    desk.node.kill();
    desk.serve().await;
    desk.expect(
        "olga",
        &["outbox", "clear", "1", "2"],
        0,
        "2 is on the record as inbox/alpha/2",
    );
    // Some of it counted, so it is no refusal that changed nothing.
    desk.expect(
        "olga",
        &["outbox", "clear", "3", "9"],
        1,
        "the decision did not count for 9; for the others it did",
    );
    desk.expect("olga", &["outbox", "refuse", "3"], 2, "--reason");
    desk.expect(
        "olga",
        &["outbox", "refuse", "3", "--reason", "Names a source."],
        0,
        "3 is refused",
    );
    desk.expect(
        "otto",
        &["outbox", "clear", "3"],
        4,
        "3 was decided before: it is refused",
    );
    desk.expect("otto", &["outbox"], 0, "Nothing waits on this node");
    desk.expect(
        "otto",
        &["outbox", "list", "--state", "refused"],
        0,
        "refused: Names a source.",
    );
    assert_eq!(desk.size(), 3);

    desk.node.kill();
    let all = json(
        &desk
            .node
            .done(&["--json", "outbox", "list", "--state", "all"]),
    );
    let stand: Vec<Value> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            json!([
                item["id"],
                item["state"],
                item["decisions"].as_array().unwrap().len()
            ])
        })
        .collect();
    assert_eq!(
        stand,
        [
            json!([1, "passed", 2]),
            json!([2, "passed", 2]),
            json!([3, "refused", 1])
        ]
    );
    desk.node.done(&["fsck"]);
}

#[tokio::test]
async fn whoever_owns_the_machine_does_not_clear_what_they_posted() {
    let dir = tempfile::tempdir().unwrap();
    let node = Process::init(dir.path(), "alpha");
    node.done(&["track", "create", TRACK, "--clearance", "1"]);
    let file = dir.path().join("object.json");
    std::fs::write(&file, samples::indicator("x", 0)).unwrap();
    node.done(&["pass", "--track", TRACK, file.to_str().unwrap()]);
    let refused = node.command(&["outbox", "clear", "1"]);
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert!(
        text(&refused).contains("who posted 1 does not clear it"),
        "{refused:?}"
    );
    // To withdraw it is another matter.
    node.done(&["outbox", "refuse", "1", "--reason", "Posted by mistake."]);
    for wrong in ["--ceiling=white", "--clearance=3"] {
        let refused = node.command(&["track", "create", "other", wrong]);
        assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    }
}
