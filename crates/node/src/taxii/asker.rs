//! Who asks, and what they see: the arguments of handlers that decide 401, 404, 403 and 406, in this order.
//!
//! What somebody may not see does not exist for them. Who has not logged in is asked to, whether or not it exists.
//! §5.3 to §5.7 let a server choose between 403 and 404 where reading or writing is missing; ours says 403 exactly when
//! the other of the two is granted, so that the collection is known to whoever asks anyway (the table of §5.7).

use std::{net::Ipv4Addr, sync::Arc};

use axum::extract::{FromRequestParts, RawPathParams};
use http::{HeaderMap, header, request::Parts};

use super::problem::Problem;
use crate::{
    access::{Caller, LoginError, MayRead, MayWrite, Remote},
    collections::{ApiRoot, Collection, Collections},
    node::Node,
    web::asked_by,
};

/// Whoever asks.
pub(super) struct Asker(pub(super) Caller);

/// An API root in which whoever asks sees something.
pub(super) struct InRoot {
    pub(super) caller: Caller,
    pub(super) collections: Arc<Collections>,
    pub(super) root: ApiRoot,
}

/// A collection that whoever asks sees.
pub(super) struct Seen {
    pub(super) caller: Caller,
    pub(super) collection: Arc<Collection>,
}

/// A collection that whoever asks may read.
pub(super) struct Readable(pub(super) MayRead);

/// A collection that whoever asks may add to.
pub(super) struct Writable {
    pub(super) caller: Caller,
    pub(super) to: MayWrite,
}

/// A collection that whoever asks may read and add to, which is what deleting takes (§5.7).
pub(super) struct Deletable {
    pub(super) caller: Caller,
    pub(super) from: MayWrite,
}

/// The id of the object in the path.
pub(super) struct ObjectId(pub(super) String);

/// The id of the status in the path.
pub(super) struct StatusId(pub(super) String);

/// That what we give is accepted.
pub(super) struct Accepts;

/// The same for a manifest, for which STIX may be accepted too (§5.3).
pub(super) struct AcceptsManifest;

impl FromRequestParts<Node> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        // Known already: whoever opened the socket, or logged in for a router further out.
        if let Some(caller) = parts.extensions.get::<Caller>() {
            return Ok(Self(caller.clone()));
        }
        let remote = parts.extensions.get::<Remote>().copied();
        let remote = remote.unwrap_or(Remote {
            ip: Ipv4Addr::UNSPECIFIED.into(),
            certificate: None,
        });
        let caller = node.caller(&parts.headers, &remote).await?;
        if !caller.is_anonymous() {
            asked_by(caller.name());
        }
        Ok(Self(caller))
    }
}

impl FromRequestParts<Node> for InRoot {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let Asker(caller) = Asker::from_request_parts(parts, node).await?;
        let name = path_parameter(parts, node, "root").await?;
        let collections = node.collections();
        let root = collections
            .root(&name)
            .filter(|_| collections.in_root(&name).any(|each| caller.sees(each)));
        match root.cloned() {
            Some(root) => Ok(Self {
                caller,
                collections,
                root,
            }),
            None => Err(hidden(
                &caller,
                "no_such_api_root",
                format!("there is no API root {name}"),
            )),
        }
    }
}

impl FromRequestParts<Node> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let InRoot {
            caller,
            collections,
            root,
        } = InRoot::from_request_parts(parts, node).await?;
        let name = path_parameter(parts, node, "collection").await?;
        match collections.find(root.name.as_str(), &name) {
            Some(collection) if caller.sees(&collection) => Ok(Self { caller, collection }),
            Some(_) | None => Err(hidden(
                &caller,
                "no_such_collection",
                format!(
                    "there is no collection {name} in the API root {}",
                    root.name
                ),
            )),
        }
    }
}

impl FromRequestParts<Node> for Readable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let Seen { caller, collection } = Seen::from_request_parts(parts, node).await?;
        let may = caller.reads(&collection);
        may.map(Self)
            .ok_or_else(|| refused(&caller, &collection, "read"))
    }
}

impl FromRequestParts<Node> for Writable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let Seen { caller, collection } = Seen::from_request_parts(parts, node).await?;
        match caller.writes(&collection) {
            Some(to) => Ok(Self { caller, to }),
            None => Err(refused(&caller, &collection, "write to")),
        }
    }
}

impl FromRequestParts<Node> for Deletable {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        let Seen { caller, collection } = Seen::from_request_parts(parts, node).await?;
        if caller.reads(&collection).is_none() {
            return Err(refused(
                &caller,
                &collection,
                "delete from, without reading,",
            ));
        }
        match caller.writes(&collection) {
            Some(from) => Ok(Self { caller, from }),
            None => Err(refused(&caller, &collection, "delete from")),
        }
    }
}

impl FromRequestParts<Node> for ObjectId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        path_parameter(parts, node, "object").await.map(Self)
    }
}

impl FromRequestParts<Node> for StatusId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Result<Self, Problem> {
        path_parameter(parts, node, "status").await.map(Self)
    }
}

impl FromRequestParts<Node> for Accepts {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Node) -> Result<Self, Problem> {
        accept(&parts.headers, false).map(|()| Self)
    }
}

impl FromRequestParts<Node> for AcceptsManifest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Node) -> Result<Self, Problem> {
        accept(&parts.headers, true).map(|()| Self)
    }
}

fn accept(headers: &HeaderMap, stix_too: bool) -> Result<(), Problem> {
    let lines = headers.get_all(header::ACCEPT).iter();
    // Bytes that are no text accept nothing that we have.
    let lines = lines.map(|line| line.to_str().unwrap_or("?"));
    Ok(taxii::media::check_accept(lines, stix_too)?)
}

/// Not there, or not for whoever asks. Who has not logged in may see it once they have.
pub(super) fn hidden(caller: &Caller, code: &str, words: String) -> Problem {
    if caller.is_anonymous() {
        return LoginError::Missing.into();
    }
    Problem::not_found(code, words)
}

fn refused(caller: &Caller, collection: &Collection, what: &str) -> Problem {
    if caller.is_anonymous() {
        return LoginError::Missing.into();
    }
    let (who, path) = (caller.name(), collection.path());
    Problem::forbidden(format!("{who} may not {what} the collection {path}"))
}

/// A part of the path, decoded.
async fn path_parameter(parts: &mut Parts, node: &Node, name: &str) -> Result<String, Problem> {
    let parameters = RawPathParams::from_request_parts(parts, node).await;
    let parameters = parameters.map_err(|_| {
        Problem::bad_request(
            "bad_path",
            "the path has a percent-encoding that is not UTF-8",
        )
    })?;
    let found = parameters.iter().find(|(known, _)| *known == name);
    Ok(found.map(|(_, value)| value.to_owned()).unwrap_or_default())
}
