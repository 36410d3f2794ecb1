//! What a pattern asks for.

use stix::pattern::{Key, Pattern};

fn equalities(pattern: &str) -> Vec<String> {
    let pattern: Pattern = pattern.parse().unwrap();
    let list = pattern.equalities();
    list.iter()
        .map(|equality| format!("{} = {}", equality.path(), equality.constant()))
        .collect()
}

fn keys(pattern: &str) -> Vec<String> {
    let pattern: Pattern = pattern.parse().unwrap();
    let name = |key: &Key<'_>| match key {
        Key::Equal(equality) => format!("{} = {}", equality.path(), equality.constant()),
        Key::Present(path) => path.to_string(),
        Key::Type(name) => format!("{name}:"),
    };
    pattern.index_keys().iter().map(name).collect()
}

#[test]
fn equalities_are_listed_where_they_are_stated() {
    assert_eq!(
        equalities("[a:b = 1 AND a:c IN ('x', 'y')] FOLLOWEDBY [d:e[*].f = h'00'] REPEATS 2 TIMES"),
        ["a:b = 1", "a:c = 'x'", "a:c = 'y'", "d:e[*].f = h'00'"]
    );
    assert_eq!(
        equalities("[a:b != 1 OR a:b NOT = 2 OR a:b LIKE 'x' OR a:b NOT IN (1)]"),
        [""; 0]
    );
    let pattern: Pattern = "[b:x = 1 OR a:x = 1] AND [b:y = 1]".parse().unwrap();
    assert_eq!(pattern.object_types(), ["a", "b"]);
}

#[test]
fn keys_cover_every_way_to_match() {
    assert_eq!(keys("[a:b = 1 OR a:c = 2]"), ["a:b = 1", "a:c = 2"]);
    // AND: the fewest selective keys.
    assert_eq!(
        keys("[a:b LIKE 'x' AND a:c IN (1, 2) AND a:d = 3]"),
        ["a:d = 3"]
    );
    assert_eq!(keys("[a:b LIKE 'x' OR a:d = 3]"), ["a:b", "a:d = 3"]);
    assert_eq!(
        keys("[a:b = 1 OR a:b = 2] AND [c:d = 5] WITHIN 5 SECONDS"),
        ["c:d = 5"]
    );
    assert_eq!(
        keys("[a:b = 1] OR ([c:d != 5] FOLLOWEDBY [e:f = 6])"),
        ["a:b = 1", "e:f = 6"]
    );
    assert_eq!(keys("[NOT EXISTS a:b]"), ["a:"]);
    assert_eq!(keys("[EXISTS a:b AND a:c > 5]"), ["a:b"]);
}
