//! Reverse proxies: believed if they are named, and nobody else is.

use node::settings::ProxyHeader;
use reqwest::StatusCode;

use crate::server::{Server, json, refused};

async fn id_of(server: &Server, given: &str) -> String {
    let ask = server.client().get(server.url("/health/live"));
    let answer = ask.header("x-request-id", given).send().await.unwrap();
    answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_id_is_taken_from_a_trusted_proxy_alone() {
    let stranger = Server::start(|_| {}).await;
    assert_ne!(id_of(&stranger, "given-by-proxy").await, "given-by-proxy");
    assert_ne!(id_of(&stranger, "x").await, id_of(&stranger, "x").await);
    let trusted = Server::start(|web| {
        web.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    assert_eq!(id_of(&trusted, "given-by-proxy").await, "given-by-proxy");
    assert_ne!(id_of(&trusted, "not an id").await, "not an id");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_nobody_is_this_machine() {
    let server = Server::start(|web| {
        web.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let ask = async |name: &str, value: &str| {
        let ask = server
            .client()
            .get(server.url("/metrics"))
            .header(name, value);
        ask.send().await.unwrap().status()
    };
    assert_eq!(
        ask("x-forwarded-for", "203.0.113.9").await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        ask("x-forwarded-for", "127.0.0.1, 203.0.113.9").await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        ask("x-unheard", "x").await,
        StatusCode::OK,
        "the proxy itself"
    );
}

/// The API root that discovery names to whoever asks with these headers.
async fn root(server: &Server, headers: &[(&str, &str)]) -> String {
    let mut ask = server.client().get(server.url("/taxii2/"));
    ask = ask.bearer_auth(server.token());
    for (name, value) in headers {
        ask = ask.header(*name, *value);
    }
    let answer = ask.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let discovery = json(answer).await;
    let roots = discovery["api_roots"].as_array().unwrap();
    assert_eq!(
        [&discovery["default"]],
        roots[..].iter().collect::<Vec<_>>()[..]
    );
    roots[0].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn discovery_names_the_host_that_the_world_asks() {
    let public = "https://taxii.example/taxii2/local/";
    let said = [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "taxii.example"),
    ];
    let forwarded = [(
        "forwarded",
        "for=203.0.113.9;proto=https;host=taxii.example",
    )];
    let server = Server::start(|web| {
        web.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    assert_eq!(root(&server, &said).await, public);
    // A proxy that passes Host on and says no other.
    let host = [
        ("host", "taxii.example"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(root(&server, &host).await, public);
    let port = [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "taxii.example:8443"),
    ];
    let at_port = "https://taxii.example:8443/taxii2/local/";
    assert_eq!(root(&server, &port).await, at_port);

    let server = Server::start(|web| {
        web.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        web.proxy_header = ProxyHeader::Forwarded;
    })
    .await;
    assert_eq!(root(&server, &forwarded).await, public);

    // A proxy that says nothing, and one that nobody named: the setting has the last word.
    for proxies in [vec![], vec!["127.0.0.1/32".parse().unwrap()]] {
        let server = Server::start(|web| {
            web.trusted_proxies = proxies;
            web.url = Some("https://taxii.example/".to_owned());
        })
        .await;
        assert_eq!(root(&server, &[]).await, public);
        let other = [("x-forwarded-host", "evil.example")];
        assert_eq!(root(&server, &other).await, public);
    }
    // Without either, it is as the request says, whatever a stranger adds.
    let server = Server::start(|_| {}).await;
    let direct = format!("http://{}/taxii2/local/", server.address);
    assert_eq!(root(&server, &said).await, direct);
    assert_eq!(root(&server, &forwarded).await, direct);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_says_wrong_is_told() {
    let server = Server::start(|web| {
        web.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let ask = server.client().get(server.url("/health/live"));
    let answer = ask
        .header("x-forwarded-for", "nobody")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let says = answer.text().await.unwrap();
    assert!(
        says.contains("`nobody` in X-Forwarded-For, which is no address"),
        "{says}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_for_this_machine_or_for_proxies() {
    let plain = refused(|web| web.listen = Some("0.0.0.0:0".parse().unwrap())).await;
    insta::assert_snapshot!(plain, @"0.0.0.0:0 is no loopback address, and without TLS passwords and tokens would cross the network in the open: set `web.cert` and `web.key`, or listen on 127.0.0.1, or name the reverse proxy that speaks TLS in `web.trusted_proxies`");
    let half = refused(|web| web.cert = Some("cert.pem".into())).await;
    insta::assert_snapshot!(half, @"`web.cert` and `web.key` go together, and only one of them is set");
    // With a proxy named, it may listen anywhere, and speaks to nobody else.
    let server = Server::start(|web| {
        web.listen = Some("0.0.0.0:0".parse().unwrap());
        web.trusted_proxies = vec!["203.0.113.0/24".parse().unwrap()];
    })
    .await;
    // This machine has only loopback addresses for certain, and those may be asked plainly.
    assert_eq!(
        crate::server::status(&server.say("GET /health/live HTTP/1.0\r\n\r\n").await),
        "200"
    );
}
