//! What surrounds every request: its id, who sent it.

use std::{fmt, net::Ipv4Addr, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderValue;

use crate::{
    node::Node,
    web::remote::{Peer, Remote},
};

/// The header that carries a request's id.
pub const REQUEST_ID: &str = "x-request-id";

tokio::task_local! {
    static CURRENT: RequestId;
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
        CURRENT.try_with(Clone::clone).ok()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Answers one request.
pub(crate) async fn surround(
    State(node): State<Node>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId(node.random().uuid().simple().to_string().into());
    let peer = request.extensions().get::<Peer>().copied();
    let remote = Remote {
        ip: peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip),
        certificate: peer.and_then(|peer| peer.certificate),
    };
    request.extensions_mut().insert(remote);
    request.extensions_mut().insert(id.clone());
    let mut response = CURRENT.scope(id.clone(), next.run(request)).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
