//! The endpoints between nodes (`docs/FORMATS.md` §7): who asks is known by the key of its TLS connection, and a log is
//! there only for the parties of its track. Nothing here needs trust in the asker: what it sends is verified.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Extension, OriginalUri, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use record::name::Host;

use crate::{listen::PeerPin, node::Node, resource::Resource};

/// Most bytes of what a party posts, but for entries.
const POST_BYTES_MAX: usize = 128 << 10;

/// Every URL a party's node answers to other parties.
pub fn router(node: Node) -> Router {
    Router::new()
        .route("/log/{*rest}", get(resource))
        .route("/seen/{*rest}", get(resource))
        .route("/declarations/{dialogue}", get(resource))
        .route("/hint", post(hint))
        .route("/add-receipt", post(add_receipt))
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/add-entries", post(add_entries))
        .layer(DefaultBodyLimit::max(POST_BYTES_MAX))
        .with_state(node)
}

/// A refusal of a party's request: a status and words for its operator.
#[derive(Debug)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// The words.
    pub says: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(status: StatusCode, says: impl Into<String>) -> Self {
        Self {
            status,
            says: says.into(),
        }
    }

    /// There is no such thing for the asker.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is no such thing here")
    }

    /// Our fault; the words stay here.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!("a party's request failed: {error}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "this node could not answer",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, format!("{}\n", self.says)).into_response()
    }
}

/// The party at the other end; refused when its charter has ended since the handshake.
fn asker(node: &Node, pin: PeerPin) -> Result<Host, Refusal> {
    node.directory()
        .party_of(pin.0)
        .ok_or_else(|| Refusal::new(StatusCode::FORBIDDEN, "this key is in no charter in force"))
}

async fn resource(
    State(node): State<Node>,
    Extension(pin): Extension<PeerPin>,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, Refusal> {
    let asker = asker(&node, pin)?;
    let resource = Resource::parse_path(uri.path()).ok_or_else(Refusal::not_found)?;
    let bytes = node
        .resource(&asker, &resource)
        .await
        .map_err(Refusal::internal)?;
    let bytes = bytes.ok_or_else(Refusal::not_found)?;
    let cache = if resource.immutable() {
        "private, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static(resource.media_type()),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        ],
        Body::from(bytes),
    )
        .into_response())
}

async fn hint(
    State(node): State<Node>,
    Extension(pin): Extension<PeerPin>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    // What it says is only a reason to look sooner, so even nonsense costs no more than a look.
    let asker = asker(&node, pin)?;
    let text = std::str::from_utf8(&body).unwrap_or_default();
    tracing::debug!(peer = %asker, "hint: {}", text.trim());
    node.hinted(&asker);
    Ok(StatusCode::NO_CONTENT)
}

async fn add_receipt(
    State(node): State<Node>,
    Extension(pin): Extension<PeerPin>,
    body: String,
) -> Result<StatusCode, Refusal> {
    asker(&node, pin)?;
    node.take_receipt(&body).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn add_checkpoint(
    State(node): State<Node>,
    Extension(pin): Extension<PeerPin>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let asker = asker(&node, pin)?;
    node.add_checkpoint(&asker, &body).await
}

/// Its body is a stream, with limits of its own (`sync/mirror.rs`).
async fn add_entries(
    State(node): State<Node>,
    Extension(pin): Extension<PeerPin>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = match asker(&node, pin) {
        Ok(asker) => node.add_entries(asker, &headers, body).await,
        Err(refusal) => Err(refusal),
    };
    let mut answer = answer.into_response();
    // tlog-mirror: so that the sender knows it may compress.
    let gzip = HeaderValue::from_static("gzip");
    answer.headers_mut().insert(header::ACCEPT_ENCODING, gzip);
    answer
}
