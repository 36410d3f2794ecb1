//! The JSON API: what this party's people and tools ask of their own node. Every path on one screen; one file for each
//! area, which reads the request and calls the desk.

pub mod acts;
pub mod audit;
pub mod body;
pub mod care;
pub mod carry;
pub mod collections;
pub mod dialogues;
pub mod feeds;
pub mod keys;
pub mod look;
pub mod objects;
pub mod outbox;
pub mod pass;
pub mod proofs;
pub mod routes;
pub mod tokens;
pub mod users;

use axum::{
    Extension, Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use http::{Method, StatusCode, Uri};

use crate::api::routes::Used;
use crate::{
    access::{
        Caller, LoginError,
        Permission::{Administer, Clear, Draft, HandOver, Inspect, Keep, Pass, Status},
        Remote,
    },
    error::ApiError,
    node::Node,
};
pub use crate::{api::routes::Route, error::ApiErrorBody};

/// Every route and who may use it. Where a track or a collection is named, the handler asks for the grant besides.
fn routes() -> routes::Routes {
    routes::Routes::default()
        .get("/api/v1/card", Status, look::card)
        .get("/api/v1/status", Status, look::status)
        .get("/api/v1/items", Status, look::item)
        .get("/api/v1/dialogues", Status, dialogues::list)
        .post("/api/v1/dialogues", HandOver, dialogues::found)
        .post("/api/v1/dialogues/accept", HandOver, dialogues::accept)
        .get("/api/v1/tracks", Status, dialogues::tracks)
        .post("/api/v1/tracks", Administer, dialogues::create_track)
        .post("/api/v1/keys", Keep, keys::rotate)
        .post("/api/v1/pass", Pass, pass::pass)
        .get("/api/v1/objects", Status, objects::object)
        .get("/api/v1/objects/proof", Status, objects::proof)
        .get("/api/v1/outbox", Clear, outbox::list)
        .get("/api/v1/outbox/{id}", Clear, outbox::show)
        .post("/api/v1/outbox/clear", Clear, outbox::clear)
        .post("/api/v1/outbox/refuse", Clear, outbox::refuse)
        .post("/api/v1/inquiries", HandOver, acts::inquire)
        .post("/api/v1/answers", HandOver, acts::answer)
        .post("/api/v1/steps", HandOver, acts::step)
        .post("/api/v1/sync", Keep, carry::sync)
        .post("/api/v1/export", Keep, carry::export)
        .post("/api/v1/import", Keep, carry::import)
        .post("/api/v1/proofs", Status, proofs::prove)
        .post("/api/v1/absence-proofs", Status, proofs::prove_absence)
        .get("/api/v1/evidence", Status, proofs::evidence)
        .get("/api/v1/checkpoint", Status, proofs::checkpoint)
        .get("/api/v1/policy", Status, proofs::policy)
        .get("/api/v1/feeds", Inspect, feeds::list)
        .post("/api/v1/feeds", Administer, feeds::add)
        .get("/api/v1/feeds/{name}", Inspect, feeds::show)
        .delete("/api/v1/feeds/{name}", Administer, feeds::remove)
        .post("/api/v1/feeds/{name}/run", Administer, feeds::run)
        .post("/api/v1/feeds/{name}/pause", Administer, feeds::pause)
        .post("/api/v1/feeds/{name}/resume", Administer, feeds::resume)
        .post("/api/v1/feeds/{name}/reset", Administer, feeds::reset)
        .post("/api/v1/fsck", Keep, care::fsck)
        .get("/api/v1/doctor", Inspect, care::doctor)
        .post("/api/v1/backup", Keep, care::backup)
        .get("/api/v1/users", Inspect, users::list)
        .post("/api/v1/users", Administer, users::create)
        .get("/api/v1/users/{name}", Inspect, users::one)
        .patch("/api/v1/users/{name}", Administer, users::change)
        .delete("/api/v1/users/{name}", Administer, users::delete)
        .get("/api/v1/tokens", Inspect, tokens::list)
        .post("/api/v1/tokens", Administer, tokens::create)
        .delete("/api/v1/tokens/{id}", Administer, tokens::revoke)
        .get("/api/v1/collections", Status, collections::list)
        .post("/api/v1/collections", Administer, collections::create)
        .get("/api/v1/collections/{collection}", Status, collections::one)
        .patch(
            "/api/v1/collections/{collection}",
            Administer,
            collections::set,
        )
        .get("/api/v1/roots", Status, collections::roots)
        .patch("/api/v1/roots/{root}", Administer, collections::set_root)
        .get("/api/v1/grants", Inspect, collections::grants)
        .post("/api/v1/grants", Administer, collections::grant)
        .delete("/api/v1/grants", Administer, collections::revoke)
        .get("/api/v1/audit", Inspect, audit::page)
}

/// Every route of the API and who may use it.
pub fn table() -> Vec<Route> {
    routes().finish().1
}

impl Node {
    /// The API for whoever may open the node's directory: its socket, or a command that has opened the node.
    pub fn api(&self) -> Router {
        self.api_router().layer(Extension(Caller::directory()))
    }

    /// The API on the web: whoever asks has logged in, and every route asks whether they may. Requests carry a
    /// [`Remote`] as an extension.
    pub fn api_for_callers(&self) -> Router {
        self.api_router()
            .layer(middleware::from_fn_with_state(self.clone(), log_in))
    }

    fn api_router(&self) -> Router {
        let (router, _) = routes().finish();
        router
            .fallback(unknown)
            .method_not_allowed_fallback(wrong_method)
            .layer(middleware::from_fn_with_state(self.clone(), keep_trail))
            .with_state(self.clone())
    }
}

/// Says who asks, or that they must log in: nothing of this API is for everybody.
async fn log_in(State(node): State<Node>, mut request: Request, next: Next) -> Response {
    let Some(remote) = request.extensions().get::<Remote>().copied() else {
        return ApiError::internal(NoRemote).into_response();
    };
    let caller = match node.caller(request.headers(), &remote).await {
        Ok(caller) if caller.is_anonymous() => Err(LoginError::Missing),
        known => known,
    };
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// What changes something here brings its own line for the trail, which says what; it is stored with the change.
const WITH_THEIR_LINES: [&str; 7] = [
    "/api/v1/users",
    "/api/v1/tokens",
    "/api/v1/collections",
    "/api/v1/roots",
    "/api/v1/grants",
    "/api/v1/outbox",
    "/api/v1/feeds",
];

/// Notes what was done in the party's name or to the node, what of it was refused, and who may not do what they tried.
/// What is passed is on the record.
async fn keep_trail(
    State(node): State<Node>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    let target = format!("{} {}", request.method(), request.uri().path());
    let looks = request.method().is_safe();
    let path = request.uri().path();
    let brings_its_line = WITH_THEIR_LINES.iter().any(|each| path.starts_with(each));
    let response = next.run(request).await;
    let status = response.status();
    let used = response.extensions().get::<Used>().map(|used| used.0);
    if status == StatusCode::FORBIDDEN {
        node.note_refusal(caller.line(&node, "forbidden", target, "refused"));
    } else if let Some(used @ (Draft | HandOver | Clear | Administer | Keep)) = used
        && !looks
    {
        if !status.is_success() {
            let word = match status.is_server_error() {
                true => "failed",
                false => "refused",
            };
            let outcome = format!("{word}: {status}");
            node.note_refusal(caller.line(&node, used.word(), target, outcome));
        } else if !brings_its_line {
            node.note_soon(caller.line(&node, used.word(), target, "done"));
        }
    }
    response
}

/// A listener did not say where its requests come from.
#[derive(Debug, thiserror::Error)]
#[error("a request came without the address that it came from")]
struct NoRemote;

async fn unknown(uri: Uri) -> ApiError {
    ApiError::not_found(format!(
        "there is nothing at {}; the paths begin with /api/v1/",
        uri.path()
    ))
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let title = format!("{} is not asked with {method}", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", title)
}
