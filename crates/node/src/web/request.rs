//! What surrounds every request, in order: who sent it, its id, its body under watch, time, panics, the headers of the
//! answer, its line in the log and what is counted.

use std::{
    fmt,
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use futures::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::{
    access::Remote,
    error::INTERNAL,
    node::Node,
    web::{
        answered::Answered,
        body::{self, Fate},
        refusal::refuse,
        remote::{self, BaseUrl, Peer, Way},
    },
};

/// The header that carries a request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header in which some tools send their token.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// Most characters of an id that a proxy gives.
const REQUEST_ID_CHARS_MAX: usize = 64;
/// What no browser does with an answer that is data: guess its type, run anything in it, show it in a frame.
const DATA_ALONE: &str = "default-src 'none'; frame-ancestors 'none'";

tokio::task_local! {
    static CURRENT: Arc<Current>;
}

/// The request that a task answers.
#[derive(Debug)]
struct Current {
    id: RequestId,
    asked_by: OnceLock<String>,
    from: OnceLock<IpAddr>,
    door: Door,
}

/// By which door a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The listener for tools and people.
    Web,
    /// The socket, which only the machine's owner opens.
    Socket,
}

/// What a request is called in the answer's header, in every line of the log and in every error body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The id itself: letters, digits and `._-`, 64 of them at most.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of the request that this task answers, if it answers one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|current| current.id.clone()).ok()
    }

    /// The id that a trusted proxy has given, if it is one.
    fn given(headers: &HeaderMap) -> Option<Self> {
        let id = headers.get(REQUEST_ID)?.to_str().ok()?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let fits = (1..=REQUEST_ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(known);
        fits.then(|| Self(id.into()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Says who asked, for the line in the log: to be called once somebody has logged in.
pub fn asked_by(name: &str) {
    let _ = CURRENT.try_with(|current| current.asked_by.set(name.to_owned()));
}

/// Whether the request that this task answers came over a network, so that an answer tells nothing of our insides.
pub(crate) fn is_from_outside() -> bool {
    CURRENT.try_with(|current| current.door == Door::Web) == Ok(true)
}

/// Answers one request.
pub(crate) async fn surround(
    State((node, door)): State<(Node, Door)>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let settings = &node.settings().web;
    // 1. Who sent it, and by which way.
    let way = match door {
        Door::Socket => Ok(Way::socket()),
        Door::Web => {
            let peer = request.extensions().get::<Peer>().copied();
            // Without a connection, who asks in this process may say who it is.
            let said = request.extensions().get::<Remote>().copied();
            Way::read(settings, peer, request.headers()).map(|way| way.or_said(said, peer))
        }
    };
    // 2. What it is called.
    let given = way.as_ref().is_ok_and(|way| way.trusted);
    let given = given.then(|| RequestId::given(request.headers())).flatten();
    let id = given.unwrap_or_else(|| RequestId(node.random().uuid().simple().to_string().into()));
    let current = Arc::new(Current {
        id: id.clone(),
        asked_by: OnceLock::new(),
        from: OnceLock::new(),
        door,
    });
    let span = tracing::info_span!("request", %id);
    let mut answered = Answered::of(&request, begun, span.clone(), node.metrics().clone());
    let secret = carries_a_secret(request.headers());
    // 3. What the handlers need to know.
    let extensions = request.extensions_mut();
    extensions.insert(id.clone());
    let path = request.uri().path().to_owned();
    let answer = async {
        let way = match way {
            Ok(way) => way,
            Err(error) => {
                let says = error.to_string();
                return refuse(&path, StatusCode::BAD_REQUEST, "bad_proxy", &says);
            }
        };
        if door == Door::Web
            && let Some((code, says)) = host_fault(&request)
        {
            return refuse(&path, StatusCode::BAD_REQUEST, code, says);
        }
        request.extensions_mut().insert(way.remote);
        let _ = current.from.set(way.remote.ip);
        let base = base_url(settings.url.as_deref(), &way, &request);
        request.extensions_mut().insert(base);
        if door == Door::Web && !way.private {
            let title = "this address speaks plain HTTP, and only to the reverse proxies named in `web.trusted_proxies`; ask it over https";
            return refuse(&path, StatusCode::FORBIDDEN, "plain_http", title);
        }
        // 4. Its body, under watch; 5. and 6. the answer, or what there is instead of one.
        let fate = Fate::default();
        let request = match body::watched(request, &settings.limits, &fate) {
            Ok(request) => request,
            Err(fault) => return fate.overrules(fault.refuse(&path), &path),
        };
        let caught = AssertUnwindSafe(next.run(request)).catch_unwind();
        match tokio::time::timeout(settings.limits.request_time_max(), caught).await {
            Ok(Ok(answer)) => fate.overrules(answer, &path),
            Ok(Err(panic)) => {
                tracing::error!("a handler panicked: {}", panic_says(&*panic));
                refuse(
                    &path,
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    INTERNAL,
                )
            }
            Err(_) => {
                let title = format!(
                    "this took longer than {} s, the limit",
                    settings.limits.request_secs
                );
                refuse(&path, StatusCode::SERVICE_UNAVAILABLE, "too_long", &title)
            }
        }
    };
    let mut answer = CURRENT
        .scope(current.clone(), answer.instrument(span))
        .await;
    // 7. The headers of every answer.
    let headers = answer.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID, value);
    }
    harden(headers, secret);
    // 8. Its line in the log, once the last byte has gone.
    answered.begins(
        answer.status(),
        current.from.get().copied(),
        current.asked_by.get().cloned(),
    );
    answer.map(|body| Body::new(answered.counting(body)))
}

/// What is wrong with how a request names the host it is meant for (RFC 9112 §3.2): a proxy and this node may think of
/// different hosts, and then one caches or allows what was asked of another. Who asks in this process needs none.
fn host_fault(request: &Request) -> Option<(&'static str, &'static str)> {
    request.extensions().get::<Peer>()?;
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if request.version() == Version::HTTP_11 => Some((
            "no_host",
            "a request of HTTP/1.1 names the host it is meant for",
        )),
        (None, _) => None,
        (Some(_), Some(_)) => Some(("two_hosts", "a request has one Host header, not several")),
        (Some(host), None) if is_host(host) => None,
        (Some(_), None) => Some((
            "bad_host",
            "the Host header is a host with or without a port",
        )),
    }
}

/// An empty one is right for requests that name no host at all (RFC 9112 §3.2).
fn is_host(value: &HeaderValue) -> bool {
    value
        .to_str()
        .is_ok_and(|text| text.is_empty() || remote::is_authority(text))
}

/// The route's pattern, or that there was none: what paths are called where their number must be bounded.
pub(crate) fn route(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("unmatched", MatchedPath::as_str).to_owned()
}

fn base_url(url: Option<&str>, way: &Way, request: &Request) -> BaseUrl {
    if let Some(url) = url {
        return BaseUrl(url.trim_end_matches('/').into());
    }
    let asked = || {
        let host = || request.headers().get(header::HOST)?.to_str().ok();
        // It comes back in answers, so it has to be a host and nothing else.
        match request.uri().authority() {
            Some(authority) => remote::authority(authority.as_str()),
            None => host().and_then(remote::authority),
        }
    };
    let host = way.host.clone().or_else(asked);
    match (way.scheme, host) {
        (Some(scheme), Some(host)) => BaseUrl(format!("{scheme}://{host}").into()),
        _ => BaseUrl("".into()),
    }
}

fn carries_a_secret(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(API_KEY)
}

fn harden(headers: &mut HeaderMap, secret: bool) {
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(DATA_ALONE));
    // What somebody was shown because of who they are is for nobody after them. And what everybody may see is asked for
    // anew each time: a cache would else keep it as long as it sees fit (RFC 9111 §4.2.2), and give it to whoever comes
    // with credentials too, who would be shown more.
    let kept = if secret { "no-store" } else { "no-cache" };
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static(kept));
}

fn panic_says(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_only_if_it_is_one() {
        let given = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(value).unwrap());
            RequestId::given(&headers).map(|id| id.to_string())
        };
        assert_eq!(given("a-B_9.x").as_deref(), Some("a-B_9.x"));
        assert!(given(&"a".repeat(64)).is_some());
        for not in ["", "a b", "a\"b", "{}", "ä", &"a".repeat(65)] {
            assert_eq!(given(not), None, "{not}");
        }
    }

    #[test]
    fn nobody_asks_outside_a_request() {
        asked_by("nobody");
        assert_eq!(RequestId::current(), None);
        assert!(!is_from_outside());
    }
}
