//! Making, pausing and removing feeds; what is refused; what is never shown.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    foreign::Foreign,
    world::{Node, pull, push},
};

async fn refusal(node: &Node, feed: &Value) -> (StatusCode, String) {
    let refused = node.party().post::<Value>("/api/v1/feeds", feed).await;
    let refused = refused.unwrap_err();
    (refused.status, refused.error.title)
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_kept() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    type Change = fn(&mut Value);
    let table: [(Change, u16, &str); 9] = [
        (
            |feed| feed["name"] = json!("../f"),
            422,
            "is no name for a feed",
        ),
        (
            |feed| feed["url"] = json!("http://taxii.example/"),
            422,
            "in the clear",
        ),
        (
            |feed| feed["url"] = json!("https://u:p@taxii.example/"),
            422,
            "credentials do not belong into a URL",
        ),
        (|feed| feed["collection"] = json!("none"), 404, "none"),
        (
            |feed| feed["interval_secs"] = json!(1),
            422,
            "the shortest is 10 s",
        ),
        (
            |feed| feed["ceiling"] = json!("green"),
            422,
            "is for push feeds",
        ),
        (
            |feed| feed["authorities"] = json!("no PEM"),
            422,
            "TLS cannot be set up",
        ),
        (
            |feed| feed["credentials"] = json!({ "kind": "basic", "user": "a:b", "password": "p" }),
            422,
            "has no `:`",
        ),
        (
            |feed| feed["colour"] = json!("blue"),
            422,
            "unknown field `colour`",
        ),
    ];
    for (change, status, says) in table {
        let mut feed = pull(&server, 10);
        change(&mut feed);
        let (found, title) = refusal(&node, &feed).await;
        assert_eq!(found.as_u16(), status, "{title}");
        assert!(title.contains(says), "{title}");
    }
    let mut feed = push(&server);
    feed.as_object_mut().unwrap().remove("ceiling");
    assert!(refusal(&node, &feed).await.1.contains("needs a ceiling"));
    let feeds = node
        .party()
        .call(Method::GET, "/api/v1/feeds", Vec::new())
        .await;
    assert_eq!(feeds.unwrap(), b"[]");
    assert!(!node.party().home().feeds().join("f.json").exists());
}

#[tokio::test]
async fn a_name_is_given_once_and_its_secret_stays() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    let mut feed = pull(&server, 10);
    feed["credentials"] = json!({ "kind": "bearer", "token": "first" });
    node.add(feed.clone()).await;
    feed["credentials"] = json!({ "kind": "bearer", "token": "second" });
    let (status, title) = refusal(&node, &feed).await;
    assert_eq!(status, StatusCode::CONFLICT, "{title}");
    let file = std::fs::read_to_string(node.party().home().feeds().join("f.json")).unwrap();
    assert!(file.contains("first") && !file.contains("second"));
}

#[tokio::test]
async fn secrets_are_in_one_file_and_nowhere_else() {
    const SECRET: &str = "open-sesame-4711";
    let (node, server) = (Node::new().await, Foreign::start().await);
    let mut feed = pull(&server, 10);
    feed["credentials"] = json!({ "kind": "basic", "user": "u", "password": SECRET });
    let made = node.add(feed).await;
    node.run().await;
    server.told().refusals.push_back((401, None));
    let error = node.try_run().await.unwrap_err();
    let shown = serde_json::to_string(&node.show().await).unwrap();
    let made = serde_json::to_string(&made).unwrap();
    for text in [error, shown, made] {
        assert!(!text.contains(SECRET), "{text}");
    }
    let backup = node
        .party()
        .call(Method::POST, "/api/v1/backup", b"null".to_vec())
        .await
        .unwrap();
    let needle = SECRET.as_bytes();
    assert!(!backup.windows(needle.len()).any(|window| window == needle));

    let file = node.party().home().feeds().join("f.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    assert!(std::fs::read_to_string(&file).unwrap().contains(SECRET));
    node.party()
        .call(Method::DELETE, "/api/v1/feeds/f", Vec::new())
        .await
        .unwrap();
    assert!(!file.exists());
}

#[tokio::test]
async fn a_feed_that_is_not_there_is_not_found() {
    let node = Node::new().await;
    for (method, path) in [
        (Method::GET, "/api/v1/feeds/none"),
        (Method::DELETE, "/api/v1/feeds/none"),
        (Method::POST, "/api/v1/feeds/none/run"),
        (Method::POST, "/api/v1/feeds/none/pause"),
        (Method::POST, "/api/v1/feeds/none/resume"),
        (Method::POST, "/api/v1/feeds/none/reset"),
        (Method::DELETE, "/api/v1/feeds/..%2Fnode.toml"),
    ] {
        let refused = node
            .party()
            .call(method, path, b"{}".to_vec())
            .await
            .unwrap_err();
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn what_is_done_to_feeds_is_on_the_trail() {
    let (node, server) = (Node::new().await, Foreign::start().await);
    node.add(pull(&server, 10)).await;
    for what in ["run", "pause", "resume", "reset"] {
        let path = format!("/api/v1/feeds/f/{what}");
        node.party()
            .call(Method::POST, &path, b"{}".to_vec())
            .await
            .unwrap();
    }
    node.party()
        .call(Method::DELETE, "/api/v1/feeds/f", Vec::new())
        .await
        .unwrap();
    let trail = node
        .party()
        .call(Method::GET, "/api/v1/audit", Vec::new())
        .await
        .unwrap();
    let trail = String::from_utf8(trail).unwrap();
    for what in ["add", "run", "pause", "resume", "reset", "remove"] {
        assert!(trail.contains(&format!("feed.{what}")), "{what}: {trail}");
    }
}
