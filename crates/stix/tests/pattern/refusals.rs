//! What is no pattern, why, and where.

use stix::pattern::{Expected, Found, MomentError, ParseErrorKind, ParseLimits, Pattern};

/// Checks the reason, and that the error points at the place marked by `¦` in the text.
#[track_caller]
fn refused(marked: &str, kind: &ParseErrorKind) {
    let (before, after) = marked.split_once('¦').unwrap();
    let text = format!("{before}{after}");
    let error = text.parse::<Pattern>().unwrap_err();
    assert_eq!(
        (error.kind(), error.position().byte()),
        (kind, before.len()),
        "{text}: {error}"
    );
}

fn unexpected(expected: Expected, token: &str) -> ParseErrorKind {
    let found = if token.is_empty() {
        Found::End
    } else {
        Found::Token(token.into())
    };
    ParseErrorKind::Unexpected { expected, found }
}

#[test]
fn something_else_was_expected() {
    for (marked, expected, found) in [
        ("¦", Expected::ObservationExpression, ""),
        (
            "  ¦file:name = 'a'",
            Expected::ObservationExpression,
            "file",
        ),
        ("[¦]", Expected::ComparisonExpression, "]"),
        (
            "[¦'file':name = 'a']",
            Expected::ComparisonExpression,
            "'file'",
        ),
        (
            "[NOT ¦file:name = 'a']",
            Expected::ComparisonExpression,
            "file",
        ),
        ("[¦AND:x = 1]", Expected::ComparisonExpression, "AND"),
        ("[file¦.name = 'a']", Expected::Colon, "."),
        ("[file:¦= 'a']", Expected::PropertyName, "="),
        ("[file:a.¦[0] = 'a']", Expected::PropertyName, "["),
        ("[file:a[¦'0'] = 'a']", Expected::ListIndex, "'0'"),
        ("[file:a[0¦.b = 'a']", Expected::IndexEnd, "."),
        ("[file:name¦]", Expected::Operator, "]"),
        ("[file:name ¦EXISTS]", Expected::Operator, "EXISTS"),
        ("[file:size = ¦]", Expected::Constant, "]"),
        ("[file:size = ¦foo]", Expected::Constant, "foo"),
        ("[file:name LIKE ¦5]", Expected::StringConstant, "5"),
        ("[file:size IN ¦5]", Expected::SetStart, "5"),
        ("[file:size IN (5 ¦6)]", Expected::SetNext, "6"),
        ("[file:size = 0¦7]", Expected::ObservationEnd, "7"),
        (
            "[file:size = 5 ¦WITHIN 5 SECONDS]",
            Expected::ObservationEnd,
            "WITHIN",
        ),
        ("[(file:size = 5¦]", Expected::GroupEnd, "]"),
        ("([file:size = 5]¦", Expected::CompoundEnd, ""),
        ("[file:size = 5]¦]", Expected::PatternEnd, "]"),
        (
            "[file:size = 5] ¦within 5 SECONDS",
            Expected::PatternEnd,
            "within",
        ),
        ("[a:b = 5] REPEATS ¦-5 TIMES", Expected::Count, "-5"),
        ("[a:b = 5] REPEATS ¦1.5 TIMES", Expected::Count, "1.5"),
        ("[a:b = 5] WITHIN ¦-5 SECONDS", Expected::Duration, "-5"),
        ("[a:b = 5] WITHIN 5 ¦HOURS", Expected::Seconds, "HOURS"),
        ("[a:b = 5] REPEATS 5¦", Expected::Times, ""),
        (
            "[a:b = 5] START ¦'2020-01-01T00:00:00Z'",
            Expected::TimestampConstant,
            "'2020-01-01T00:00:00Z'",
        ),
        (
            "[a:b = 5] START t'2020-01-01T00:00:00Z'¦",
            Expected::Stop,
            "",
        ),
    ] {
        refused(marked, &unexpected(expected, found));
    }
}

