//! Server Discovery, API roots and collections: §4.1, §4.2, §5.1, §5.2.

use axum::body::Body;
use http::{Method, StatusCode, header};
use node::settings::TaxiiSettings;
use serde_json::json;

use crate::world::{INBOX, TAXII, Taxii, request};

#[tokio::test]
async fn discovery_lists_api_roots_as_absolute_urls_with_a_slash_at_the_end() {
    let taxii = Taxii::new().await;
    let root = "http://taxii.example:8443/taxii2/local/";
    let expected = json!({"title": "a", "default": root, "api_roots": [root]});
    assert_eq!(taxii.get("/taxii2/").await.ok().json(), expected);
}

#[tokio::test]
async fn discovery_says_the_configured_url_whatever_the_request_says() {
    let mut taxii = Taxii::new().await;
    taxii
        .configure(|settings| settings.web.url = Some("https://taxii.example".to_owned()))
        .await;
    let discovery = taxii.get("/taxii2/").await.ok().json();
    assert_eq!(discovery["default"], "https://taxii.example/taxii2/local/");
}

#[tokio::test]
async fn a_host_that_is_none_does_not_come_back() {
    let taxii = Taxii::new().await;
    let ask = async |host: &str| {
        let mut request = request(Method::GET, "/taxii2/")
            .body(Body::empty())
            .unwrap();
        request
            .headers_mut()
            .insert(header::HOST, host.parse().unwrap());
        taxii.send(request).await
    };
    // RFC 9112 §3.2: an invalid one MUST be answered 400.
    for host in ["evil.example/path", "user@evil.example", "a b", "a:x"] {
        let (status, code, _) = ask(host).await.problem();
        assert_eq!((status, &*code), (400, "bad_host"), "{host}");
    }
    // Allowed by RFC 3986, and no name of anything.
    for host in ["", "a(b)", "a,b"] {
        let discovery = ask(host).await.ok().json();
        assert_eq!(discovery["api_roots"], json!(["/taxii2/local/"]), "{host}");
    }
}

#[tokio::test]
async fn an_api_root_says_its_versions_and_its_longest_body() {
    let taxii = Taxii::new().await;
    let root = taxii.get("/taxii2/local/").await.ok().json();
    assert_eq!(
        root["versions"],
        json!(["application/taxii+json;version=2.1"])
    );
    assert_eq!(root["max_content_length"], 104_857_600);
    assert_eq!(root["title"], "Collections of this party");
}

#[tokio::test]
async fn the_longest_body_is_what_was_set() {
    let settings = TaxiiSettings {
        body_bytes_max: 4_096,
        ..TaxiiSettings::default()
    };
    let taxii = Taxii::with(settings).await;
    let root = taxii.get("/taxii2/local/").await.ok().json();
    assert_eq!(root["max_content_length"], 4_096);
}

#[tokio::test]
async fn a_collection_is_found_by_id_and_by_alias() {
    let taxii = Taxii::new().await;
    taxii.make_collection("archive").await;
    let list = taxii.get("/taxii2/local/collections/").await.ok().json();
    let collections = list["collections"].as_array().unwrap();
    let titles: Vec<_> = collections
        .iter()
        .map(|each| each["title"].clone())
        .collect();
    assert_eq!(titles, ["The archive", "The inbox"]);
    for listed in collections {
        let id = listed["id"].as_str().unwrap();
        let alias = listed["alias"].as_str().unwrap();
        assert_eq!(id.parse::<uuid::Uuid>().unwrap().get_version_num(), 4);
        for name in [id, &id.to_uppercase(), alias] {
            let path = format!("/taxii2/local/collections/{name}/");
            assert_eq!(&taxii.get(&path).await.ok().json(), listed, "{name}");
        }
        assert_eq!(
            (&listed["can_read"], &listed["can_write"]),
            (&json!(true), &json!(true))
        );
        let media = json!([
            "application/stix+json;version=2.1",
            "application/stix+json;version=2.0"
        ]);
        assert_eq!(listed["media_types"], media);
    }
}

#[tokio::test]
async fn the_slash_at_the_end_may_be_missing() {
    let taxii = Taxii::new().await;
    for path in [
        "/taxii2",
        "/taxii2/local",
        "/taxii2/local/collections",
        "/taxii2/local/collections/inbox",
        "/taxii2/local/collections/inbox/manifest",
        "/taxii2/local/collections/inbox/objects",
        "/taxii2/local/collections/inbox/objects?limit=3",
    ] {
        taxii.get(path).await.ok();
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let taxii = Taxii::new().await;
    taxii.add(&[crate::world::first("a")]).await;
    for path in [
        "/taxii2/",
        "/taxii2/local/",
        INBOX,
        &format!("{INBOX}objects/"),
        &format!("{INBOX}manifest/"),
    ] {
        let get = taxii.get(path).await.ok();
        let head = taxii.ask(Method::HEAD, path).await.ok();
        assert!(head.body.is_empty());
        let length = get.body.len().to_string();
        assert_eq!(head.header("content-length"), Some(&*length), "{path}");
        let added =
            |answer: &crate::world::Answer| answer.headers.get("x-taxii-date-added-last").cloned();
        assert_eq!(added(&head), added(&get));
    }
    let missing = taxii.ask(Method::HEAD, "/taxii2/nowhere/").await;
    assert_eq!(
        (missing.status, missing.body.len()),
        (StatusCode::NOT_FOUND, 0)
    );
    assert_eq!(missing.header("content-type"), Some(TAXII));
}
