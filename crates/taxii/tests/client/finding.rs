//! Discovery, API roots and collections (TAXII 2.1 §4.1, §4.2, §5.1) as servers write them.

use taxii::client::Error;

use crate::server::{Server, json};

async fn discovers(body: &'static str) -> Server {
    Server::start(move |_| json(body)).await
}

#[tokio::test]
async fn roots_are_found_however_they_are_written() {
    for (written, path) in [
        ("/api/", "/api/"),
        ("/api", "/api/"),
        ("api/", "/taxii2/api/"),
        (" /api?x=1#y ", "/api/"),
    ] {
        let server = Server::start(move |_| {
            json(format!(
                r#"{{"title":"t","default":"{written}","api_roots":[]}}"#
            ))
        })
        .await;
        let root = server
            .client()
            .build()
            .unwrap()
            .default_root()
            .await
            .unwrap();
        assert_eq!(root.url().path(), path, "{written}");
    }
}

#[tokio::test]
async fn the_only_root_is_the_default_and_of_several_none() {
    let server = discovers(r#"{"title":"t","api_roots":["/one/"]}"#).await;
    let client = server.client().build().unwrap();
    assert_eq!(client.default_root().await.unwrap().url().path(), "/one/");

    let server = discovers(r#"{"title":"t","default":"","api_roots":["/one/","/two/"]}"#).await;
    let client = server.client().build().unwrap();
    let error = client.default_root().await.unwrap_err();
    assert!(
        matches!(&error, Error::NoDefaultRoot { roots, .. } if roots.len() == 2),
        "{error}"
    );
    let roots = client.roots().await.unwrap();
    let paths: Vec<_> = roots.iter().map(|root| root.url().path()).collect();
    assert_eq!(paths, ["/one/", "/two/"]);
}

#[tokio::test]
async fn a_root_that_would_leave_tls_or_carry_a_password_is_refused() {
    let server =
        discovers(r#"{"title":"t","default":"http://192.0.2.1/api/","api_roots":[]}"#).await;
    let client = server.client().build().unwrap();
    let error = client.default_root().await.unwrap_err();
    assert!(matches!(error, Error::Insecure { .. }), "{error}");
    let error = client.root("https://u:secret@taxii.example/").unwrap_err();
    assert!(matches!(error, Error::NotAUrl { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn collections_are_found_by_id_alias_and_title() {
    let list = r#"{"collections":[
        {"id":"1","title":"Same","alias":"first","can_read":true,"can_write":false},
        {"id":"2","title":"Same","can_read":true,"can_write":false},
        {"id":"3","title":"Other","can_read":true,"can_write":false}]}"#;
    let server = discovers(list).await;
    let root = server.client().build().unwrap().root("/api/").unwrap();
    for (wanted, id) in [("2", "2"), ("first", "1"), ("Other", "3")] {
        assert_eq!(root.collection(wanted).await.unwrap().info().id, id);
    }
    let error = root.collection("Same").await.unwrap_err();
    assert!(
        matches!(&error, Error::AmbiguousTitle { ids, .. } if *ids == ["1", "2"]),
        "{error}"
    );
    let error = root.collection("none").await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it has `Same (1)`, `Same (2)`, `Other (3)`"),
        "{error}"
    );
}
