//! Users, tokens and collections for the tests, and requests as they come from the web.

use axum::{Extension, body::Body};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use node::{access::Remote, tls::Pin};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::world::{Desk, TestClock, refusal};

/// The password of every user here.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Where requests come from unless it is said.
pub(crate) const HERE: &str = "192.0.2.1";

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        assert!(self.status.is_success(), "{}", self.refusal());
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn refusal(&self) -> String {
        refusal(self.status, &self.body)
    }

    pub(crate) fn retry_after(&self) -> u64 {
        let value = &self.headers[header::RETRY_AFTER];
        value.to_str().unwrap().parse().unwrap()
    }
}

/// A request from the web.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) authorization: Option<String>,
    pub(crate) ip: String,
    pub(crate) certificate: Option<Pin>,
}

impl Web {
    pub(crate) fn nobody() -> Self {
        Self {
            authorization: None,
            ip: HERE.to_owned(),
            certificate: None,
        }
    }

    pub(crate) fn basic(name: &str, password: &str) -> Self {
        let credentials = STANDARD.encode(format!("{name}:{password}"));
        Self::header(&format!("Basic {credentials}"))
    }

    pub(crate) fn bearer(token: &str) -> Self {
        Self::header(&format!("Bearer {token}"))
    }

    pub(crate) fn header(value: &str) -> Self {
        Self {
            authorization: Some(value.to_owned()),
            ..Self::nobody()
        }
    }

    pub(crate) fn user(name: &str) -> Self {
        Self::basic(name, PASSWORD)
    }

    pub(crate) fn from(self, ip: &str) -> Self {
        Self {
            ip: ip.to_owned(),
            ..self
        }
    }

    pub(crate) async fn send(
        &self,
        desk: &Desk,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"));
        if let Some(value) = &self.authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let request = request.body(Body::from(body.to_string())).unwrap();
        let remote = Remote {
            ip: self.ip.parse().unwrap(),
            certificate: self.certificate,
        };
        let router = desk.node.api_for_callers().layer(Extension(remote));
        let answer = router.oneshot(request).await.unwrap();
        Answer {
            status: answer.status(),
            headers: answer.headers().clone(),
            body: answer
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes()
                .to_vec(),
        }
    }

    pub(crate) async fn get(&self, desk: &Desk, path: &str) -> Answer {
        self.send(desk, Method::GET, path, &Value::Null).await
    }

    pub(crate) async fn post(&self, desk: &Desk, path: &str, body: Value) -> Answer {
        self.send(desk, Method::POST, path, &body).await
    }
}

/// What the owner of the directory asks; expects success, of whichever kind.
pub(crate) async fn owner(desk: &Desk, method: Method, path: &str, body: Value) -> Value {
    let (status, bytes) = desk.send(method, path, body.to_string().into()).await;
    let text = String::from_utf8_lossy(&bytes);
    assert!(status.is_success(), "{path}: {text}");
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}

pub(crate) async fn user(desk: &Desk, name: &str, role: &str) {
    let new = json!({ "name": name, "role": role, "password": PASSWORD });
    owner(desk, Method::POST, "/users", new).await;
}

pub(crate) async fn grant(desk: &Desk, name: &str, scope: &str, rights: &str) {
    let (read, write) = (rights.contains('r'), rights.contains('w'));
    let asked = json!({ "user": name, "scope": scope, "read": read, "write": write });
    owner(desk, Method::POST, "/grants", asked).await;
}

pub(crate) async fn collection(desk: &Desk, new: Value) -> Value {
    owner(desk, Method::POST, "/collections", new).await
}

/// Makes a token and gives its secret and number.
pub(crate) async fn token(desk: &Desk, asked: Value) -> (String, u64) {
    let made = owner(desk, Method::POST, "/tokens", asked).await;
    let secret = made["secret"].as_str().unwrap().to_owned();
    (secret, made["token"]["id"].as_u64().unwrap())
}

/// What the trail says, oldest first: who, what, target and outcome.
pub(crate) async fn trail(desk: &Desk) -> Vec<String> {
    // Lines that nothing waits for are written by tasks of the node.
    let lines = desk.get("/audit?limit=1000").await;
    let mut lines: Vec<String> = lines["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap();
            format!(
                "{} ({}) {} {}: {} x{}",
                text("who"),
                text("from"),
                text("what"),
                text("target"),
                text("outcome"),
                line["times"]
            )
        })
        .collect();
    lines.reverse();
    lines
}

/// Waits until the trail has a line with these words.
pub(crate) async fn told(desk: &Desk, words: &str) -> String {
    for _ in 0..1_000 {
        let found = trail(desk)
            .await
            .into_iter()
            .find(|line| line.contains(words));
        if let Some(line) = found {
            return line;
        }
        tokio::task::yield_now().await;
    }
    panic!("the trail does not say {words:?}: {:#?}", trail(desk).await);
}

/// A node with users of every role, two collections, and grants of one to all of them.
pub(crate) async fn staffed(clock: &TestClock) -> Desk {
    let desk = Desk::new("alpha", clock).await;
    for name in ["granted", "other"] {
        collection(&desk, json!({ "name": name })).await;
    }
    for role in ["reader", "analyst", "drafter", "officer", "operator"] {
        let name = format!("the-{role}");
        user(&desk, &name, role).await;
        let rights = if role == "reader" { "r" } else { "rw" };
        grant(&desk, &name, "granted", rights).await;
    }
    desk
}
