//! One page of what a collection lists: from the query to what the store is asked, and from its rows to the answer.

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, HeaderValue, header};
use serde::Serialize;
use store::{Listed, SPECS, Stamp, VersionsWanted, Wanted};
use taxii::{
    Cursor, Filter, Timestamp,
    cursor::Query,
    filter::{Endpoint, Versions},
    media,
};

use super::problem::Problem;
use crate::{collections::Collection, settings::TaxiiSettings};

const DATE_ADDED_FIRST: HeaderName = HeaderName::from_static("x-taxii-date-added-first");
const DATE_ADDED_LAST: HeaderName = HeaderName::from_static("x-taxii-date-added-last");

/// The version of an object that says neither when it was modified nor when it was created: the same everywhere, and a
/// timestamp, because clients parse it (§3.4.1: a value that is consistent to the server).
pub(super) const UNVERSIONED: &str = "1970-01-01T00:00:00.000Z";
/// [`UNVERSIONED`] as [`Listed::order`] has instants.
const UNVERSIONED_ORDER: &str = "1970-01-01T00:00:00";
/// A specification version that no object has.
const NO_SPEC: u8 = 0;

/// What a request asks of the store.
pub(super) struct Asked {
    pub(super) wanted: Wanted,
    /// The number of the last row that the client has.
    pub(super) after: u64,
    /// Rows at most.
    pub(super) rows: usize,
    query: Query,
}

impl Asked {
    /// Reads a query of `endpoint`; `object` is the one in the path.
    ///
    /// # Errors
    /// 400 for a parameter that is malformed, and for a `next` that does not belong to the query.
    pub(super) fn read(
        limits: &TaxiiSettings,
        endpoint: Endpoint,
        collection: &Collection,
        object: Option<&str>,
        query: &str,
    ) -> Result<Self, Problem> {
        let filter = Filter::parse(query, endpoint)?;
        let query = Query::new(endpoint, collection.id, object, &filter);
        let after = match filter.next() {
            Some(next) => Cursor::decode(next, &query)?.position,
            None => 0,
        };
        Ok(Self {
            wanted: wanted(endpoint, object, &filter),
            after,
            rows: limits.rows(filter.limit().map(std::num::NonZero::get)),
            query,
        })
    }

    /// What is said of a page with these ends, the first row and the last.
    pub(super) fn page(&self, ends: Option<[Stamp; 2]>, more: bool) -> PageOf {
        let next = ends.filter(|_| more).map(|[_, last]| {
            let position = last.arrival;
            Cursor { position }.encode(&self.query)
        });
        PageOf {
            next,
            dates: ends.map(|ends| ends.map(|end| end.added)),
        }
    }
}

/// The ends of a page of rows.
pub(super) fn ends(rows: &[Listed]) -> Option<[Stamp; 2]> {
    let ends = [rows.first()?, rows.last()?];
    Some(ends.map(|row| Stamp {
        arrival: row.arrival,
        added: row.added,
    }))
}

/// What is said of a page besides its rows.
pub(super) struct PageOf {
    /// Where the next one begins, if there is one.
    pub(super) next: Option<String>,
    dates: Option<[i64; 2]>,
}

impl PageOf {
    /// Says when the first and the last row were added (§3.2); nothing where there is none, since any instant would be
    /// a wrong one.
    pub(super) fn date(&self, mut response: Response) -> Response {
        let names = [DATE_ADDED_FIRST, DATE_ADDED_LAST];
        for (name, added) in names.into_iter().zip(self.dates.into_iter().flatten()) {
            let at = Timestamp::from_micros(added);
            if let Some(value) = at.and_then(|at| HeaderValue::try_from(at.to_string()).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// The filter in the words of the store. Without `match[version]` it is the latest version that is read (§3.4.1), every
/// version that is counted up (§5.8), and every version that is deleted: §5.7 wants an object that was deleted to be
/// found no more, and it would be, in its version before.
fn wanted(endpoint: Endpoint, object: Option<&str>, filter: &Filter) -> Wanted {
    let versions = match (filter.versions(), endpoint) {
        (Some(versions), _) => exactly(versions),
        (None, Endpoint::Versions | Endpoint::Delete) => exactly(&Versions::ALL),
        (None, Endpoint::Manifest | Endpoint::Objects | Endpoint::Object) => {
            VersionsWanted::default()
        }
    };
    let specs = filter.spec_versions().iter();
    let specs = specs.map(|spec| match (spec.major, spec.minor) {
        (2, 0) => 20,
        (2, 1) => 21,
        _ => NO_SPEC,
    });
    let mut specs: Vec<u8> = specs.collect();
    // That no specification version means the latest is about what is read (§3.4.1). Who deletes all of an object would
    // find the older ones in its place, and §5.7 wants them to find nothing.
    if endpoint == Endpoint::Delete && versions.all && specs.is_empty() {
        specs = SPECS.to_vec();
    }
    Wanted {
        added_after: filter.added_after().map(Timestamp::micros),
        ids: match object {
            Some(id) => vec![id.to_owned()],
            None => filter.ids().to_vec(),
        },
        types: filter.types().to_vec(),
        versions,
        specs,
    }
}

fn exactly(versions: &Versions) -> VersionsWanted {
    let mut exact = Vec::new();
    for version in versions.exact() {
        let order = version.sort_key();
        if order == UNVERSIONED_ORDER {
            exact.push(String::new());
        }
        exact.push(order.to_owned());
    }
    VersionsWanted {
        all: versions.all(),
        first: versions.first(),
        last: versions.last(),
        exact,
    }
}

/// The version of a row as it is told: as the object says it.
pub(super) fn version_of(row: &mut Listed) -> String {
    let said = std::mem::take(&mut row.key.version);
    if said.is_empty() {
        return UNVERSIONED.to_owned();
    }
    said
}

/// A resource as the body of a success.
pub(super) fn json(resource: &impl Serialize) -> Response {
    let body = serde_json::to_vec(resource).expect("resources of TAXII are structs of strings");
    success(Body::from(body))
}

/// The body of a success.
pub(super) fn success(body: Body) -> Response {
    let mut response = body.into_response();
    let media = HeaderValue::from_static(media::TAXII_21);
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}
