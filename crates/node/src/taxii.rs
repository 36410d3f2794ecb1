//! TAXII 2.1 ([OASIS Standard](https://docs.oasis-open.org/cti/taxii/v2.1/os/taxii-v2.1-os.html)), the server. Every path
//! on one screen; one file for each endpoint, named as the standard names it.
//!
//! What a handler takes says what it needs, in the order in which it is looked at: who asks (401), what they see (404),
//! what they may (403), what they accept (406), then the query (400) and last the body (415, 413, 400, 422). So nobody
//! learns anything of a collection, not even whether their query was well formed, before they are known to see it.
//!
//! Nothing is kept of a page between two requests (`taxii::cursor`), and the objects of a page are the canonical bytes
//! as they lie in the store: none is parsed or written anew on its way out.

mod add;
mod asker;
mod base;
mod body;
mod collections;
mod delete;
mod discovery;
mod envelope;
mod keep;
mod manifest;
mod object;
mod objects;
mod outcomes;
mod page;
mod problem;
mod root;
mod status;
mod versions;

use axum::{
    Router,
    routing::{MethodRouter, get},
};

pub(crate) use keep::Keep;

use crate::node::Node;

impl Node {
    /// TAXII for tools. Every request carries the extension [`Remote`](crate::access::Remote), or a
    /// [`Caller`](crate::access::Caller) who is known already.
    pub fn taxii(&self) -> Router {
        let object = "/taxii2/{root}/collections/{collection}/objects/{object}/";
        let versions = "/taxii2/{root}/collections/{collection}/objects/{object}/versions/";
        Router::new()
            .at("/taxii2/", get(discovery::show))
            .at("/taxii2/{root}/", get(root::show))
            .at("/taxii2/{root}/status/{status}/", get(status::show))
            .at("/taxii2/{root}/collections/", get(collections::list))
            .at(
                "/taxii2/{root}/collections/{collection}/",
                get(collections::show),
            )
            .at(
                "/taxii2/{root}/collections/{collection}/manifest/",
                get(manifest::list),
            )
            .at(
                "/taxii2/{root}/collections/{collection}/objects/",
                get(objects::list).post(add::add),
            )
            .at(object, get(object::show).delete(delete::delete))
            .at(versions, get(versions::list))
            .fallback(problem::unknown_path)
            .method_not_allowed_fallback(problem::wrong_method)
            .with_state(self.clone())
    }
}

/// Clients drop the slash at the end, and §3.1 binds them, not us: both are served.
trait At {
    fn at(self, path: &str, handlers: MethodRouter<Node>) -> Self;
}

impl At for Router<Node> {
    fn at(self, path: &str, handlers: MethodRouter<Node>) -> Self {
        let bare = path.trim_end_matches('/');
        self.route(bare, handlers.clone()).route(path, handlers)
    }
}
