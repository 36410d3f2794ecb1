//! Errors (§3.6) and who is let in (§1.6.9). That every failure carries the error message is looked at in `world.rs`, on
//! every answer of these tests.

use std::net::Ipv4Addr;

use crate::world::{INBOX, Taxii, envelope, first, id, of_directory, request, send};
use axum::body::Body;
use http::{Method, StatusCode, header};

#[tokio::test]
async fn nothing_is_there_for_whoever_has_not_logged_in() {
    let taxii = Taxii::new().await;
    taxii.add(&[first("a")]).await;
    let object = id("indicator", "a");
    let get = Method::GET;
    let mut from = 0;
    for (method, path) in [
        (&get, "/taxii2/".to_owned()),
        (&get, "/taxii2/local/".to_owned()),
        // Whether it exists makes no difference.
        (&get, "/taxii2/nowhere/".to_owned()),
        (&get, "/taxii2/local/collections/".to_owned()),
        (&get, INBOX.to_owned()),
        (&get, "/taxii2/local/collections/nothing/".to_owned()),
        (&get, format!("{INBOX}manifest/")),
        (&get, format!("{INBOX}objects/")),
        (&get, format!("{INBOX}objects/{object}/")),
        (&get, format!("{INBOX}objects/{object}/versions/")),
        (&get, format!("/taxii2/local/status/{}/", uuid::Uuid::nil())),
        (&Method::POST, format!("{INBOX}objects/")),
        (&Method::DELETE, format!("{INBOX}objects/{object}/")),
        // "regardless of HTTP method" (§1.6.9): also one that is never taken there.
        (&Method::PUT, format!("{INBOX}objects/{object}/")),
        (&Method::DELETE, format!("{INBOX}objects/")),
        (&Method::PATCH, "/taxii2/".to_owned()),
    ] {
        // Who fails too often has to wait; this is about each by itself.
        for authorization in [
            None,
            Some("Basic YTpi"),
            Some("Bearer x"),
            Some("Digest x"),
            Some("Basic"),
        ] {
            // Filters, media types and bodies are not looked at before.
            let mut request = request(method.clone(), &format!("{path}?limit=0&next=x"))
                .body(Body::from("no envelope"))
                .unwrap();
            let headers = request.headers_mut();
            headers.insert(header::ACCEPT, "text/html".parse().unwrap());
            headers.insert(header::CONTENT_TYPE, "text/html".parse().unwrap());
            if let Some(value) = authorization {
                headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            }
            from += 1;
            let address = Ipv4Addr::from_bits(0xC633_6400 + from);
            let answer = send(taxii.asking(address), request).await;
            let (status, code, _) = answer.problem();
            assert_eq!(
                (status, &*code),
                (401, "unauthorized"),
                "{method} {path} {authorization:?}"
            );
            let challenges: Vec<_> = answer
                .headers
                .get_all(header::WWW_AUTHENTICATE)
                .iter()
                .collect();
            assert_eq!(challenges[0], "Basic realm=\"chancery\", charset=\"UTF-8\"");
            assert_eq!(challenges[1], "Bearer realm=\"chancery\"");
        }
    }
    assert_eq!(taxii.names("").await, ["a"]);
}

