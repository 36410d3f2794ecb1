//! Bodies as a whole: too long, cut short, no JSON, no envelope. Nothing of them is stored (§5.5).

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use http::{Method, StatusCode, header};
use node::{intake::REQUEST_OBJECTS_MAX, settings::TaxiiSettings};
use serde_json::json;

use crate::world::{INBOX, TAXII, Taxii, envelope, first, request};

async fn is_empty(taxii: &Taxii) -> bool {
    taxii.look("objects/?match[version]=all").await.ok().body == "{}"
}

#[tokio::test]
async fn what_is_no_json_is_400_and_stores_nothing() {
    let taxii = Taxii::new().await;
    let good = first("good").to_string();
    let deep = format!(r#"{{"objects":{}"#, "[".repeat(100_000));
    let (open, close) = ("[".repeat(80), "]".repeat(80));
    let deeper = format!(r#"{{"objects":[{good},{{"x":{open}{close}}}]}}"#);
    for (body, why) in [
        (Vec::new(), ""),
        (b" ".to_vec(), ""),
        (b"{".to_vec(), "cut off"),
        (b"{\"objects\":[".to_vec(), "cut off"),
        (format!(r#"{{"objects":[{good}"#).into_bytes(), "cut off"),
        (format!(r#"{{"objects":[{good},"#).into_bytes(), "cut off"),
        (
            format!(r#"{{"objects":[{good} {good}]}}"#).into_bytes(),
            "expected",
        ),
        (
            format!(r#"{{"objects":[{good}]}} trailing"#).into_bytes(),
            "",
        ),
        (
            format!(r#"{{"objects":[{good},{{"x":NaN}}]}}"#).into_bytes(),
            "",
        ),
        (
            format!(r#"{{"objects":[{good},{{"x":Infinity}}]}}"#).into_bytes(),
            "",
        ),
        (
            format!(r#"{{"objects":[{good},{{'x':1}}]}}"#).into_bytes(),
            "",
        ),
        (b"hello".to_vec(), ""),
        (b"<xml/>".to_vec(), ""),
        (b"\xff\xfe{\x00".to_vec(), ""),
        (
            [b"{\"objects\":[{\"x\":\"".as_slice(), b"\xc3\x28", b"\"}]}"].concat(),
            "UTF-8",
        ),
        (deep.into_bytes(), ""),
        (deeper.into_bytes(), "nested deeper than 64"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let (status, code, words) = taxii.post(body).await.problem();
        assert!(
            status == 400 || status == 422,
            "{status} {code} for {shown}: {words}"
        );
        assert!(words.contains(why), "{shown}: {words}");
    }
    assert!(is_empty(&taxii).await);
}

#[tokio::test]
async fn what_is_json_and_no_envelope_is_422_and_stores_nothing() {
    let taxii = Taxii::new().await;
    let good = first("good");
    for body in [
        json!(1),
        json!(null),
        json!(true),
        json!("objects"),
        json!([]),
        json!([good]),
        json!({"object": [good]}),
        json!({"objects": null}),
        json!({"objects": 5}),
        json!({"objects": {"a": good}}),
        json!({"objects": "x"}),
        json!({"objects": [1]}),
        json!({"objects": [good, null]}),
        json!({"objects": [good, "x"]}),
        json!({"objects": [[good]]}),
    ] {
        let (status, code, words) = taxii.post(body.to_string()).await.problem();
        assert!(
            status == 400 || status == 422,
            "{status} {code} for {body}: {words}"
        );
    }
    assert!(is_empty(&taxii).await);
}

#[tokio::test]
async fn too_many_objects_in_a_short_body_are_422() {
    let taxii = Taxii::new().await;
    let count = usize::try_from(REQUEST_OBJECTS_MAX).unwrap() + 1;
    let objects = vec!["{}"; count].join(",");
    let answer = taxii.post(format!(r#"{{"objects":[{objects}]}}"#)).await;
    // §4.2.1: a body shorter than max_content_length MUST NOT be answered 413.
    let (status, code, words) = answer.problem();
    assert_eq!((status, &*code), (422, "too_large"), "{words}");
    assert!(words.contains("more than 100000 objects"), "{words}");
    assert!(is_empty(&taxii).await);
}

#[tokio::test]
async fn the_longest_body_is_taken_and_one_byte_more_is_413() {
    let settings = TaxiiSettings {
        body_bytes_max: 1_000,
        ..TaxiiSettings::default()
    };
    let taxii = Taxii::with(settings).await;
    let body = |name: &str, bytes: usize| {
        let mut text = envelope(&[first(name)]);
        text.extend(std::iter::repeat_n(' ', bytes - text.len()));
        text
    };
    assert_eq!(
        taxii.post(body("a", 1_000)).await.status,
        StatusCode::ACCEPTED
    );
    let (status, code, words) = taxii.post(body("b", 1_001)).await.problem();
    assert_eq!((status, &*code), (413, "too_large"));
    assert!(words.contains("1000 bytes"), "{words}");
    // Without a Content-Length it is noticed on the way, and with one before anything is read.
    let (status, ..) = taxii.post(chunked(&body("b", 1_001), 100)).await.problem();
    assert_eq!(status, 413);
    let never = stream::pending::<Result<Bytes, std::io::Error>>();
    let said = request(Method::POST, &format!("{INBOX}objects/"))
        .header(header::CONTENT_TYPE, TAXII)
        .header(header::CONTENT_LENGTH, 1_001)
        .body(Body::from_stream(never))
        .unwrap();
    assert_eq!(taxii.send(said).await.problem().0, 413);
    assert_eq!(taxii.names("").await, ["a"]);
}

fn chunked(body: &str, size: usize) -> Body {
    let chunks: Vec<Result<Bytes, std::io::Error>> = body
        .as_bytes()
        .chunks(size)
        .map(|chunk| Ok(Bytes::copy_from_slice(chunk)))
        .collect();
    Body::from_stream(stream::iter(chunks))
}

#[tokio::test]
async fn chunked_bodies_are_taken() {
    let taxii = Taxii::new().await;
    let answer = taxii.post(chunked(&envelope(&[first("a")]), 7)).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_body_cut_short_is_not_stored() {
    let taxii = Taxii::new().await;
    let whole = envelope(&[first("a")]);
    let cut = |length: usize, error: bool| {
        // What was received would be an envelope by itself.
        let mut chunks = vec![Ok(Bytes::from(whole.clone()))];
        if error {
            chunks.push(Err(std::io::Error::other("the connection was closed")));
        }
        request(Method::POST, &format!("{INBOX}objects/"))
            .header(header::CONTENT_TYPE, TAXII)
            .header(header::CONTENT_LENGTH, length)
            .body(Body::from_stream(stream::iter(chunks)))
            .unwrap()
    };
    for request in [
        cut(whole.len() + 10, true),
        cut(whole.len() + 10, false),
        cut(whole.len(), true),
    ] {
        let (status, code, _) = taxii.send(request).await.problem();
        assert_eq!((status, &*code), (400, "cut_short"));
    }
    assert!(is_empty(&taxii).await);
}

#[tokio::test]
async fn bodies_share_what_memory_they_may_take() {
    let settings = TaxiiSettings {
        bodies_bytes_max: 128 << 10,
        ..TaxiiSettings::default()
    };
    let taxii = Taxii::with(settings).await;
    let large = |name: &str| {
        let mut object = first(name);
        object["description"] = "x".repeat(200 << 10).into();
        envelope(&[object])
    };
    let refused = taxii.post(large("a")).await;
    assert_eq!(refused.problem().0, 503);
    assert_eq!(refused.header("retry-after"), Some("5"));
    // What was taken for it is free again.
    for name in ["b", "c", "d"] {
        taxii.add(&[first(name)]).await;
    }
}

#[tokio::test]
async fn many_small_objects_are_taken_at_once() {
    let taxii = Taxii::new().await;
    let objects: Vec<_> = (0..3_000).map(|n| first(&n.to_string())).collect();
    let status = taxii.add(&objects).await;
    assert_eq!(status["successes"].as_array().unwrap().len(), 3_000);
    assert_eq!(
        taxii
            .look("objects/?limit=10000")
            .await
            .ok()
            .objects()
            .len(),
        3_000
    );
}
