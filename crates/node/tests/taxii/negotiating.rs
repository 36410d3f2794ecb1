//! Content negotiation: §1.6.8, §3.1. The tables of headers are in the crate `taxii`; here is that they are asked.

use axum::body::Body;
use http::{Method, header};

use crate::world::{INBOX, TAXII, Taxii, envelope, first, request};

async fn get(taxii: &Taxii, path: &str, accept: &str) -> crate::world::Answer {
    let mut request = request(Method::GET, path).body(Body::empty()).unwrap();
    request
        .headers_mut()
        .insert(header::ACCEPT, accept.parse().unwrap());
    taxii.send(request).await
}

fn everywhere() -> Vec<String> {
    let mut paths: Vec<String> = ["/taxii2/", "/taxii2/local/", "/taxii2/local/collections/"]
        .map(str::to_owned)
        .into();
    let object = crate::world::id("indicator", "a");
    for below in [
        "",
        "manifest/",
        "objects/",
        &format!("objects/{object}/"),
        &format!("objects/{object}/versions/"),
    ] {
        paths.push(format!("{INBOX}{below}"));
    }
    paths
}

#[tokio::test]
async fn what_the_endpoint_defines_is_never_406() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a")]).await;
    for path in everywhere() {
        for accept in [
            "application/taxii+json;version=2.1",
            "application/taxii+json; version=2.1",
            "application/taxii+json",
            "Application/TAXII+JSON; Version=\"2.1\"",
            "application/taxii+json;version=2.0, application/taxii+json;version=2.1;q=0.5",
            "application/json, text/plain, */*",
            "*/*",
        ] {
            // `ok` looks at the Content-Type: it names the version whatever was accepted.
            get(&taxii, &path, accept).await.ok();
        }
        let mut bare = request(Method::GET, &path).body(Body::empty()).unwrap();
        bare.headers_mut().remove(header::ACCEPT);
        taxii.send(bare).await.ok();
    }
}

#[tokio::test]
async fn what_is_not_taxii_is_406_with_an_error_message() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a")]).await;
    for path in everywhere() {
        for accept in [
            "application/taxii+json;version=2.0",
            "text/html",
            "application/taxii+json;q=0",
        ] {
            let (status, code, words) = get(&taxii, &path, accept).await.problem();
            assert_eq!((status, &*code), (406, "not_acceptable"), "{path}");
            assert!(words.contains(accept), "{words}");
        }
    }
}

#[tokio::test]
async fn a_manifest_may_be_accepted_as_stix_and_an_envelope_may_not() {
    let taxii = Taxii::new().await;
    let stix = "application/stix+json;version=2.1";
    get(&taxii, &format!("{INBOX}manifest/"), stix).await.ok();
    let objects = get(&taxii, &format!("{INBOX}objects/"), stix).await;
    assert_eq!(objects.problem().0, 406);
}

#[tokio::test]
async fn what_does_not_exist_is_told_before_what_is_accepted() {
    let taxii = Taxii::new().await;
    let missing = get(
        &taxii,
        "/taxii2/local/collections/none/objects/?limit=x",
        "text/html",
    )
    .await;
    assert_eq!(missing.problem().1, "no_such_collection");
}

#[tokio::test]
async fn bodies_of_taxii_are_taken_with_or_without_a_version() {
    let taxii = Taxii::new().await;
    for (number, content_type) in [
        TAXII,
        "application/taxii+json",
        "application/taxii+json; version=2.1",
        "application/taxii+json; charset=utf-8",
        "application/taxii+json;version=\"2.1\"",
    ]
    .into_iter()
    .enumerate()
    {
        let post = request(Method::POST, &format!("{INBOX}objects/"))
            .header(header::CONTENT_TYPE, content_type)
            .body(envelope(&[first(&number.to_string())]).into())
            .unwrap();
        assert_eq!(taxii.send(post).await.status, 202, "{content_type}");
    }
}

#[tokio::test]
async fn other_bodies_are_415_and_nothing_of_them_is_stored() {
    let taxii = Taxii::new().await;
    let with = |headers: &[(header::HeaderName, &str)]| {
        let mut post = request(Method::POST, &format!("{INBOX}objects/"))
            .body(Body::from(envelope(&[first("a")])))
            .unwrap();
        for (name, value) in headers {
            post.headers_mut().append(name, value.parse().unwrap());
        }
        post
    };
    let content_type = |value| (header::CONTENT_TYPE, value);
    let cases = [
        (with(&[]), "there is no Content-Type header"),
        (
            with(&[content_type("text/plain")]),
            "\"text/plain\" is not taken",
        ),
        (with(&[content_type("application/json")]), "is not taken"),
        (
            with(&[content_type("application/taxii+json;version=2.0")]),
            "a version of TAXII that is not spoken",
        ),
        (
            with(&[content_type("application/taxii+json;charset=latin1")]),
            "another charset than UTF-8",
        ),
        (
            with(&[content_type(TAXII), content_type(TAXII)]),
            "more than one Content-Type",
        ),
        (
            with(&[content_type(TAXII), (header::CONTENT_ENCODING, "br")]),
            "`br` is not known here",
        ),
    ];
    for (post, why) in cases {
        let (status, _, words) = taxii.send(post).await.problem();
        assert_eq!(status, 415);
        assert!(words.contains(why), "{words}");
    }
    assert_eq!(
        taxii.look("objects/").await.ok().json(),
        serde_json::json!({})
    );
}
