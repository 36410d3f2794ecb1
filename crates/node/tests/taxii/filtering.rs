//! Filters: §3.4. The grammar is tested in the crate `taxii`; here is what they select, and that what is malformed is 400
//! at every endpoint.

use crate::world::{Taxii, V1, V2, first, id, indicator, malware};

async fn some() -> Taxii {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a"), malware("b")]).await;
    taxii.add(&[indicator("a", V2), first("c")]).await;
    taxii
}

#[tokio::test]
async fn filters_select_alone_and_together() {
    let taxii = some().await;
    let (a, b, c) = (
        id("indicator", "a"),
        id("malware", "b"),
        id("indicator", "c"),
    );
    for (query, expected) in [
        ("".to_owned(), vec!["b", "a", "c"]),
        ("?match[version]=all".to_owned(), vec!["a", "b", "a", "c"]),
        ("?match[type]=indicator".to_owned(), vec!["a", "c"]),
        (
            "?match[type]=indicator,malware".to_owned(),
            vec!["b", "a", "c"],
        ),
        ("?match%5Btype%5D=malware".to_owned(), vec!["b"]),
        ("?match[type]=campaign,x-of-ours".to_owned(), vec![]),
        (format!("?match[id]={c},{b}"), vec!["b", "c"]),
        (
            format!("?match[id]={c},{a}&match[type]=indicator&match[version]={V1}"),
            vec!["a", "c"],
        ),
        (format!("?match[id]={b}&match[type]=indicator"), vec![]),
        ("?match[id]=nonsense".to_owned(), vec![]),
        (format!("?match[version]={V2}"), vec!["a"]),
        ("?match[version]=first".to_owned(), vec!["a", "b", "c"]),
        ("?match[foo]=bar&page=7&limit=2".to_owned(), vec!["b", "a"]),
    ] {
        assert_eq!(taxii.names(&query).await, expected, "{query}");
        let manifest = taxii.look(&format!("manifest/{query}")).await.ok();
        assert_eq!(manifest.objects().len(), expected.len(), "manifest {query}");
    }
}

#[tokio::test]
async fn added_after_is_exclusive_and_takes_any_precision() {
    let taxii = some().await;
    let records = taxii
        .look("manifest/?match[version]=all")
        .await
        .ok()
        .objects();
    let date = |at: usize| records[at]["date_added"].as_str().unwrap();
    let after = async |date: &str| {
        taxii
            .names(&format!("?match[version]=all&added_after={date}"))
            .await
    };
    assert_eq!(after(date(0)).await, ["b", "a", "c"]);
    assert_eq!(after(date(2)).await, ["c"]);
    assert!(after(date(3)).await.is_empty());
    assert_eq!(after("2020-01-01T00:00:00Z").await.len(), 4);
    assert_eq!(after("2020-01-01T00:00:00.5Z").await.len(), 4);
    assert!(after("2100-01-01T00:00:00.123456789Z").await.is_empty());
    // More digits than are kept: after the microsecond in which it was added.
    let finer = date(1).replace('Z', "999Z");
    assert_eq!(after(&finer).await, ["a", "c"]);
}

#[tokio::test]
async fn what_is_malformed_is_400_at_every_endpoint() {
    let taxii = some().await;
    let a = id("indicator", "a");
    let malformed = [
        "added_after=yesterday",
        "added_after=2020-13-01T00:00:00Z",
        "added_after=2020-01-01",
        "added_after=",
        "added_after=2020-01-01T00:00:00Z&added_after=2020-01-01T00:00:00Z",
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=1111111111111111111111111111111111111111",
        "limit=",
        "limit=1&limit=2",
        "next=",
        "next=garbage",
        "next=..%2F..%2Fetc%2Fpasswd",
        "next=%00",
        "match[version]=latest",
        "match[version]=2020-01-01",
        "match[version]=all,last",
        "match[version]=last,last",
        "match[version]=",
        "match[spec_version]=x",
        "match[spec_version]=",
        "match[type]=",
        "match[type]=indicator,%20malware",
        "match[type]=indicator&match[type]=malware",
        "match[id]=",
        "match[id]=a&match[id]=b",
        "match[type]=%FF",
        "limit=%zz",
    ];
    let versions = format!("objects/{a}/versions/");
    let object = format!("objects/{a}/");
    for endpoint in ["objects/", "manifest/", &object, &versions] {
        for query in malformed {
            let answer = taxii.look(&format!("{endpoint}?{query}")).await;
            let (status, code, words) = answer.problem();
            assert_eq!(status, 400, "{endpoint}?{query}: {words}");
            assert!(["bad_filter", "bad_next"].contains(&&*code), "{code}");
        }
    }
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let taxii = some().await;
    for query in [
        "?foo=bar",
        "?foo",
        "?match[x]=1&match[x]=2",
        "?Limit=0",
        "?&&",
    ] {
        assert_eq!(taxii.names(query).await, ["b", "a", "c"], "{query}");
    }
}

#[tokio::test]
async fn types_of_stix_never_fail() {
    let taxii = some().await;
    for kind in [
        "attack-pattern",
        "x509-certificate",
        "marking-definition",
        "language-content",
        "extension-definition",
        "bundle",
    ] {
        taxii
            .look(&format!("objects/?match[type]={kind}"))
            .await
            .ok();
    }
}
