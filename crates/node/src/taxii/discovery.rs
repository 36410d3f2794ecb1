//! Server Discovery (§4.1): the API roots in which whoever asks sees something.

use axum::{extract::State, response::Response};
use taxii::resource::Discovery;

use super::{
    asker::{Accepts, Asker},
    base::Base,
    page::json,
    problem::Problem,
};
use crate::{access::LoginError, node::Node};

/// `GET /taxii2/`
///
/// Who has not logged in sees the API roots with public collections, so that a public feed can be found. Where there is
/// none they are asked to log in: many clients send what they know only then.
pub(super) async fn show(
    State(node): State<Node>,
    Asker(caller): Asker,
    accepts: Result<Accepts, Problem>,
    base: Base,
) -> Result<Response, Problem> {
    let collections = node.collections();
    let seen = |root: &str| collections.in_root(root).any(|each| caller.sees(each));
    let api_roots: Vec<String> = collections
        .roots()
        .filter(|root| seen(root.name.as_str()))
        .map(|root| base.of_root(&root.name))
        .collect();
    if api_roots.is_empty() && caller.is_anonymous() {
        return Err(LoginError::Missing.into());
    }
    accepts?;
    let default = collections
        .default_root()
        .map(|root| base.of_root(&root.name))
        // §4.1.1: the default must be one of those listed.
        .filter(|url| api_roots.contains(url))
        .or_else(|| api_roots.first().cloned());
    Ok(json(&Discovery {
        title: node.settings().name.clone(),
        description: None,
        contact: None,
        default,
        api_roots,
    }))
}
