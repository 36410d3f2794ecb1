//! A server that answers as a closure says, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    response::Response,
};
use http::{HeaderMap, Method};
use taxii::client::{Builder, Client, Collection, Error, Query};

/// One request, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut named = self.query.iter().filter(|(key, _)| key == name);
        let found = named.next().map(|(_, value)| value.as_str());
        assert!(named.next().is_none(), "{name} was sent twice");
        found
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A server that runs until the test's runtime ends.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub(crate) async fn start(
        answer: impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static,
    ) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (log, answer) = (asked.clone(), Arc::new(answer));
        let router = Router::new().fallback(move |request: Request| {
            let (log, answer) = (log.clone(), answer.clone());
            async move {
                let (head, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let query = head.uri.query().unwrap_or("");
                let one = Asked {
                    method: head.method,
                    path: head.uri.path().to_owned(),
                    query: url::form_urlencoded::parse(query.as_bytes())
                        .into_owned()
                        .collect(),
                    headers: head.headers,
                    body,
                };
                log.lock().unwrap().push(one.clone());
                answer(&one)
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/taxii2/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn client(&self) -> Builder {
        Client::builder(&self.url)
    }

    /// The collection `c` of the root `api`, known without asking.
    pub(crate) async fn collection(&self) -> Collection {
        collection(self.client()).await
    }
}

/// The collection `c`, of a server that has it.
pub(crate) async fn collection(builder: Builder) -> Collection {
    let root = builder.build().unwrap().root("/api/").unwrap();
    root.collection("c").await.unwrap()
}

/// What every server of these tests says but for the one thing it is about.
pub(crate) fn ordinary(asked: &Asked) -> Option<Response<Body>> {
    let text = match asked.path.as_str() {
        "/taxii2/" => r#"{"title":"t","default":"/api/","api_roots":["/api/"]}"#,
        "/api/" => {
            r#"{"title":"r","versions":["application/taxii+json;version=2.1"],"max_content_length":1000}"#
        }
        "/api/collections/" => {
            r#"{"collections":[{"id":"c","title":"C","can_read":true,"can_write":true}]}"#
        }
        _ => return None,
    };
    Some(json(text))
}

/// Everything ordinary, and objects as the closure says.
pub(crate) fn with_objects(
    objects: impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static,
) -> impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static {
    move |asked| ordinary(asked).unwrap_or_else(|| objects(asked))
}

pub(crate) fn json(text: impl Into<String>) -> Response<Body> {
    Response::builder()
        .header("content-type", "application/taxii+json;version=2.1")
        .body(Body::from(text.into()))
        .unwrap()
}

pub(crate) fn status(code: u16, text: &str) -> Response<Body> {
    let mut response = json(text);
    *response.status_mut() = code.try_into().unwrap();
    response
}

/// Crawls to the end: the ids that came, and the error if there was one.
pub(crate) async fn crawl(collection: &Collection, query: Query) -> (Vec<String>, Option<Error>) {
    use futures::StreamExt;
    let mut ids = Vec::new();
    let mut objects = std::pin::pin!(collection.objects(query));
    while let Some(listed) = objects.next().await {
        match listed {
            Ok(listed) => {
                let object: serde_json::Value = listed.object.parse().unwrap();
                ids.push(object["id"].as_str().unwrap().to_owned());
            }
            Err(error) => {
                assert!(objects.next().await.is_none(), "the stream went on");
                return (ids, Some(error));
            }
        }
    }
    (ids, None)
}
