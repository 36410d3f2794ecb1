//! `chancery validate`: what it reads, what it says of it, and its exit codes.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Output, Stdio},
};

use serde_json::{Value, json};

use crate::process::chancery;

const GOOD: &str = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3"}"#;
const BAD: &str = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-4a82-a950-b5bc3caf07c4","value":"198.51.100.300"}"#;
const WARNED: &str = r#"{"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3","x_a":1}"#;

fn validate(arguments: &[&str], input: &str) -> Output {
    let mut child = chancery()
        .arg("validate")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A usage error ends the process before it reads.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn code(arguments: &[&str], input: &str) -> i32 {
    validate(arguments, input).status.code().unwrap()
}

fn rows(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn bundle(objects: &[&str]) -> String {
    let objects = objects.join(",\n");
    format!(
        "{{\"type\":\"bundle\",\n\"id\":\"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d\",\n\"objects\":[\n{objects}]}}"
    )
}

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn exit_codes_say_valid_invalid_unreadable_and_wrong_usage() {
    assert_eq!(code(&["-"], GOOD), 0);
    assert_eq!(code(&["-"], BAD), 3);
    assert_eq!(code(&["-"], WARNED), 0);
    assert_eq!(code(&["--strict", "-"], WARNED), 3);
    assert_eq!(code(&["-"], "{\"type\":"), 3, "malformed is invalid");
    assert_eq!(code(&["-"], ""), 3, "nothing is no object");
    assert_eq!(code(&["/nowhere/at/all.json"], ""), 1);
    assert_eq!(code(&["/nowhere/at/all.json", "-"], BAD), 1);
    assert_eq!(code(&[], ""), 2);
    assert_eq!(code(&["--rule", "no.such.rule", "-"], GOOD), 2);
    assert_eq!(code(&["--house-rule", "indicator", "-"], GOOD), 2);
}

#[test]
fn a_line_of_input_gives_a_line_of_output() {
    let deep = format!("{{\"type\":\"x-a\",\"a\":{}", "[".repeat(100));
    let one_line_bundle = bundle(&[GOOD, BAD]).replace('\n', "");
    let input = [
        GOOD,
        "{\"type\":\"ipv4-addr\",",
        BAD,
        "",
        "[]",
        "null",
        &one_line_bundle,
        &deep,
        "\u{feff}{}",
        GOOD,
    ]
    .join("\n");
    let output = validate(&["--jsonl", "-"], &input);
    assert_eq!(output.status.code(), Some(3));
    let rows = rows(&output);
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let first = &row["errors"][0];
            (
                row["line"].as_u64().unwrap(),
                row["valid"].as_bool().unwrap(),
                first["rule"].as_str().unwrap_or("-").to_owned(),
                first["path"].as_str().unwrap_or("-").to_owned(),
            )
        })
        .collect();
    let expected = [
        (1, true, "-", "-"),
        (2, false, "json.syntax", "$"),
        (3, false, "stix.6.8.value", "$.value"),
        (5, true, "-", "-"),
        (6, false, "json.syntax", "$"),
        (7, false, "stix.6.8.value", "$.objects[1].value"),
        (8, false, "limit.depth", "$"),
        (9, false, "json.syntax", "$"),
        (10, true, "-", "-"),
    ];
    let expected =
        expected.map(|(line, valid, rule, path)| (line, valid, rule.into(), path.into()));
    assert_eq!(told, expected);
    let sound = |row: &Value| row["errors"].is_array() && row["warnings"].is_array();
    assert!(rows.iter().all(sound));
    assert_eq!(rows[5]["objects"], 2);
}

#[test]
fn a_document_gives_a_line_for_each_object() {
    let dir = tempfile::tempdir().unwrap();
    let pretty = serde_json::from_str::<Value>(&bundle(&[GOOD, BAD])).unwrap();
    let pretty = serde_json::to_string_pretty(&pretty).unwrap();
    let file = write(dir.path(), "bundle.json", &pretty);
    let envelope = format!("{{\n\"more\":false,\n\"objects\":[\n{GOOD},{BAD}]}}");
    for output in [
        validate(&["--jsonl", &file], ""),
        validate(&["--jsonl", "-"], &pretty),
        validate(&["--jsonl", "-"], &envelope),
        validate(&["--jsonl", "-"], &format!("[\n{GOOD},{BAD}]")),
    ] {
        let rows = rows(&output);
        let valid: Vec<_> = rows
            .iter()
            .map(|row| row["valid"].as_bool().unwrap())
            .collect();
        assert_eq!(valid, [true, false]);
        assert_eq!(rows[1]["errors"][0]["path"], "$.value");
        assert_eq!(
            rows[1]["id"],
            "ipv4-addr--28bb3599-77cd-4a82-a950-b5bc3caf07c4"
        );
        assert_eq!(rows[1]["index"], 1);
    }
    // What is wrong with the bundle itself is a line of its own.
    let wrong = bundle(&[GOOD]).replace("bundle--5d", "bundle--zz");
    let rows = rows(&validate(
        &["--jsonl", "-"],
        &wrong.replace("{\"type\":\"bundle\",", "{\n\"type\":\"bundle\","),
    ));
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1]["errors"][0]["rule"], "stix.2.9.form");
    assert_eq!(rows[1]["errors"][0]["line"], 3);
}

