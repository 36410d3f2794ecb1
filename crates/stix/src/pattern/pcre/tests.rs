//! Expressions, and what they match, from the text of pcre2pattern; the octet cases are those of
//! STIX 2.1 §9.6.1 and §9.8. Random expressions against PCRE2 itself are in `tests/pattern`.

use super::*;

fn text(expression: &str, subject: &str) -> bool {
    let limits = MatchLimits::default();
    Pcre::new(expression, Subject::Text, &limits)
        .unwrap()
        .matches_text(subject)
        .unwrap()
}

fn octets(expression: &str, subject: &[u8]) -> bool {
    let limits = MatchLimits::default();
    Pcre::new(expression, Subject::Octets, &limits)
        .unwrap()
        .matches_octets(subject)
        .unwrap()
}

fn refused(expression: &str) -> RegexError {
    Pcre::new(expression, Subject::Text, &MatchLimits::default()).unwrap_err()
}

#[track_caller]
fn check(expression: &str, matches: &[&str], fails: &[&str]) {
    for subject in matches {
        assert!(
            text(expression, subject),
            "{expression} should match {subject:?}"
        );
    }
    for subject in fails {
        assert!(
            !text(expression, subject),
            "{expression} should not match {subject:?}"
        );
    }
}

#[test]
fn searches_and_dot_matches_newline() {
    check("b", &["abc"], &["ac"]);
    check("a.c", &["a\nc", "xabcx", "aéc"], &["ac"]);
    check("(?-s)a.c", &["abc"], &["a\nc"]);
    check("(?s)a.c", &["a\nc"], &[]);
}

#[test]
fn anchors_are_those_of_pcre() {
    check("^a$", &["a", "a\n"], &["a\n\n", "ba", "b\na"]);
    check("(?m)^a$", &["b\na", "a\nb"], &["ab"]);
    check("(?m)\\n^$", &[], &["a\n"]);
    check("a\\z", &["a"], &["a\n"]);
    check("a\\Z", &["a", "a\n"], &["a\n\n"]);
    check("\\Ga", &["ab"], &["ba"]);
}

#[test]
fn escapes_that_the_engine_spells_differently() {
    check("\\Qa.b\\E", &["a.b"], &["axb"]);
    check("\\Qa.b", &["a.b"], &["axb"]);
    check("^\\h$", &[" ", "\t", "\u{a0}"], &["a", "f", "0"]);
    check("^\\H$", &["a"], &[" "]);
    check("^\\v$", &["\u{b}", "\r", "\u{2028}"], &["v", " "]);
    check("^\\R$", &["\r\n", "\n", "\u{85}"], &["rn"]);
    check("^\\N+$", &["ab"], &["a\nb"]);
    check(
        "\\x41\\x{42}\\103\\o{104}\\x{1F600}",
        &["ABCD\u{1F600}"],
        &["ABC"],
    );
    check("^\\cA\\e\\a\\0$", &["\u{1}\u{1b}\u{7}\0"], &[]);
    check("a\\Kb", &["ab"], &["b"]);
    check("\\<a\\>", &["<a>"], &["a"]);
    check("\\p{L&}\\p{^Lu}\\PN", &["Abc"], &["ABC"]);
}

#[test]
fn braces_and_brackets_that_stand_for_themselves() {
    check("^a{,2}$", &["", "a", "aa"], &["a{,2}"]);
    check("^a{,}{$", &["a{,}{"], &["a"]);
    check("^{a}$", &["{a}"], &["a"]);
    check("^a]}$", &["a]}"], &[]);
    check("^[]a]+$", &["]a"], &["[a"]);
    check("^[^]a]$", &["b"], &["]", "a"]);
    check("^[a[b]$", &["[", "a", "b"], &["]"]);
    check("^[a&&b]$", &["&", "a"], &["c"]);
    check("^[+--]$", &["-", ","], &["b"]);
    check("^[\\w-]+$", &["a-b", "é"], &["."]);
    check("^[a-\\d]+$", &["a-1"], &["b"]);
    check("^[\\b\\n\\101-C]+$", &["\u{8}\nABC"], &["b"]);
    check("^[[:alpha:][:^digit:]]$", &["a", "é", "."], &["1"]);
    check("^[\\Q^]\\E-]+$", &["^]-"], &["a"]);
    check("^[:alpha]$", &[":", "a"], &["b"]);
}

