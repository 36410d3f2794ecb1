//! A node that serves, with small limits, and clients that are less polite than libraries are.

use std::{net::SocketAddr, time::Duration};

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use node::{
    Node,
    clock::{OsRandom, SystemClock},
    home::Home,
    serve::{ServeError, Serving},
    settings::{Settings, WebSettings},
    setup::{self, NewOffice},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// How long anything in a test may take that has no smaller limit.
pub(crate) const TIME_MAX: Duration = Duration::from_secs(20);

/// A node that serves tools.
pub(crate) struct Server {
    pub(crate) node: Node,
    pub(crate) address: SocketAddr,
    pub(crate) serving: Serving,
    pub(crate) stop: CancellationToken,
    token: String,
    _dir: TempDir,
}

/// A directory with a node, and its settings.
pub(crate) async fn open(set: impl FnOnce(&mut WebSettings)) -> (TempDir, Node, String) {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::create(dir.path()).unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let mut settings = Settings::new("alpha.example", "Alpha", "https://127.0.0.1:1", listen);
    settings.web.listen = Some(listen);
    set(&mut settings.web);
    let office = NewOffice {
        name: "Duty desk".to_owned(),
        hours: "always".to_owned(),
        contact: "by telephone".to_owned(),
    };
    setup::init(&home, &settings, &office, &SystemClock, &OsRandom).unwrap();
    home.write(&home.settings(), b"").unwrap();
    let node = Node::open(home, settings).await.unwrap();
    let asks = [
        (
            "tracks",
            r#"{"name":"watch","access":"closed","window_items":0,"window_days":0}"#,
        ),
        ("users", r#"{"name":"tool","role":"operator"}"#),
        (
            "grants",
            r#"{"user":"tool","scope":"*","read":true,"write":true}"#,
        ),
        ("tokens", r#"{"user":"tool","name":"web"}"#),
    ];
    let mut last = Value::Null;
    for (what, body) in asks {
        last = owner_asks(&node, what, body).await;
    }
    let token = last["secret"].as_str().unwrap().to_owned();
    (dir, node, token)
}

/// Asks in the name of whoever owns the directory.
pub(crate) async fn owner_asks(node: &Node, what: &str, body: impl Into<Body>) -> Value {
    let request = Request::post(format!("/api/v1/{what}")).body(body.into());
    let answer = node.api().oneshot(request.unwrap()).await.unwrap();
    let status = answer.status();
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(
        status.is_success(),
        "{what}: {status} {}",
        String::from_utf8_lossy(&bytes)
    );
    serde_json::from_slice(&bytes).unwrap()
}

/// Why a node with such settings does not serve.
pub(crate) async fn refused(set: impl FnOnce(&mut WebSettings)) -> ServeError {
    let (_dir, node, _) = open(set).await;
    node.serve(CancellationToken::new()).await.unwrap_err()
}

impl Server {
    pub(crate) async fn start(set: impl FnOnce(&mut WebSettings)) -> Self {
        let (dir, node, token) = open(set).await;
        let stop = CancellationToken::new();
        let serving = node.serve(stop.clone()).await.unwrap();
        let address = serving.web().unwrap();
        Self {
            node,
            address,
            serving,
            stop,
            token,
            _dir: dir,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A polite client.
    pub(crate) fn client(&self) -> reqwest::Client {
        // What comes is looked at as it is.
        let builder = reqwest::Client::builder().no_proxy().no_gzip().no_zstd();
        let builder = builder.timeout(TIME_MAX);
        builder.build().unwrap()
    }

    /// Connects without a word.
    pub(crate) async fn connect(&self) -> Raw {
        Raw(TcpStream::connect(self.address).await.unwrap())
    }

    /// Says something in one piece and hears everything until the end of the connection.
    pub(crate) async fn say(&self, words: &str) -> String {
        let mut raw = self.connect().await;
        raw.say(words.as_bytes()).await.unwrap();
        raw.hear().await
    }

    /// The head of a request that passes objects, up to the headers that say how long they are.
    pub(crate) fn pass_head(&self) -> String {
        let token = &self.token;
        format!(
            "POST /api/v1/pass?track=watch HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n"
        )
    }

    /// How many objects were passed.
    pub(crate) async fn passed(&self) -> u64 {
        let counts = self.node.store().counts().await.unwrap();
        counts.objects.iter().map(|(_, _, count)| count).sum()
    }

    /// Waits until its metrics have these lines.
    pub(crate) async fn until_measured(&self, lines: &[&str]) {
        let (client, begun) = (self.client(), tokio::time::Instant::now());
        loop {
            let asked = client.get(self.url("/metrics")).bearer_auth(&self.token);
            let text = asked.send().await.unwrap().text().await.unwrap();
            let has = |line: &&str| text.lines().any(|each| each.starts_with(line));
            if lines.iter().all(has) {
                return;
            }
            assert!(begun.elapsed() < TIME_MAX, "{lines:?} never: {text}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Stops it in good order.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(TIME_MAX, self.serving.ended())
            .await
            .unwrap();
        self.node.stop().await;
    }
}

/// A connection on which anything may be said.
pub(crate) struct Raw(pub(crate) TcpStream);

impl Raw {
    pub(crate) async fn say(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes).await
    }

    /// Everything until the other end closes.
    pub(crate) async fn hear(&mut self) -> String {
        let mut heard = Vec::new();
        let all = async {
            let mut piece = [0; 4_096];
            // A reset after the last word is an end too.
            while let Ok(bytes @ 1..) = self.0.read(&mut piece).await {
                heard.extend_from_slice(&piece[..bytes]);
            }
        };
        tokio::time::timeout(TIME_MAX, all).await.unwrap();
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// Says a byte every so often until nobody listens any more; returns what was heard, and after how long.
    pub(crate) async fn drip(mut self, pause: Duration) -> (String, Duration) {
        let begun = tokio::time::Instant::now();
        let (mut read, mut write) = self.0.split();
        let dripping = async {
            loop {
                tokio::time::sleep(pause).await;
                if write.write_all(b"a").await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let mut heard = Vec::new();
        let hearing = async {
            let mut piece = [0; 4_096];
            while let Ok(bytes @ 1..) = read.read(&mut piece).await {
                heard.extend_from_slice(&piece[..bytes]);
            }
        };
        tokio::select! {
            () = dripping => {}
            () = hearing => {}
            () = tokio::time::sleep(TIME_MAX) => panic!("nobody minds"),
        }
        (
            String::from_utf8_lossy(&heard).into_owned(),
            begun.elapsed(),
        )
    }
}

/// An answer's body.
pub(crate) async fn json(answer: reqwest::Response) -> serde_json::Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

/// The status of an answer.
pub(crate) fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("nothing")
}

/// An indicator as a bundle's only object.
pub(crate) fn bundle(objects: usize) -> String {
    let objects: Vec<_> = (0..objects)
        .map(|number| {
            serde_json::json!({
                "type": "indicator", "spec_version": "2.1",
                "id": format!("indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3{number:04x}"),
                "created": "2016-04-06T20:03:48.000Z", "modified": "2016-04-06T20:03:48.000Z",
                "pattern": "[url:value = 'http://x4z9arb.cn/4712/']", "pattern_type": "stix",
                "valid_from": "2016-01-01T00:00:00Z", "indicator_types": ["malicious-activity"],
            })
        })
        .collect();
    serde_json::json!({ "objects": objects }).to_string()
}
