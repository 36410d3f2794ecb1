use proptest::prelude::*;

use super::*;

fn parse(query: &str) -> Result<Filter, FilterError> {
    Filter::parse(query, Endpoint::Objects)
}

fn instant(text: &str) -> stix::Timestamp {
    text.parse().unwrap()
}

#[test]
fn nothing_asks_for_everything() {
    for query in [
        "",
        "&",
        "&&",
        "x=1",
        "match[foo]=1",
        "foo",
        "match[foo]=1&match[foo]=2",
        "Limit=0",
    ] {
        assert_eq!(parse(query), Ok(Filter::default()), "{query}");
    }
}

#[test]
fn brackets_may_be_encoded_or_not() {
    for name in ["match[id]", "match%5Bid%5D", "match%5bid%5d", "%6Datch[id]"] {
        let filter = parse(&format!("{name}=tool--1")).unwrap();
        assert_eq!(filter.ids(), ["tool--1"], "{name}");
    }
}

#[test]
fn lists_lose_their_order_and_duplicates() {
    let filter = parse("match[type]=tool,malware,tool&match[id]=b%2Ca").unwrap();
    assert_eq!(filter.types(), ["malware", "tool"]);
    assert_eq!(filter.ids(), ["a", "b"]);
}

#[test]
fn added_after_takes_any_number_of_digits() {
    for (text, micros) in [
        ("2020-01-01T00:00:00Z", 0),
        ("2020-01-01T00:00:00.1Z", 100_000),
        ("2020-01-01T00%3A00%3A00.000001Z", 1),
        ("2020-01-01T00:00:00.0000019Z", 1),
    ] {
        let filter = parse(&format!("added_after={text}")).unwrap();
        let micros = 1_577_836_800_000_000 + micros;
        assert_eq!(
            filter.added_after(),
            Timestamp::from_micros(micros),
            "{text}"
        );
    }
}

#[test]
fn versions_are_keywords_and_instants() {
    let versions = |text: &str| text.parse::<Versions>().unwrap();
    assert_eq!(versions("all"), Versions::ALL);
    assert_eq!(versions("last"), Versions::LAST);
    let both = versions("last,first");
    assert!(both.first() && both.last() && !both.all() && !both.only_exact());
    let mixed = versions("first,2018-03-02T01:01:01.123Z,last,2016-01-01T00:00:00Z");
    let named = [
        instant("2016-01-01T00:00:00Z"),
        instant("2018-03-02T01:01:01.123Z"),
    ];
    assert_eq!(mixed.exact(), named);
    assert!(versions("2016-01-01T00:00:00.000Z").only_exact());
}

