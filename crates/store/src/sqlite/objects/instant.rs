//! The instant of a version as a number, for an index: only where to look. The texts decide.

/// Unix milliseconds of `YYYY-MM-DDTHH:mm:ss[.s+]`, cut off; 0 for any other text, the empty one among
/// them. Later texts never have smaller numbers.
pub(in crate::sqlite) fn instant_ms(order: &str) -> i64 {
    parse(order.as_bytes()).unwrap_or(0)
}

fn parse(text: &[u8]) -> Option<i64> {
    let laid_out = text.get(4) == Some(&b'-')
        && text.get(7) == Some(&b'-')
        && text.get(10) == Some(&b'T')
        && text.get(13) == Some(&b':')
        && text.get(16) == Some(&b':');
    if !laid_out {
        return None;
    }
    let (year, month, day) = (
        number(text, 0, 4)?,
        number(text, 5, 2)?,
        number(text, 8, 2)?,
    );
    let time = number(text, 11, 2)? * 3_600 + number(text, 14, 2)? * 60 + number(text, 17, 2)?;
    if !(1..=12).contains(&month) {
        return None;
    }
    let fraction = match text.get(19) {
        None => 0,
        Some(b'.') => (20..23).try_fold(0, |sum, at| match text.get(at) {
            None => Some(sum * 10),
            Some(_) => Some(sum * 10 + number(text, at, 1)?),
        })?,
        Some(_) => return None,
    };
    Some((days(year, month, day) * 86_400 + time) * 1_000 + fraction)
}

fn number(text: &[u8], at: usize, digits: usize) -> Option<i64> {
    text.get(at..at + digits)?.iter().try_fold(0, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + i64::from(digit - b'0'))
    })
}

/// Days since 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap day is
/// the last of its year and the months before it have a pattern: 153 days every five.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants() {
        for (text, ms) in [
            ("1970-01-01T00:00:00", 0),
            ("1969-12-31T23:59:59.999", -1),
            ("2000-02-29T00:00:00.5", 951_782_400_500),
            ("2016-12-31T23:59:60", 1_483_228_800_000),
            ("2026-11-22T03:09:32.123456789", 1_795_316_972_123),
            ("0000-03-01T00:00:00", -62_162_035_200_000),
            ("9999-12-31T23:59:59.999", 253_402_300_799_999),
        ] {
            assert_eq!(instant_ms(text), ms, "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_none() {
        for text in [
            "",
            "v1",
            "2026-11-22",
            "2026-13-22T00:00:00",
            "2026-11-22T00:00:00,5",
            "2026-11-22T00:00:00.x",
            "+026-11-22T00:00:00",
        ] {
            assert_eq!(instant_ms(text), 0, "{text}");
        }
    }

    #[test]
    fn each_day_is_one_after_the_day_before() {
        let mut last = days(1899, 12, 31);
        for year in 1900..2101 {
            for month in 1..=12 {
                let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
                let length = match month {
                    2 => 28 + i64::from(leap),
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                for day in 1..=length {
                    assert_eq!(days(year, month, day), last + 1, "{year}-{month}-{day}");
                    last += 1;
                }
            }
        }
    }
}