#[test]
fn who_waits_for_an_answer_gets_it() {
    let mut child = chancery()
        .args(["validate", "--jsonl", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for (text, valid) in [(GOOD, true), (BAD, false), (GOOD, true)] {
        writeln!(input, "{text}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["valid"], valid);
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn directories_are_read_through() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "a.json", GOOD);
    write(dir.path(), "deeper/still/b.json", BAD);
    write(dir.path(), "deeper/c.jsonl", &format!("{GOOD}\n{WARNED}\n"));
    write(dir.path(), "deeper/notes.txt", "not STIX");
    let path = dir.path().to_str().unwrap();
    let output = validate(&["--json", path], "");
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        (&summary["files"], &summary["objects"]),
        (&json!(3), &json!(4))
    );
    assert_eq!(summary["invalid_objects"], 1);
    assert_eq!(summary["errors"]["stix.6.8.value"], 1);
    assert_eq!(summary["warnings"]["stix.11.1.extension"], 1);
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(
        code(&[empty.path().to_str().unwrap()], ""),
        1,
        "nothing to judge"
    );
}

#[test]
fn the_place_is_shown_in_the_text() {
    let text = bundle(&[GOOD, BAD]);
    let shown =
        String::from_utf8(validate(&["--rule", "stix.6.8.value", "-"], &text).stdout).unwrap();
    insta::assert_snapshot!(shown, @r#"
    error[stix.6.8.value] "198.51.100.300" is not an IPv4 address or CIDR block
      at standard input:5:84  $.value of ipv4-addr--28bb3599-77cd-4a82-a950-b5bc3caf07c4
      5 | {"type":"ipv4-addr","id":"ipv4-addr--28bb3599-77cd-4a82-a950-b5bc3caf07c4","value":"198.51.100.300"}
        |                                                                                    ^^^^^^^^^^^^^^^^
      correct the address (STIX 2.1 §6.8.1)

    Errors
                1  stix.6.8.value                 6.8.1      correct the address
    2 objects in 1 file: 1 valid, 1 invalid
    "#);
    assert!(!shown.contains('\u{1b}'), "no colours but on a terminal");
    let quiet = validate(&["--quiet", "-"], &text);
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
}

#[test]
fn places_of_one_rule_are_shown_up_to_a_number() {
    let many = vec![BAD; 20].join("\n");
    let shown = |arguments: &[&str]| {
        let text = String::from_utf8(validate(arguments, &many).stdout).unwrap();
        text.matches("error[stix.6.8.value]").count()
    };
    assert_eq!(shown(&["-"]), 3);
    assert_eq!(shown(&["--show", "5", "-"]), 5);
    assert_eq!(shown(&["--show", "0", "-"]), 20);
}

#[test]
fn rules_are_chosen_left_out_and_added() {
    let broken = |arguments: &[&str], input: &str| -> Vec<String> {
        let output = validate(&[arguments, &["--jsonl", "-"]].concat(), input);
        let row = rows(&output).remove(0);
        let all = [&row["errors"], &row["warnings"]].map(|list| list.as_array().unwrap().clone());
        all.concat()
            .iter()
            .map(|p| p["rule"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(broken(&[], BAD), ["stix.6.8.value", "stix.2.9.uuid5"]);
    assert_eq!(broken(&["--rule", "stix.2.9.*"], BAD), ["stix.2.9.uuid5"]);
    assert_eq!(
        broken(&["--no-rule", "stix.2.9.uuid5"], BAD),
        ["stix.6.8.value"]
    );
    assert_eq!(
        broken(&["--house-rule", "ipv4-addr: defanged"], GOOD),
        ["house.requires"]
    );
    assert_eq!(broken(&["--house-rule", "url: defanged"], GOOD), [""; 0]);
    assert_eq!(code(&["--house-rule", "ipv4-addr: defanged", "-"], GOOD), 3);
    assert_eq!(code(&["--house-rule", "should *: defanged", "-"], GOOD), 0);
    let listed = String::from_utf8(validate(&["--list-rules"], "").stdout).unwrap();
    assert_eq!(listed.lines().count(), stix::Rule::ALL.len());
}

#[test]
fn extensions_are_held_to_local_schemas() {
    let dir = tempfile::tempdir().unwrap();
    let id = "extension-definition--d83fce45-ef58-4c6c-a3f4-1fbc32e98c6e";
    let schema =
        r#"{"type":"object","properties":{"rank":{"type":"integer"}},"required":["rank"]}"#;
    let path = dir.path().to_str().unwrap();
    assert_eq!(code(&["--schemas", path, "-"], GOOD), 1, "no schema there");
    write(dir.path(), &format!("{id}.json"), schema);
    let extended = |inner: &str| {
        GOOD.replace(
            "{",
            &format!(
                r#"{{"extensions":{{"{id}":{{"extension_type":"property-extension",{inner}}}}},"#
            ),
        )
    };
    assert_eq!(code(&["--schemas", path, "-"], &extended(r#""rank":5"#)), 0);
    assert_eq!(
        code(&["-"], &extended(r#""rank":"five""#)),
        0,
        "nothing is known of it"
    );
    let output = validate(
        &["--schemas", path, "--jsonl", "-"],
        &extended(r#""rank":"five""#),
    );
    let row = rows(&output).remove(0);
    assert_eq!(row["errors"][0]["rule"], "extension.schema");
    let says = row["errors"][0]["message"].as_str().unwrap();
    assert!(says.contains(&format!("{id}/rank")), "{says}");
    write(dir.path(), &format!("{id}.json"), r#"{"type":1}"#);
    assert_eq!(code(&["--schemas", path, "-"], GOOD), 1, "no schema at all");
}

#[test]
fn a_version_of_the_standard_can_be_demanded() {
    let old = r#"{"type":"campaign","id":"campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2020-01-01T00:00:00.000Z","modified":"2020-01-01T00:00:00.000Z","name":"x"}"#;
    let new = old.replace("\"name\"", "\"spec_version\":\"2.1\",\"name\"");
    assert_eq!(code(&["-"], old), 0);
    assert_eq!(code(&["--spec", "2.0", "-"], old), 0);
    assert_eq!(code(&["--spec", "2.1", "-"], old), 3);
    assert_eq!(code(&["--spec", "2.0", "-"], &new), 3);
    assert_eq!(code(&["--spec", "2.1", "-"], &new), 0);
}

#[test]
fn what_a_terminal_would_obey_is_not_printed() {
    let hostile = BAD.replace("198.51.100.300", "\u{9b}31m\u{202e}x");
    let shown = String::from_utf8(validate(&["-"], &hostile).stdout).unwrap();
    assert!(shown.contains("stix.6.8.value"));
    assert!(!shown.contains(['\u{9b}', '\u{202e}']));
}

/// Feeds a bundle of about so many MiB and says how much memory the program held at most, in MiB.
#[cfg(target_os = "linux")]
fn peak_mib(bundle_mib: usize) -> usize {
    let mut child = chancery()
        .args(["validate", "--quiet", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = std::io::BufWriter::new(child.stdin.take().unwrap());
    write!(input, "{{\"type\":\"bundle\",\"id\":\"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d\",\"objects\":[{GOOD}").unwrap();
    let description = "d".repeat(1_000);
    for number in 0..bundle_mib * 800 {
        write!(
            input,
            ",{{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--{number:08x}-17d4-4cbf-938f-98ee46b3cd3f\",\
             \"created\":\"2020-01-20T12:31:12.123Z\",\"modified\":\"2020-01-20T12:31:12.123Z\",\"name\":\"x\",\
             \"description\":\"{description}\"}}"
        )
        .unwrap();
    }
    input.write_all(b"]}").unwrap();
    input.flush().unwrap();
    // All but what the pipe holds has been read, and the end has not come: it is still there to be asked.
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kib: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    kib / 1024
}

#[cfg(target_os = "linux")]
#[test]
fn a_bundle_is_judged_in_memory_for_one_object() {
    let peak = peak_mib(16);
    assert!(peak < 40, "{peak} MiB for a bundle of 16 MiB");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "a minute or more; run with --release: a bundle of 1 GiB"]
fn a_bundle_of_a_gibibyte_is_judged_in_bounded_memory() {
    let peak = peak_mib(1024);
    eprintln!("VmHWM {peak} MiB");
    assert!(peak < 50, "{peak} MiB for a bundle of 1 GiB");
}

#[test]
fn a_long_line_is_judged_as_a_stream() {
    let filling = "x".repeat(2 << 20);
    let long = GOOD.replace(
        "\"value\"",
        &format!("\"x_filling\":\"{filling}\",\"value\""),
    );
    let input = format!(
        "{BAD}\n{}\n{BAD}\n",
        bundle(&[&long, BAD]).replace('\n', "")
    );
    let rows = rows(&validate(&["--jsonl", "-"], &input));
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[1]["errors"][0]["path"], "$.objects[1].value");
    assert_eq!(
        (&rows[1]["objects"], &rows[2]["line"]),
        (&json!(2), &json!(3))
    );
}
