//! Hostile and random input: nothing panics, and what two readers say of a text agrees.

use std::io::Read;

use proptest::prelude::*;
use stix::tree::{Arena, Value};
use stix::upgrade::{UpgradeOptions, upgrade};
use stix::{
    BundleError, BundleLimits, BundleReader, CheckOptions, Checker, Selector, Timestamp,
    check_bundle,
};

const SAMPLES: &str = include_str!("data/samples.jsonl");

/// Any JSON value, with the strings and numbers that are awkward.
fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>()
            .prop_filter("JSON has no infinities", |f| f.is_finite())
            .prop_map(|f| format!("{f:?}")),
        any::<String>().prop_map(|s| serde_json::to_string(&s).expect("a string")),
        Just(r#""\ud83d\ude00\u0000\/""#.to_owned()),
        Just("1E2".to_owned()),
        Just("-0.0".to_owned()),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|v| format!("[{}]", v.join(" , "))),
            prop::collection::vec(("[a-z_]{1,4}", inner), 0..6).prop_map(|members| {
                let members: Vec<_> = members
                    .into_iter()
                    .map(|(k, v)| format!("\"{k}\" : {v}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// A sample with one byte changed, removed or doubled.
fn spoilt_sample() -> impl Strategy<Value = Vec<u8>> {
    let samples: Vec<&'static str> = SAMPLES.lines().collect();
    (
        prop::sample::select(samples),
        any::<prop::sample::Index>(),
        any::<u8>(),
        0..3_u8,
    )
        .prop_map(|(sample, index, byte, how)| {
            let mut bytes = sample.as_bytes().to_vec();
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
            bytes
        })
}

/// The tree and admission agree on what is admissible, and on its canonical form.
fn same_as_admission(text: &[u8]) {
    let mut arena = Arena::default();
    let tree = arena.parse(text);
    let admitted = json::admit(text, &json::Limits::default());
    match (&tree, &admitted) {
        (Ok(tree), Ok(admitted)) => assert_eq!(tree.root().to_canonical(), admitted.as_str()),
        (Err(_), Err(_)) => {}
        (tree, admitted) => panic!(
            "{:?}: tree {:?}, admission {:?}",
            String::from_utf8_lossy(text),
            tree.as_ref().err(),
            admitted.as_ref().err()
        ),
    }
}

fn check_everything(text: &[u8]) {
    let mut checker = Checker::new(CheckOptions::default());
    let report = checker.report(text);
    for problem in report.problems() {
        let holes = ["{n}", "{v}", "{k}", "{a}"];
        let filled = holes.iter().all(|hole| !problem.message.contains(hole));
        assert!(problem.path.starts_with('$') && filled, "{problem:?}");
    }
    let _ = check_bundle(&mut checker, text, BundleLimits::default(), |_, _| {});
    let _ = upgrade(text, UpgradeOptions::default(), uuid::Uuid::nil);
    let _ = stix::Object::admit(text);
}

proptest! {
    #[test]
    fn tree_and_admission_agree_on_json(text in any_json()) {
        same_as_admission(text.as_bytes());
    }

    #[test]
    fn tree_and_admission_agree_on_spoilt_objects(text in spoilt_sample()) {
        same_as_admission(&text);
    }

    #[test]
    fn spoilt_objects_are_judged(text in spoilt_sample()) {
        let checked = std::panic::catch_unwind(|| check_everything(&text));
        prop_assert!(checked.is_ok(), "{}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn anything_is_judged(text in any_json()) {
        check_everything(text.as_bytes());
        check_everything(format!(r#"{{"type":"file","id":{text},"hashes":{text},"extensions":{text}}}"#).as_bytes());
        check_everything(format!(r#"{{"type":"observed-data","id":"observed-data--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":{text}}}"#).as_bytes());
    }

    #[test]
    fn any_bytes_are_split_alike_in_any_chunks(text in spoilt_sample(), size in 1..40_usize) {
        let whole: Vec<_> = BundleReader::new(&text[..], BundleLimits::default()).map(|r| r.map_err(|e| e.to_string())).collect();
        let slow = Chunks { rest: &text, size };
        let chunked: Vec<_> = BundleReader::new(slow, BundleLimits::default()).map(|r| r.map_err(|e| e.to_string())).collect();
        prop_assert_eq!(whole, chunked);
    }

    #[test]
    fn canonical_text_is_its_own_canonical_form(text in any_json()) {
        let mut arena = Arena::default();
        if let Ok(tree) = arena.parse(text.as_bytes()) {
            let once = tree.root().to_canonical();
            let twice = Arena::default().parse(once.as_bytes()).expect("canonical").root().to_canonical();
            prop_assert_eq!(once, twice);
        }
    }

    #[test]
    fn every_value_is_at_its_path(text in any_json()) {
        let mut arena = Arena::default();
        if let Ok(tree) = arena.parse(text.as_bytes()) {
            let mut open: Vec<(String, Value<'_>)> = vec![("$".to_owned(), tree.root())];
            while let Some((path, value)) = open.pop() {
                prop_assert_eq!(tree.path(value.index()), path.clone());
                for (at, item) in value.items().enumerate() {
                    open.push((format!("{path}[{at}]"), item));
                }
                for (name, member) in value.members() {
                    open.push((format!("{path}.{name}"), member));
                }
            }
        }
    }

    #[test]
    fn selectors_print_as_they_were_written(text in r"[a-z_]{1,5}(\.([a-zA-Z0-9_-]{1,4}|\[[0-9]{1,2}\])){0,4}") {
        if let Ok(selector) = text.parse::<Selector>() {
            prop_assert_eq!(selector.to_string(), text);
        }
    }

    #[test]
    fn timestamps_order_as_the_numbers_they_write(
        a in (0..60_u32, 0..1_000_000_u32), b in (0..60_u32, 0..1_000_000_u32), zeros in 0..5_usize,
    ) {
        let write = |(second, micros): (u32, u32), zeros: usize| -> Timestamp {
            format!("2020-02-29T12:00:{second:02}.{micros:06}{}Z", "0".repeat(zeros)).parse().expect("a time")
        };
        prop_assert_eq!(write(a, zeros).cmp(&write(b, 0)), a.cmp(&b));
    }
}

/// A reader that gives a few bytes at a time.
struct Chunks<'b> {
    rest: &'b [u8],
    size: usize,
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.size.min(self.rest.len()).min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest = &self.rest[length..];
        Ok(length)
    }
}

/// A bundle that never was in memory: so many objects of a kilobyte.
struct Endless {
    objects: u64,
    given: u64,
    part: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.part.len() {
            self.at = 0;
            let filling = "x".repeat(1000);
            self.part = match self.given {
                n if n < self.objects => {
                    format!(r#",{{"type":"x-a","n":{n},"f":"{filling}"}}"#).into_bytes()
                }
                n if n == self.objects => b"]}".to_vec(),
                _ => return Ok(0),
            };
            self.given += 1;
        }
        let length = buffer.len().min(self.part.len() - self.at);
        buffer[..length].copy_from_slice(&self.part[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

#[test]
fn a_bundle_larger_than_any_limit_of_an_object_is_read_as_a_stream() {
    let objects = 64 * 1024;
    let start =
        br#"{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[{}"#;
    let stream = Endless {
        objects,
        given: 0,
        part: start.to_vec(),
        at: 0,
    };
    let limits = BundleLimits {
        object_bytes_max: 4096,
        ..BundleLimits::default()
    };
    let mut pieces = 0;
    for piece in BundleReader::new(stream, limits) {
        let piece = piece.expect("within the limits");
        assert!(piece.bytes.len() < 1100);
        pieces += 1;
    }
    assert_eq!(pieces, objects + 1);
}

/// Texts whose judgement would take hours if anything in it were quadratic.
#[test]
fn hostile_size_is_judged_in_time() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| -> String {
        (0..count).map(one).collect::<Vec<_>>().join(",")
    };
    let n = 30_000;
    let id = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    let observed = format!(
        r#"{{"type":"observed-data","id":"observed-data--{id}","spec_version":"2.1","objects":{{{}}}}}"#,
        many(n, &|at| format!(
            r#""{at}":{{"type":"ipv4-addr","value":"1.2.3.4","resolves_to_refs":["{}"]}}"#,
            n - 1 - at
        )),
    );
    let selectors = format!(
        r#"{{"type":"campaign","id":"campaign--{id}",{},"granular_markings":[{{"lang":"de","selectors":[{}]}}]}}"#,
        many(n, &|at| format!(r#""x_{at}":null"#)),
        many(n, &|at| format!(r#""x_{at}""#)),
    );
    let extensions = format!(
        r#"{{"type":"campaign","id":"campaign--{id}",{},"extensions":{{{}}}}}"#,
        many(n, &|at| format!(r#""x_{at}":1"#)),
        many(n, &|at| format!(
            r#""x-{at}-ext":{{"extension_type":"property-extension"}}"#
        )),
    );
    for text in [observed, selectors, extensions] {
        let mut checker = Checker::new(CheckOptions::default());
        let report = checker.report(text.as_bytes());
        assert!(report.omitted > 1_000, "{} more", report.omitted);
        assert!(report.errors.len() <= 100 && report.warnings.len() <= 100);
        let _ = upgrade(text.as_bytes(), UpgradeOptions::default(), uuid::Uuid::nil);
    }
}

#[test]
fn upgrading_takes_no_longer_for_many_markings() {
    let id = "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    let n = 60_000;
    let marking = |at: usize, selector: &str| {
        format!(
            r#"{{"marking_ref":"marking-definition--{at:08x}-17d4-4cbf-938f-98ee46b3cd3f","selectors":["{selector}"]}}"#
        )
    };
    let of = |selector: &str, observables: usize| {
        let markings: Vec<String> = (0..n).map(|at| marking(at, selector)).collect();
        let observables: Vec<String> = (0..observables)
            .map(|at| format!(r#""{at}":{{"type":"mutex","name":"{at}"}}"#))
            .collect();
        format!(
            r#"{{"type":"observed-data","id":"observed-data--{id}","created":"2020-01-01T00:00:00.000Z","objects":{{{}}},"granular_markings":[{}]}}"#,
            observables.join(","),
            markings.join(",")
        )
    };
    let begun = std::time::Instant::now();
    let one = upgrade(
        of("objects.0", 2).as_bytes(),
        UpgradeOptions::default(),
        uuid::Uuid::nil,
    );
    let one = one.expect("linear in the markings");
    assert!(
        one.observables
            .iter()
            .any(|text| text.matches("marking-definition").count() == n)
    );
    assert!(
        begun.elapsed().as_secs() < 60,
        "it would take hours if it were quadratic"
    );
    let many = upgrade(
        of("objects", 100).as_bytes(),
        UpgradeOptions::default(),
        uuid::Uuid::nil,
    );
    let refused = stix::upgrade::UpgradeError::TooManyMarkings {
        observables: 100,
        markings: n,
    };
    assert_eq!(
        many.expect_err("100 times 60,000").to_string(),
        refused.to_string()
    );
}

#[test]
fn hostile_depth_and_width_are_refused_by_name() {
    let deep = format!(r#"{{"objects":[{{"a":{}"#, "[".repeat(100_000));
    let wide = format!(r#"{{"objects":[{{"a":"{}"#, "x".repeat(20 * 1024 * 1024));
    let many = format!(r#"{{"objects":[{}"#, "{},".repeat(100));
    let limits = BundleLimits {
        objects_max: 99,
        ..BundleLimits::default()
    };
    let refused = |text: &str| {
        let last = BundleReader::new(text.as_bytes(), limits).last();
        last.expect("something").expect_err("refused")
    };
    assert!(matches!(
        refused(&deep),
        BundleError::TooDeep { limit: 64, .. }
    ));
    assert!(matches!(
        refused(&wide),
        BundleError::ObjectTooLong {
            limit: 16_777_216,
            ..
        }
    ));
    assert!(matches!(
        refused(&many),
        BundleError::TooManyObjects { limit: 99 }
    ));
}
