use proptest::prelude::*;

use super::*;

#[test]
fn what_covers_taxii_is_accepted() {
    for accept in [
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        "application/taxii+json ;version=2.1",
        "application/taxii+json; version = 2.1",
        "application/taxii+json;version=\"2.1\"",
        "application/taxii+json;version=\"2\\.1\"",
        "Application/TAXII+JSON;Version=2.1",
        "application/taxii+json",
        "application/taxii+json;",
        "application/taxii+json;charset=utf-8",
        "application/taxii+json;version=2.1;charset=utf-8;q=0.8",
        "application/taxii+json;version=2.1;q=0.001",
        "application/taxii+json;q=1.000",
        "application/taxii+json;q=.5",
        "application/vnd.oasis.taxii+json",
        "*/*",
        "application/*",
        "application/*;q=0.1",
        "application/json",
        "application/json, text/plain, */*",
        "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
        "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
        "application/taxii+json;version=3.0;q=0.9, application/taxii+json;q=0.1",
        "application/taxii+json;version=2.1,application/stix+json;version=2.1",
        "text/html,,  ,application/taxii+json",
        "text/html;title=\"a,b;c\\\"d\", application/taxii+json",
        "*/*;q=0, application/taxii+json;version=2.1",
        "application/taxii+json;q=0, application/taxii+json;version=2.1",
        "nonsense, application/taxii+json",
        "",
        "  ",
    ] {
        assert_eq!(check_accept([accept], false), Ok(()), "{accept}");
    }
    assert_eq!(check_accept([], false), Ok(()));
    assert_eq!(
        check_accept(["text/html", "application/taxii+json"], false),
        Ok(())
    );
}

#[test]
fn what_leaves_taxii_out_is_not_acceptable() {
    for accept in [
        "application/taxii+json;version=2.0",
        "application/taxii+json;version=2",
        "application/taxii+json;version=",
        "application/taxii+json;version=21",
        "application/vnd.oasis.taxii+json; version=2.0",
        "application/vnd.oasis.stix+json; version=2.0",
        "application/stix+json;version=2.1",
        "application/xml",
        "text/*",
        "text/html",
        "taxii+json",
        "*",
        "application",
        "application/taxii+json;version=2.1;q=0",
        "application/taxii+json;version=2.1;q=0.000",
        "application/taxii+json;version=2.1;q=",
        "application/taxii+json;version=2.1;q=.",
        "application/taxii+json;version=2.1;q=.0",
        "application/taxii+json;version=2.1;q=2",
        "application/taxii+json;version=2.1;q=-1",
        "application/taxii+json;version=2.1;q=much",
        "application/taxii+json;version=2.1;q=0, */*",
        "application/taxii+json;q=0, application/*",
        "application/json;q=0",
        "\"application/taxii+json",
        "application/taxii+json;version=\"2.1",
    ] {
        let error = check_accept([accept], false).unwrap_err();
        assert_eq!(error.accept, accept);
    }
}

#[test]
fn a_manifest_may_be_asked_for_as_stix() {
    assert_eq!(check_accept(["application/stix+json"], true), Ok(()));
    assert_eq!(check_accept([STIX_21], true), Ok(()));
    assert!(check_accept([STIX_20], true).is_err());
}

#[test]
fn bodies_of_taxii_are_taken() {
    for content_type in [
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=2.1",
        "application/taxii+json;version=\"2.1\"",
        "application/taxii+json",
        "APPLICATION/TAXII+JSON; VERSION=2.1; CHARSET=UTF-8",
        "application/taxii+json; charset=utf-8",
        "application/taxii+json;x=y",
    ] {
        let told = check_content_type(Some(content_type));
        assert_eq!(told, Ok(()), "{content_type}");
    }
}

#[test]
fn other_bodies_are_refused_with_the_reason() {
    use UnsupportedMediaType::{Charset, Malformed, Missing, Other, Version};
    assert_eq!(check_content_type(None), Err(Missing));
    assert_eq!(check_content_type(Some(" ")), Err(Missing));
    type Reason = fn(String) -> UnsupportedMediaType;
    let cases: [(&str, Reason); 10] = [
        ("text/plain", Other),
        ("application/json", Other),
        ("application/stix+json;version=2.1", Other),
        ("*/*", Other),
        ("application/taxii+json, text/plain", Malformed),
        ("taxii", Malformed),
        ("application/taxii+json;version=2.0", Version),
        ("application/taxii+json;version=", Version),
        ("application/vnd.oasis.taxii+json; version=2.0", Version),
        ("application/taxii+json;charset=latin1", Charset),
    ];
    for (content_type, reason) in cases {
        let error = check_content_type(Some(content_type)).unwrap_err();
        assert_eq!(error, reason(content_type.to_owned()));
    }
}

proptest! {
    #[test]
    fn any_header_is_answered(text in "\\PC*", other in "[a-z/*;=,\" .0-9q\\\\]*") {
        let _ = check_accept([&*text, &*other], true);
        let _ = check_content_type(Some(&text));
        let _ = check_content_type(Some(&other));
    }

    #[test]
    fn our_type_is_found_wherever_it_stands(before in "[a-z]{1,5}/[a-z]{1,5}", after in "[a-z]{1,5}/[a-z]{1,5}(;q=0\\.[0-9])?") {
        let accept = format!("{before}, {TAXII_21} ,{after}");
        prop_assert_eq!(check_accept([&*accept], false), Ok(()));
    }
}