#[tokio::test]
async fn what_does_not_exist_is_404() {
    let taxii = Taxii::new().await;
    for (path, code) in [
        ("/taxii2/nowhere/", "no_such_api_root"),
        ("/taxii2/nowhere/collections/", "no_such_api_root"),
        (
            "/taxii2/nowhere/collections/inbox/objects/",
            "no_such_api_root",
        ),
        ("/taxii2/local/collections/nothing/", "no_such_collection"),
        (
            "/taxii2/local/collections/00000000-0000-4000-8000-000000000000/manifest/",
            "no_such_collection",
        ),
        ("/taxii2/local/collections/INBOX/", "no_such_collection"),
        (
            "/taxii2/local/collections/inbox/objects/x/versions/y/",
            "no_such_path",
        ),
        ("/taxii2/local/collections/inbox/nothing/", "no_such_path"),
        (
            "/taxii2/local/collections/inbox/objects//",
            "no_such_object",
        ),
        ("/taxii2/local/nothing/", "no_such_path"),
    ] {
        let (status, told, words) = taxii.get(path).await.problem();
        assert_eq!((status, &*told), (404, code), "{path}: {words}");
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_is_400() {
    let taxii = Taxii::new().await;
    for path in [
        "/taxii2/%FF/",
        "/taxii2/local/collections/%C3%28/",
        "/taxii2/local/collections/inbox/objects/%FF/",
    ] {
        let (status, code, _) = taxii.get(path).await.problem();
        assert_eq!((status, &*code), (400, "bad_path"), "{path}");
    }
}

#[tokio::test]
async fn other_methods_are_405_with_those_that_there_are() {
    let taxii = Taxii::new().await;
    let object = format!("{INBOX}objects/{}/", id("indicator", "a"));
    for (path, allow) in [
        ("/taxii2/", "GET,HEAD"),
        ("/taxii2/local/", "GET,HEAD"),
        ("/taxii2/local/collections/", "GET,HEAD"),
        (INBOX, "GET,HEAD"),
        (&format!("{INBOX}manifest/"), "GET,HEAD"),
        (&format!("{INBOX}objects/"), "GET,HEAD,POST"),
        (&object, "DELETE,GET,HEAD"),
    ] {
        for method in ["PUT", "PATCH", "TRACE", "PROPFIND"] {
            let answer = taxii.ask(method.parse().unwrap(), path).await;
            assert_eq!(answer.problem().1, "wrong_method", "{method} {path}");
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(sorted(answer.header("allow")), allow, "{path}");
        }
        let options = taxii.ask(Method::OPTIONS, path).await;
        assert_eq!(
            (options.status, options.body.len()),
            (StatusCode::NO_CONTENT, 0)
        );
        assert_eq!(sorted(options.header("allow")), allow, "{path}");
    }
}

fn sorted(allow: Option<&str>) -> String {
    let mut methods: Vec<&str> = allow.unwrap_or_default().split(',').collect();
    methods.sort_unstable();
    methods.join(",")
}

#[tokio::test]
async fn a_failure_of_ours_tells_nothing_of_our_insides() {
    let taxii = Taxii::new().await;
    taxii
        .party()
        .faults()
        .fail("append", 1, store::When::Before);
    let request = request(Method::POST, &format!("{INBOX}objects/"))
        .header(header::CONTENT_TYPE, crate::world::TAXII)
        .body(envelope(&[first("a")]).into())
        .unwrap();
    let router = of_directory(taxii.asking(Ipv4Addr::LOCALHOST));
    let (status, code, words) = send(router, request).await.problem();
    assert_eq!((status, &*code), (503, "busy"), "{words}");
    assert!(!words.contains("injected"), "{words}");
}

#[tokio::test]
async fn whoever_fails_too_often_is_still_answered_401() {
    let taxii = Taxii::new().await;
    let router = taxii.asking(Ipv4Addr::new(198, 51, 100, 1));
    let mut held = 0;
    for _ in 0..12 {
        let request = request(Method::GET, &format!("{INBOX}objects/"))
            .header(header::AUTHORIZATION, "Basic YTpi")
            .body(Body::empty())
            .unwrap();
        let answer = send(router.clone(), request).await;
        // §5.4: a client that fails authentication is answered 401 or 404, how often ever it does.
        let (status, code, _) = answer.problem();
        assert_eq!(status, 401, "{code}");
        assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE));
        let waits = code == "too_many_failures";
        assert_eq!(answer.headers.contains_key(header::RETRY_AFTER), waits);
        held += u32::from(waits);
    }
    assert!(held > 0, "nobody was held up");
}
