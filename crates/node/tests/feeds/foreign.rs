//! A TAXII 2.1 server in memory that does as it is told: one API root, one collection.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{Router, body::Body, extract::Request, response::Response};
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

/// When its first object was added, microseconds.
pub(crate) const BEGIN: i64 = 1_760_000_000_000_000;

/// What it is told.
#[derive(Default)]
pub(crate) struct Told {
    /// Objects with the date each was added, oldest first.
    pub(crate) objects: Vec<(i64, String)>,
    /// Statuses it answers with, before anything else: code and `Retry-After`.
    pub(crate) refusals: VecDeque<(u16, Option<&'static str>)>,
    /// Pages it gives before it answers 401 to everything.
    pub(crate) pages_max: Option<usize>,
    /// Tokens for the next page that it still knows; `None` for all.
    pub(crate) forgets: bool,
    /// It says no dates with the objects.
    pub(crate) dateless: bool,
    /// Longest body it says it takes.
    pub(crate) body_bytes_max: usize,
    /// Objects it refuses, with why.
    pub(crate) refuses: BTreeMap<String, &'static str>,
    /// How often a status is asked for before it is complete.
    pub(crate) pends: usize,
    /// Everything it was asked: method, path and query.
    pub(crate) asked: Vec<String>,
    /// What came in, in order.
    pub(crate) received: Vec<Value>,
}

#[derive(Clone)]
pub(crate) struct Foreign {
    pub(crate) url: String,
    told: Arc<Mutex<Told>>,
}

impl Foreign {
    pub(crate) async fn start() -> Self {
        let told = Arc::new(Mutex::new(Told {
            body_bytes_max: 1 << 20,
            ..Told::default()
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api/", listener.local_addr().unwrap());
        let server = Self { url, told };
        let answering = server.clone();
        let router = Router::new().fallback(move |request: Request| {
            let server = answering.clone();
            async move {
                let (head, body) = request.into_parts();
                match axum::body::to_bytes(body, usize::MAX).await {
                    Ok(body) => server.answer(&head.method, &head.uri, &body),
                    Err(_) => say(400, &json!({ "title": "cut short" })),
                }
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        server
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    /// Adds objects, a millisecond apart.
    pub(crate) fn add(&self, objects: impl IntoIterator<Item = String>) {
        let mut told = self.told();
        for object in objects {
            let at = told.objects.last().map_or(BEGIN, |(at, _)| at + 1_000);
            told.objects.push((at, object));
        }
    }

    fn answer(&self, method: &Method, uri: &http::Uri, body: &[u8]) -> Response<Body> {
        let mut told = self.told();
        told.asked.push(format!("{method} {uri}"));
        if let Some((code, retry_after)) = told.refusals.pop_front() {
            let mut response = say(code, &json!({ "title": "as told" }));
            if let Some(after) = retry_after {
                let headers = response.headers_mut();
                headers.insert("retry-after", after.parse().unwrap());
            }
            return response;
        }
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes())
                .into_owned()
                .collect();
        match (method.as_str(), uri.path()) {
            ("GET", "/api/") => say(
                200,
                &json!({ "title": "r", "versions": ["application/taxii+json;version=2.1"], "max_content_length": told.body_bytes_max }),
            ),
            ("GET", "/api/collections/") => say(
                200,
                &json!({ "collections": [{ "id": "c1", "title": "The one", "alias": "one", "can_read": true, "can_write": true }] }),
            ),
            ("GET", "/api/collections/c1/objects/") => told.page(&query),
            ("GET", "/api/collections/c1/manifest/") => told.manifest(&query),
            ("POST", "/api/collections/c1/objects/") => told.take(body),
            ("GET", "/api/status/s/") => told.status(),
            _ => say(404, &json!({ "title": "nothing here" })),
        }
    }
}

impl Told {
    fn page(&mut self, query: &BTreeMap<String, String>) -> Response<Body> {
        match &mut self.pages_max {
            Some(0) => return say(401, &json!({ "title": "no more" })),
            Some(pages) => *pages -= 1,
            None => {}
        }
        let after = query.get("added_after");
        let after = after.map(|at| at.parse::<Timestamp>().unwrap().as_microsecond());
        let limit: usize = query["limit"].parse().unwrap();
        let from: usize = match query.get("next") {
            Some(_) if self.forgets => return say(400, &json!({ "title": "an old token" })),
            Some(next) => next.parse().unwrap(),
            None => 0,
        };
        let all: Vec<_> = self
            .objects
            .iter()
            .filter(|(at, _)| after.is_none_or(|after| *at > after))
            .collect();
        let page: Vec<_> = all.iter().skip(from).take(limit).collect();
        let to = from + page.len();
        let texts: Vec<&str> = page.iter().map(|(_, text)| text.as_str()).collect();
        let more = if to < all.len() {
            format!(r#""more":true,"next":"{to}","#)
        } else {
            String::new()
        };
        let mut response = Response::new(Body::from(format!(
            r#"{{{more}"objects":[{}]}}"#,
            texts.join(",")
        )));
        let ends = [("first", page.first()), ("last", page.last())];
        for (name, row) in ends.into_iter().filter(|_| !self.dateless) {
            let Some((at, _)) = row else { continue };
            let name = format!("x-taxii-date-added-{name}");
            let name: http::HeaderName = name.parse().unwrap();
            response
                .headers_mut()
                .insert(name, written(*at).parse().unwrap());
        }
        response
    }

    fn manifest(&self, query: &BTreeMap<String, String>) -> Response<Body> {
        let wanted = &query["match[id]"];
        let rows = self
            .objects
            .iter()
            .filter(|(_, text)| text.contains(wanted));
        let rows =
            rows.map(|(at, _)| json!({ "id": wanted, "date_added": written(*at), "version": "v" }));
        say(200, &json!({ "objects": rows.collect::<Vec<_>>() }))
    }

    fn take(&mut self, body: &[u8]) -> Response<Body> {
        if body.len() > self.body_bytes_max {
            return say(413, &json!({ "title": "too long" }));
        }
        let envelope: Value = serde_json::from_slice(body).unwrap();
        let objects = envelope["objects"].as_array().unwrap();
        let mut failures = Vec::new();
        for object in objects {
            let id = object["id"].as_str().unwrap();
            match self.refuses.get(id) {
                Some(why) => failures.push(json!({ "id": id, "version": "v", "message": why })),
                None => self.received.push(object.clone()),
            }
        }
        let pending = if self.pends > 0 { objects.len() } else { 0 };
        say(
            202,
            &json!({
                "id": "s",
                "status": if pending > 0 { "pending" } else { "complete" },
                "total_count": objects.len(),
                "success_count": objects.len() - failures.len() - pending,
                "failure_count": failures.len(),
                "failures": failures,
                "pending_count": pending,
            }),
        )
    }

    fn status(&mut self) -> Response<Body> {
        self.pends = self.pends.saturating_sub(1);
        let count = self.received.len();
        let (word, done) = match self.pends {
            0 => ("complete", count),
            _ => ("pending", 0),
        };
        say(
            200,
            &json!({ "id": "s", "status": word, "total_count": count, "success_count": done, "failure_count": 0, "pending_count": count - done }),
        )
    }
}

fn say(code: u16, body: &Value) -> Response<Body> {
    Response::builder()
        .status(code)
        .header("content-type", "application/taxii+json;version=2.1")
        .body(Body::from(body.to_string()))
        .unwrap()
}

fn written(at: i64) -> String {
    format!("{:.6}", Timestamp::from_microsecond(at).unwrap())
}
