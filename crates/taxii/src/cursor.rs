//! `next` (§3.5): where a page left off, in a text that carries everything and is worth nothing elsewhere.
//!
//! ```text
//! base64url( version[1] || position[8] || query[8] || check[8] )
//!     query    = SHA-256("chancery/taxii/query/v1\0" || endpoint, collection, object, filters)[..8]
//!     check    = SHA-256("chancery/taxii/next/v1\0" || version || position || query)[..8]
//! ```
//!
//! The server keeps nothing: the same `next` can be sent twice, an hour later, to another process, with another `limit`
//! or none. Appendix B demands that the value "be reevaluated in the context of the provided query", and it is: the
//! position only says where in the answer to the *present* query to go on. So no secret is needed. Who forges one gets
//! what the same query gives anyway, from another place on; the check only tells a mangled value from a page number.
//!
//! What ties it to its query are endpoint, collection, object and all `match` parameters. `limit` is left out, so that a
//! client can change it between pages, and so is `added_after`: a collection is ordered by the time of addition, so what
//! lies behind the position of a page was added after that page's `added_after`, whatever is sent along now. Clients in
//! the wild send both, some move `added_after` on with every page, some drop it; each gets exactly the rest that is after
//! both.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::filter::{Endpoint, Filter};

const VERSION: u8 = 1;
const BYTES: usize = 25;
const QUERY_DOMAIN: &[u8] = b"chancery/taxii/query/v1\0";
const CHECK_DOMAIN: &[u8] = b"chancery/taxii/next/v1\0";

/// Where a page left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The number of the last row that was given; the next page begins behind it.
    pub position: u64,
}

/// What a cursor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Query([u8; 8]);

/// Why `next` is not taken: 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// Not the text of a cursor.
    #[error("next is not a value that this server gave")]
    Malformed,
    /// A text like one, but changed on the way.
    #[error("next was changed since this server gave it")]
    Altered,
    /// Of another release of this server.
    #[error("next is of a kind that this server does not give any more; begin again without it")]
    Version,
    /// A cursor of something else.
    #[error("next belongs to another query; send it with the parameters of the page it came with")]
    OtherQuery,
}

impl Query {
    /// Of a request for a collection, or for one object of it.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        collection: Uuid,
        object: Option<&str>,
        filter: &Filter,
    ) -> Self {
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(QUERY_DOMAIN);
        hash.update(collection.as_bytes());
        // Every text with its length, every list with its own, so that no two queries run together.
        let mut text = |text: &str| {
            hash.update(&(text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        text(endpoint.name());
        text(object.unwrap_or_default());
        for list in [filter.ids(), filter.types()] {
            text(&list.len().to_string());
            list.iter().for_each(|value| text(value));
        }
        // By their instants: another spelling is the same version.
        match filter.versions() {
            None => text("default"),
            Some(versions) => {
                let keywords = [versions.all(), versions.first(), versions.last()];
                text(&format!("{keywords:?} {}", versions.exact().len()));
                versions.exact().iter().for_each(|it| text(it.sort_key()));
            }
        }
        for spec in filter.spec_versions() {
            text(&spec.to_string());
        }
        Self(first_eight(hash.finish().as_ref()))
    }
}

impl Cursor {
    /// As `next`, for the query it belongs to.
    #[must_use]
    pub fn encode(self, query: &Query) -> String {
        let mut bytes = [0; BYTES];
        bytes[0] = VERSION;
        bytes[1..9].copy_from_slice(&self.position.to_be_bytes());
        bytes[9..17].copy_from_slice(&query.0);
        let check = check(&bytes[..17]);
        bytes[17..].copy_from_slice(&check);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// From `next`, with the query it came with.
    ///
    /// # Errors
    /// [`CursorError`].
    pub fn decode(text: &str, query: &Query) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| CursorError::Malformed)?;
        let bytes: [u8; BYTES] = bytes.try_into().map_err(|_| CursorError::Malformed)?;
        if bytes[17..] != check(&bytes[..17]) {
            return Err(CursorError::Altered);
        }
        if bytes[0] != VERSION {
            return Err(CursorError::Version);
        }
        if bytes[9..17] != query.0 {
            return Err(CursorError::OtherQuery);
        }
        Ok(Self {
            position: u64::from_be_bytes(first_eight(&bytes[1..9])),
        })
    }
}

fn check(bytes: &[u8]) -> [u8; 8] {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(CHECK_DOMAIN);
    hash.update(bytes);
    first_eight(hash.finish().as_ref())
}

fn first_eight(bytes: &[u8]) -> [u8; 8] {
    *bytes
        .first_chunk()
        .expect("a hash, or a field of eight bytes")
}

#[cfg(test)]
mod tests;
