use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().expect(text)
}

fn refused(text: &str) -> TimestampError {
    text.parse::<Timestamp>().expect_err(text)
}

#[test]
fn orders_as_an_instant() {
    let ascending = [
        "0000-01-01T00:00:00Z",
        "2016-01-20T12:31:12Z",
        "2016-01-20T12:31:12.0000000000000000000000000000001Z",
        "2016-01-20T12:31:12.0999Z",
        "2016-01-20T12:31:12.1Z",
        "2016-01-20T12:31:12.12Z",
        "2016-12-31T23:59:59.999Z",
        "2016-12-31T23:59:60.5Z",
        "2017-01-01T00:00:00Z",
    ];
    for pair in ascending.windows(2) {
        assert!(at(pair[0]) < at(pair[1]), "{pair:?}");
    }
}

#[test]
fn is_equal_at_any_precision_and_prints_as_received() {
    for text in [
        "2016-01-20T12:31:10Z",
        "2016-01-20T12:31:10.0Z",
        "2016-01-20T12:31:10.000Z",
    ] {
        assert_eq!(at(text), at("2016-01-20T12:31:10.00000Z"));
        assert_eq!(at(text).to_string(), text);
        assert_eq!(at(text).sort_key(), "2016-01-20T12:31:10");
    }
    assert_eq!(at("2016-01-20T12:31:10Z").fraction_digits(), 0);
    assert_eq!(at("2016-01-20T12:31:10.000Z").fraction_digits(), 3);
}

#[test]
fn refuses_other_layouts() {
    for text in [
        "",
        "Z",
        "2016-01-20",
        "2016-01-20T12:31:12",
        "2016-01-20 12:31:12Z",
        "2016-01-20t12:31:12Z",
        "2016-01-20T12:31:12z",
        "2016-01-20T12:31:12.Z",
        "2016-01-20T12:31:12,5Z",
        "2016-01-20T12:31:12.5+00:00",
        "2016-01-20T12:31:12+00:00Z",
        "2016-01-20T12:31:1aZ",
        "+016-01-20T12:31:12Z",
        "2016-01-20T12:31:12.٣Z",
        "２016-01-20T12:31Z",
    ] {
        assert_eq!(
            refused(text),
            TimestampError::Form(text.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn refuses_days_and_times_that_do_not_exist() {
    for day in [
        "2015-02-29",
        "1900-02-29",
        "2016-04-31",
        "2016-00-10",
        "2016-13-01",
    ] {
        let text = format!("{day}T00:00:00Z");
        assert_eq!(refused(&text), TimestampError::Day(text.clone()));
    }
    assert!("2000-02-29T00:00:00Z".parse::<Timestamp>().is_ok());
    for time in ["24:00:00", "23:60:00", "23:59:61"] {
        let text = format!("2016-12-31T{time}Z");
        assert_eq!(refused(&text), TimestampError::Time(text.clone()));
    }
}

#[test]
fn knows_the_leap_seconds() {
    for day in leap::LEAP_SECOND_DAYS {
        assert!(
            format!("{day}T23:59:60Z").parse::<Timestamp>().is_ok(),
            "{day}"
        );
    }
    assert!(
        "2035-06-30T23:59:60Z".parse::<Timestamp>().is_ok(),
        "may yet be announced"
    );
    for text in [
        "2015-12-31T23:59:60Z",
        "2016-12-31T22:59:60Z",
        "2016-12-30T23:59:60Z",
        "2025-12-31T23:59:60Z",
        "1971-12-31T23:59:60Z",
        "2035-03-31T23:59:60Z",
    ] {
        assert_eq!(
            refused(text),
            TimestampError::LeapSecond(text.to_owned()),
            "{text}"
        );
    }
}