#[test]
fn constants_that_are_none() {
    refused("[a:b = ¦'a]", &ParseErrorKind::UnterminatedConstant);
    refused("[a:b = ¦'a\\", &ParseErrorKind::UnterminatedConstant);
    refused("[a:b = ¦h'00", &ParseErrorKind::UnterminatedConstant);
    refused("[a:b = 'é¦\\n']", &ParseErrorKind::InvalidEscape);
    refused("[a:b = ¦h'0']", &ParseErrorKind::InvalidHex);
    refused("[a:b = ¦h'0x']", &ParseErrorKind::InvalidHex);
    refused("[a:b = ¦b'====']", &ParseErrorKind::InvalidBase64);
    refused("[a:b = ¦b'AAA']", &ParseErrorKind::InvalidBase64);
    refused("[a:b = ¦b'AA A']", &ParseErrorKind::InvalidBase64);
    refused(
        "[a:b = ¦t'x']",
        &ParseErrorKind::InvalidTimestamp(MomentError::Form),
    );
    let day = MomentError::Day {
        year: 2023,
        month: 2,
        day: 29,
    };
    refused(
        "[a:b = ¦t'2023-02-29T00:00:00Z']",
        &ParseErrorKind::InvalidTimestamp(day),
    );
    refused(
        "[a:b = ¦9223372036854775808]",
        &ParseErrorKind::IntegerOutOfRange,
    );
    refused(
        "[a:b[¦9223372036854775808] = 1]",
        &ParseErrorKind::IntegerOutOfRange,
    );
    refused(
        "[a:b = 1] REPEATS ¦18446744073709551616 TIMES",
        &ParseErrorKind::IntegerOutOfRange,
    );
    let huge = format!("[a:b = ¦{}.0]", "9".repeat(400));
    refused(&huge, &ParseErrorKind::FloatOutOfRange);
    refused(
        "[a:b = 1] WITHIN ¦1000000000001 SECONDS",
        &ParseErrorKind::WindowOutOfRange,
    );
    refused(
        "[a:b = 1] WITHIN ¦0.0000000000000000000000001 SECONDS",
        &ParseErrorKind::WindowOutOfRange,
    );
    refused("[a:b > ¦true]", &ParseErrorKind::UnorderedBoolean);
}

#[test]
fn characters_and_names() {
    refused("[a:b = ¦\"a\"]", &ParseErrorKind::InvalidCharacter('"'));
    refused("[a:b ¦é= 1]", &ParseErrorKind::InvalidCharacter('é'));
    refused("[a:b = ¦- 5]", &ParseErrorKind::InvalidCharacter('-'));
    refused("¦/* [a:b = 1]", &ParseErrorKind::UnterminatedComment);
    refused("[a:¦IN = 1]", &ParseErrorKind::Keyword("IN"));
    refused("[a:b.¦true = 1]", &ParseErrorKind::Keyword("true"));
    refused("[a:¦b-c = 1]", &ParseErrorKind::UnquotedHyphen);
}

#[test]
fn limits_are_named() {
    let limits = ParseLimits {
        bytes_max: 100,
        depth_max: 3,
        parts_max: 10,
        steps_max: 4,
    };
    let refused = |text: &str| Pattern::parse(text, &limits).unwrap_err().kind().clone();
    let long = format!("[a:b = '{}']", "x".repeat(100));
    assert_eq!(
        refused(&long),
        ParseErrorKind::TooLong {
            bytes: 110,
            limit: 100
        }
    );
    assert_eq!(
        refused("(((([a:b = 1]))))"),
        ParseErrorKind::TooDeep { limit: 3 }
    );
    assert_eq!(
        refused("[((((a:b = 1))))]"),
        ParseErrorKind::TooDeep { limit: 3 }
    );
    assert!(Pattern::parse("((([a:b = 1])))", &limits).is_ok());
    assert_eq!(
        refused("[a:b IN (1,2,3,4,5,6,7,8,9)]"),
        ParseErrorKind::TooManyParts { limit: 10 }
    );
    assert_eq!(
        refused("[a:b.c[*].d.e = 1]"),
        ParseErrorKind::TooManySteps { limit: 4 }
    );
    let deep = "(".repeat(500_000) + "[a:b = 1]";
    let kind = deep.parse::<Pattern>().unwrap_err().kind().clone();
    assert_eq!(kind, ParseErrorKind::TooDeep { limit: 64 });
}

#[test]
fn a_place_is_counted_in_lines_and_characters() {
    let error = "[a:b = 'é'\n  AND a:c = ]".parse::<Pattern>().unwrap_err();
    let position = error.position();
    assert_eq!(
        (position.line(), position.column(), position.byte()),
        (2, 13, 24)
    );
    assert_eq!(
        error.to_string(),
        "line 2, column 13 (byte 24): expected a constant, found `]`"
    );
}
