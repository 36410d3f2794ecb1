//! Made-up observations and typical patterns, for matching.

use serde_json::{Value, json};

/// Patterns as feeds have them: one value, several, sets, networks, expressions, references, two observations.
pub(super) const PATTERNS: &[&str] = &[
    "[ipv4-addr:value = '198.51.100.3']",
    "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
    "[domain-name:value IN ('a7.example', 'a8.example', 'a9.example')]",
    "[file:hashes.'SHA-256' = '0000000000000000000000000000000000000000000000000000000000000011']",
    "[file:name LIKE 'a1%.exe' AND file:size > 100]",
    "[url:value MATCHES '^https?://a[0-9]+\\\\.example/(x|y)/']",
    "[network-traffic:dst_port = 443 AND network-traffic:dst_ref.value = '198.51.100.3']",
    "[domain-name:resolves_to_refs[*].value = '198.51.100.5'] OR [ipv4-addr:value = '203.0.113.9']",
    "[file:name = 'a1.exe'] AND [domain-name:value = 'a1.example']",
    "[ipv4-addr:value = '198.51.100.3' OR domain-name:value = 'a3.example'] REPEATS 2 TIMES WITHIN 3600 SECONDS",
];

/// A bundle of so many observed-data objects, each with five observables of its own.
pub(super) fn bundle(count: u64) -> Vec<u8> {
    let mut objects = Vec::new();
    for number in 0..count {
        let id = |kind: &str| format!("{kind}--00000000-0000-4000-8000-{number:012}");
        let [ip, domain, file, url, traffic] =
            ["ipv4-addr", "domain-name", "file", "url", "network-traffic"].map(id);
        let mine: [Value; 5] = [
            json!({"type": "ipv4-addr", "id": ip, "value": format!("198.51.{}.{}", 90 + number / 256 % 20, number % 256)}),
            json!({"type": "domain-name", "id": domain, "value": format!("a{number}.example"), "resolves_to_refs": [ip]}),
            json!({"type": "file", "id": file, "name": format!("a{number}.exe"), "size": number,
                   "hashes": {"SHA-256": format!("{number:064x}")}}),
            json!({"type": "url", "id": url, "value": format!("https://a{number}.example/x/{number}")}),
            json!({"type": "network-traffic", "id": traffic, "protocols": ["tcp"], "dst_ref": ip, "dst_port": 400 + number % 100}),
        ];
        let refs: Vec<&Value> = mine.iter().map(|object| &object["id"]).collect();
        let time = format!(
            "2026-01-01T{:02}:{:02}:00.000Z",
            number / 60 % 24,
            number % 60
        );
        objects.push(json!({
            "type": "observed-data", "spec_version": "2.1", "id": id("observed-data"), "created": time, "modified": time,
            "first_observed": time, "last_observed": time, "number_observed": 1, "object_refs": refs,
        }));
        objects.extend(mine);
    }
    let bundle = json!({"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": objects});
    bundle.to_string().into_bytes()
}