#[test]
fn every_malformed_query_says_what_is_wrong() {
    use Parameter::{AddedAfter, Id, Limit, Next, SpecVersion, Type, Version};
    let character = |parameter, value: &str| FilterError::Character {
        parameter,
        value: value.to_owned(),
    };
    let long = "x".repeat(1_025);
    let many = vec!["a"; 1_001].join(",");
    let cases = [
        ("limit=%", FilterError::Encoding("%".into())),
        ("limit=%4", FilterError::Encoding("%4".into())),
        ("%zz=1", FilterError::Encoding("%zz".into())),
        ("match[type]=%FF", FilterError::Encoding("%FF".into())),
        ("limit=1&limit=1", FilterError::Repeated(Limit)),
        ("match[id]=a&match%5Bid%5D=b", FilterError::Repeated(Id)),
        ("next=a&x=1&next=a", FilterError::Repeated(Next)),
        (
            "added_after=2020-01-01T00:00:00Z&added_after=2020-01-01T00:00:00Z",
            FilterError::Repeated(AddedAfter),
        ),
        (
            "match[version]=all&match[version]=all",
            FilterError::Repeated(Version),
        ),
        ("added_after=", FilterError::Empty(AddedAfter)),
        ("limit", FilterError::Empty(Limit)),
        ("limit=", FilterError::Empty(Limit)),
        ("next=", FilterError::Empty(Next)),
        ("match[id]=", FilterError::Empty(Id)),
        ("match[type]=", FilterError::Empty(Type)),
        ("match[version]", FilterError::Empty(Version)),
        ("match[spec_version]=", FilterError::Empty(SpecVersion)),
        ("match[type]=tool,", FilterError::EmptyValue(Type)),
        ("match[id]=,a", FilterError::EmptyValue(Id)),
        (
            "match[version]=last,,first",
            FilterError::EmptyValue(Version),
        ),
        ("match[type]=tool,+malware", character(Type, " malware")),
        ("match[type]=tool,%20malware", character(Type, " malware")),
        ("match[id]=a%00b", character(Id, "a\0b")),
        ("match[version]=last,%20first", character(Version, " first")),
        ("limit=0", FilterError::Limit("0".into())),
        ("limit=-1", FilterError::Limit("-1".into())),
        ("limit=+1", FilterError::Limit(" 1".into())),
        ("limit=%2B1", FilterError::Limit("+1".into())),
        ("limit=1.0", FilterError::Limit("1.0".into())),
        ("limit=1e3", FilterError::Limit("1e3".into())),
        ("limit=ten", FilterError::Limit("ten".into())),
        ("limit=1,2", FilterError::Limit("1,2".into())),
        ("limit=%D9%A1", FilterError::Limit("١".into())),
        (
            "limit=9007199254740992",
            FilterError::Limit("9007199254740992".into()),
        ),
        (
            "limit=1111111111111111111111111111111111111111",
            FilterError::Limit("1".repeat(40)),
        ),
        (
            "match[version]=last,last",
            FilterError::VersionRepeated("last".into()),
        ),
        (
            "match[version]=all,all",
            FilterError::VersionRepeated("all".into()),
        ),
        (
            "match[version]=2016-01-01T00:00:00Z,2016-01-01T00:00:00.0Z",
            FilterError::VersionRepeated("2016-01-01T00:00:00.0Z".into()),
        ),
        ("match[version]=all,last", FilterError::AllWithOthers),
        (
            "match[version]=2016-01-01T00:00:00Z,all",
            FilterError::AllWithOthers,
        ),
        (
            "match[spec_version]=2",
            FilterError::SpecVersion("2".into()),
        ),
        (
            "match[spec_version]=2.",
            FilterError::SpecVersion("2.".into()),
        ),
        (
            "match[spec_version]=2.1.0",
            FilterError::SpecVersion("2.1.0".into()),
        ),
        (
            "match[spec_version]=2.0,x",
            FilterError::SpecVersion("x".into()),
        ),
        (
            "match[spec_version]=-2.0",
            FilterError::SpecVersion("-2.0".into()),
        ),
        (
            "match[spec_version]=2.01",
            FilterError::SpecVersion("2.01".into()),
        ),
        (
            "match[spec_version]=2.999",
            FilterError::SpecVersion("2.999".into()),
        ),
        (
            &*format!("next={long}"),
            FilterError::TooLong {
                parameter: Next,
                bytes: 1_025,
            },
        ),
        (
            &*format!("match[id]={long}"),
            FilterError::TooLong {
                parameter: Id,
                bytes: 1_025,
            },
        ),
        (
            &*format!("match[type]={many}"),
            FilterError::TooMany {
                parameter: Type,
                count: 1_001,
            },
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(parse(query), Err(expected), "{query}");
    }
}

#[test]
fn malformed_times_are_told_with_their_reason() {
    for (query, why) in [
        (
            "added_after=yesterday",
            "added_after: timestamp \"yesterday\" is not of the form",
        ),
        (
            "added_after=2020-02-30T00:00:00Z",
            "names a day that does not exist",
        ),
        (
            "added_after=2020-01-01T00:00:00%2B01:00",
            "is not of the form",
        ),
        (
            "added_after=2020-01-01T00:00:00Z,2020-01-01T00:00:00Z",
            "is not of the form",
        ),
        (
            "match[version]=latest",
            "neither all, first or last nor a version",
        ),
        (
            "match[version]=ALL",
            "neither all, first or last nor a version",
        ),
        ("match[version]=2016-01-01", "is not of the form"),
    ] {
        let error = parse(query).unwrap_err().to_string();
        assert!(error.contains(why), "{query}: {error}");
    }
}

#[test]
fn parameters_that_an_endpoint_does_not_list_are_read_and_not_applied() {
    let query = "added_after=2020-01-01T00:00:00Z&limit=3&next=n&match[id]=a&match[type]=b\
                 &match[version]=all&match[spec_version]=2.0";
    let whole = parse(query).unwrap();
    assert_eq!(Filter::parse(query, Endpoint::Manifest), Ok(whole.clone()));
    let object = Filter::parse(query, Endpoint::Object).unwrap();
    assert_eq!((object.ids().len(), object.types().len()), (0, 0));
    assert_eq!(object.versions(), Some(&Versions::ALL));
    let versions = Filter::parse(query, Endpoint::Versions).unwrap();
    assert_eq!(versions.versions(), None);
    assert_eq!(versions.limit(), whole.limit());
    for malformed in ["match[version]=x", "match[type]=", "match[id]=,"] {
        assert!(
            Filter::parse(malformed, Endpoint::Versions).is_err(),
            "{malformed}"
        );
        assert!(
            Filter::parse(malformed, Endpoint::Object).is_err(),
            "{malformed}"
        );
    }
}

#[test]
fn deleting_ignores_no_filter() {
    let filter = Filter::parse(
        "match[version]=last&match[spec_version]=2.1",
        Endpoint::Delete,
    );
    assert_eq!(filter.unwrap().versions(), Some(&Versions::LAST));
    for name in [
        "match[type]",
        "match[versions]",
        "limit",
        "added_after",
        "next",
        "x",
    ] {
        assert_eq!(
            Filter::parse(&format!("{name}=1"), Endpoint::Delete),
            Err(FilterError::NotForDelete(name.to_owned()))
        );
    }
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let at = prop::option::of(Timestamp::MIN.micros()..=Timestamp::MAX.micros());
    let word = "[^,\\s\\pC]{1,12}";
    let words = || prop::collection::vec(word, 0..4);
    let versions = prop::option::of(prop_oneof![
        Just("all".to_owned()),
        Just("last".to_owned()),
        Just("first,last,2016-01-01T00:00:00.5Z,2016-01-01T00:00:00Z".to_owned()),
        Just("2016-01-01T00:00:00.000Z".to_owned()),
    ]);
    let specs = prop::collection::vec((any::<u8>(), any::<u8>()), 0..3);
    let limit = prop::option::of(1..=LIMIT_MAX);
    let next = prop::option::of("\\PC{1,40}");
    (at, limit, next, words(), words(), versions, specs).prop_map(
        |(at, limit, next, ids, types, versions, specs)| Filter {
            added_after: at.and_then(Timestamp::from_micros),
            limit: limit.and_then(NonZeroU64::new),
            next,
            ids: sorted(ids),
            types: sorted(types),
            versions: versions.map(|text| text.parse().unwrap()),
            spec_versions: sorted(
                specs
                    .into_iter()
                    .map(|(major, minor)| SpecVersion { major, minor })
                    .collect(),
            ),
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(filter in any_filter()) {
        prop_assert_eq!(parse(&filter.to_query()), Ok(filter));
    }

    #[test]
    fn any_query_is_a_filter_or_an_error(
        text in "\\PC*",
        near in "((added_after|limit|next|match\\[(id|type|version|spec_version)\\])(=[a-z0-9%,.:TZ-]*)?&?){0,4}",
    ) {
        for endpoint in [Endpoint::Objects, Endpoint::Delete, Endpoint::Versions] {
            let _ = Filter::parse(&text, endpoint);
            let _ = Filter::parse(&near, endpoint);
        }
    }
}