#[test]
fn groups_and_references() {
    check("^(a|b)\\1$", &["aa", "bb"], &["ab"]);
    check(
        "^(?<x>a|b)\\k<x>\\k{x}\\k'x'\\g{x}(?P=x)\\1\\g1\\g{-1}$",
        &["aaaaaaaaa"],
        &["aaaaaaaab"],
    );
    check("^(?P<x>.)(?'y'.)\\g{-2}\\2$", &["abab"], &["abba"]);
    check("^(a)\\10$", &["a\u{8}"], &["aa0"]);
    check("^(?>a+)b", &["aab"], &[]);
    check("^(?>a+)ab", &[], &["aaab"]);
    check("^a++ab", &[], &["aaab"]);
    check("(?<=foo|ba)r", &["foor", "bar"], &["r"]);
    check("(?<!a)b(?!c)(?=d)", &["bd"], &["abd", "bc"]);
    check("^(a)?b(?(1)c|d)$", &["abc", "bd"], &["abd", "bc"]);
    check("a(?#comment)b", &["ab"], &[]);
}

#[test]
fn options() {
    check("(?i)ABC", &["abc"], &[]);
    check("a(?i)b|c", &["aB", "C"], &["AB"]);
    check("(a(?i)b)c", &["aBc"], &["aBC"]);
    check("(?i:a)b", &["Ab"], &["AB"]);
    check("(?x) a b # rest\n c [ ]", &["abc "], &["abc"]);
    check("^(?U)(a+)(a*)$", &["aaa"], &[]);
    check("(?i-i)a", &["a"], &["A"]);
    check("(*UTF8)(*UCP)é", &["é"], &[]);
}

#[test]
fn texts_are_normalised() {
    check("^caf\u{e9}$", &["cafe\u{301}"], &["cafe"]);
    check("^cafe\u{301}$", &["caf\u{e9}"], &[]);
}

#[test]
fn octets_are_octets() {
    assert!(octets(
        "\\xd4\\xc3\\xb2\\xa1\\x02\\x00\\x04\\x00",
        &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]
    ));
    assert!(octets("^.$", &[0xff]));
    assert!(octets("^\u{ff}$", &[0xff]));
    assert!(octets("^[\u{80}-\\xff]+$", &[0x80, 0xc3, 0xff]));
    assert!(!octets("^\\w$", &[0xe9]), "no Unicode classes");
    assert!(octets("^\\W$", &[0xe9]));
    assert!(octets("^[^a]$", &[0xe9]));
    assert!(octets("^(.)\\1$", &[0xe9, 0xe9]));
    assert!(
        !octets("\u{100}", &[0xc4, 0x80]),
        "a character that is no octet matches nothing"
    );
    assert!(octets("^\\H\\h$", &[0xe9, 0xa0]));
}

#[test]
fn what_pcre_refuses_is_refused() {
    for expression in [
        "(",
        ")",
        "a)",
        "(a",
        "[a",
        "[]",
        "*a",
        "+",
        "a**",
        "^*",
        "\\b+",
        "{,2}",
        "(?<=a*)b",
        "[:alpha:]",
        "a{2,1}",
        "a{65536}",
        "\\",
        "a|*",
        "(?",
        "(?<n",
        "(?<1n>a)",
        "(?<n>a)(?<n>b)",
        "\\1",
        "(a)\\2",
        "\\k<n>",
        "\\y",
        "\\u0041",
        "[z-a]",
        "[a--]",
        "[[:alfa:]]",
        "(?z)",
        "\\x{110000}",
        "\\x{d800}",
        "\\g{-1}",
        "[\\y]",
        "\\p",
        "\\programs",
        "(?P=n)",
        "\\c",
    ] {
        assert!(
            matches!(refused(expression), RegexError::Invalid { .. }),
            "{expression}: {}",
            refused(expression)
        );
    }
    assert_eq!(
        refused("ab("),
        RegexError::Invalid {
            at: 2,
            reason: "the closing parenthesis is missing"
        }
    );
}

#[test]
fn what_the_engine_lacks_is_said() {
    for expression in [
        "(?R)", "(?1)", "(?|a|b)", "(*FAIL)", "\\X", "\\C", "(?&n)", "\\g<1>", "(?J)a",
    ] {
        assert!(
            matches!(refused(expression), RegexError::Unsupported(_)),
            "{expression}: {}",
            refused(expression)
        );
    }
}

#[test]
fn limits_have_names() {
    let limits = MatchLimits {
        regex_backtracks_max: 1_000,
        ..MatchLimits::default()
    };
    let evil = Pcre::new("^(?:(a|aa)+)\\1c", Subject::Text, &limits).unwrap();
    assert_eq!(
        evil.matches_text(&("a".repeat(40) + "b")),
        Err(BacktracksExhausted { limit: 1_000 })
    );
    let limits = MatchLimits {
        regex_bytes_max: 10_000,
        ..MatchLimits::default()
    };
    let large = Pcre::new("(?:\\w{1000}){1000}", Subject::Text, &limits).unwrap_err();
    assert_eq!(large, RegexError::TooLarge { limit: 10_000 });
    let deep = "(".repeat(300) + &")".repeat(300);
    assert!(matches!(refused(&deep), RegexError::Unsupported(_)));
}
