//! Requests that cannot be read.

use http::Method;

use crate::world::{Desk, TestClock, refusal};

#[tokio::test]
async fn what_cannot_be_read_says_what_and_where() {
    let desk = Desk::new("alpha", &TestClock::new()).await;
    let mut told = Vec::new();
    for (method, path, body) in [
        (Method::GET, "/nowhere", ""),
        (Method::DELETE, "/status", ""),
        (Method::POST, "/dialogues", "{\"name\":1}"),
        (Method::POST, "/dialogues", "{\"name\":\"A\"}"),
        (Method::POST, "/steps", "{"),
        (Method::POST, "/steps", ""),
        (Method::GET, "/items", ""),
        (Method::GET, "/items?item=cyber", ""),
        (Method::GET, "/items?item=cyber/alpha/1", ""),
        (Method::POST, "/pass", "{}"),
        (Method::POST, "/pass?track=cyber", "{}"),
        (Method::POST, "/import", "no tar"),
    ] {
        let (status, bytes) = desk.send(method.clone(), path, body.into()).await;
        let asked = format!("{method} {path} {body}");
        told.push(format!(
            "{}\n    {}",
            asked.trim_end(),
            refusal(status, &bytes)
        ));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
        GET /nowhere
            404 not_found: there is nothing at /api/v1/nowhere; the paths begin with /api/v1/
        DELETE /status
            405 wrong_method: /api/v1/status is not asked with DELETE
        POST /dialogues {"name":1}
            422 invalid: the request cannot be read: invalid type: integer `1`, expected a string at line 1 column 9
        POST /dialogues {"name":"A"}
            422 invalid: the request cannot be read: missing field `with` at line 1 column 12
        POST /steps {
            422 invalid: the request cannot be read: EOF while parsing an object at line 1 column 1
        POST /steps
            422 invalid: the request cannot be read: EOF while parsing a value at line 1 column 0
        GET /items
            422 invalid: the query of /api/v1/items cannot be read: missing field `item`
        GET /items?item=cyber
            404 not_found: `cyber` is no item: write TRACK/PARTY/INDEX or ORIGIN#INDEX
        GET /items?item=cyber/alpha/1
            404 not_found: there is no track `cyber` here; the tracks are: none
        POST /pass {}
            422 invalid: the query of /api/v1/pass cannot be read: missing field `track`
        POST /pass?track=cyber {}
            404 not_found: there is no track `cyber` here; the tracks are: none
        POST /import no tar
            422 invalid: this is no bundle of a record, as `chancery export` writes it, or less than its beginning
        "#);

    let (status, bytes) = desk
        .send(Method::POST, "/steps", vec![b' '; (16 << 20) + 1])
        .await;
    insta::assert_snapshot!(refusal(status, &bytes), @"413 too_large: the request is longer than 16777216 bytes, the limit; send it in parts");
}
