mod words;

use std::time::Duration;

use http::StatusCode;
use stix::BundleError;

use super::said::Said;
pub(super) use words::innermost;
use words::{after, hint, list};

/// Everything that can be wrong with a server, or with what was asked of it: one variant for each way, with the URL
/// and what the server said.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text that should be a URL.
    #[error("`{text}` is no URL of a TAXII server: {why}")]
    NotAUrl {
        /// The text.
        text: String,
        /// Why not.
        why: String,
    },
    /// Plain HTTP to another machine, or a scheme that is neither.
    #[error(
        "{url} would send everything in the clear: only https is asked, except on this machine"
    )]
    Insecure {
        /// The URL.
        url: String,
    },
    /// Credentials that cannot be sent.
    #[error("the credentials cannot be used: {why}")]
    Credentials {
        /// Why not.
        why: &'static str,
    },
    /// Certificates that cannot be used, or no TLS on this machine.
    #[error("TLS cannot be set up: {why}")]
    Tls {
        /// Why not.
        why: String,
    },
    /// No connection.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// The URL.
        url: String,
        /// The innermost cause.
        why: String,
    },
    /// It took longer than [`Times`](super::Times) allow.
    #[error("{url} did not answer in time")]
    TimedOut {
        /// The URL.
        url: String,
    },
    /// The connection broke in the middle, or the answer was cut short.
    #[error("the answer of {url} broke off: {why}")]
    BrokenOff {
        /// The URL.
        url: String,
        /// The innermost cause.
        why: String,
    },
    /// A redirect that is not followed.
    #[error("{url} redirects to `{to}`, which is not followed: {why}")]
    Redirected {
        /// The URL.
        url: String,
        /// Where to, as the server wrote it.
        to: String,
        /// Why not.
        why: &'static str,
    },
    /// 400.
    #[error("{url} did not understand the request (400) and said {said}")]
    BadRequest {
        /// The URL.
        url: String,
        /// What it said.
        said: Said,
    },
    /// 401.
    #[error("{url} wants to know who asks (401) and said {said}{}", hint(.shown))]
    Unauthorized {
        /// The URL.
        url: String,
        /// Whether credentials were shown.
        shown: Shown,
        /// What it said.
        said: Said,
    },
    /// 403.
    #[error("{url} is not for this user (403), the server said {said}")]
    Forbidden {
        /// The URL.
        url: String,
        /// What it said.
        said: Said,
    },
    /// 404: it is not there, or it is not to be seen by this user.
    #[error("{url} is not there, or not for this user (404), the server said {said}")]
    NotFound {
        /// The URL.
        url: String,
        /// What it said.
        said: Said,
    },
    /// 406 to every spelling of the media type.
    #[error("{url} takes no spelling of `Accept: application/taxii+json` (406) and said {said}")]
    NotAcceptable {
        /// The URL.
        url: String,
        /// What it said.
        said: Said,
    },
    /// 413.
    #[error("{url} does not take a body of {bytes} bytes (413) and said {said}")]
    BodyTooLarge {
        /// The URL.
        url: String,
        /// What was sent.
        bytes: usize,
        /// What it said.
        said: Said,
    },
    /// 415 to every spelling of the media type.
    #[error(
        "{url} takes no spelling of `Content-Type: application/taxii+json` (415) and said {said}"
    )]
    UnsupportedMediaType {
        /// The URL.
        url: String,
        /// What it said.
        said: Said,
    },
    /// 422.
    #[error("{url} cannot process what was sent (422) and said {said}")]
    Unprocessable {
        /// The URL.
        url: String,
        /// What it said.
        said: Said,
    },
    /// 429, 503: come back later.
    #[error("{url} is busy ({status}){} and said {said}", after(.retry_after))]
    Busy {
        /// The URL.
        url: String,
        /// Which of the two.
        status: StatusCode,
        /// When to come back, if it says.
        retry_after: Option<Duration>,
        /// What it said.
        said: Said,
    },
    /// Any other 5xx.
    #[error("{url} failed ({status}) and said {said}")]
    ServerFailed {
        /// The URL.
        url: String,
        /// Its status.
        status: StatusCode,
        /// What it said.
        said: Said,
    },
    /// Any other status.
    #[error("{url} answered {status} and said {said}")]
    Status {
        /// The URL.
        url: String,
        /// Its status.
        status: StatusCode,
        /// What it said.
        said: Said,
    },
    /// An answer longer than [`Limits::page_bytes_max`](super::Limits::page_bytes_max).
    #[error("the answer of {url} is longer than {bytes_max} bytes")]
    AnswerTooLong {
        /// The URL.
        url: String,
        /// The limit.
        bytes_max: usize,
    },
    /// A list longer than [`Limits::page_objects_max`](super::Limits::page_objects_max).
    #[error("a page of {url} has more than {objects_max} entries")]
    PageTooLong {
        /// The URL.
        url: String,
        /// The limit.
        objects_max: usize,
    },
    /// An object longer or deeper than [`Limits`](super::Limits) allow, or no JSON between them.
    #[error("a page of {url} cannot be read: {why}")]
    Page {
        /// The URL.
        url: String,
        /// Where and why.
        why: BundleError,
    },
    /// An answer that is not the resource it should be.
    #[error(
        "the answer of {url} is no {what} of TAXII 2.1: {why}; it is {content_type} and begins {begins}"
    )]
    NotTheResource {
        /// The URL.
        url: String,
        /// What was asked for.
        what: &'static str,
        /// Why not.
        why: String,
        /// What the server says it is.
        content_type: String,
        /// How it begins.
        begins: Said,
    },
    /// A server of TAXII 2.0: it pages in another way, and reading it as 2.1 would end silently early.
    #[error("{url} speaks TAXII 2.0, not 2.1: it answers with {content_type}")]
    Taxii20 {
        /// The URL.
        url: String,
        /// What it answered with.
        content_type: String,
    },
    /// Discovery names no default and not exactly one API root.
    #[error("{url} names no default API root, choose one of {}", list(.roots))]
    NoDefaultRoot {
        /// The discovery URL.
        url: String,
        /// The API roots, as it names them.
        roots: Vec<String>,
    },
    /// No collection has this identifier, alias or title.
    #[error("{url} has no collection `{wanted}`; it has {}", list(.there))]
    NoSuchCollection {
        /// The API root.
        url: String,
        /// What was asked for.
        wanted: String,
        /// The titles and identifiers there are.
        there: Vec<String>,
    },
    /// Several collections have this title.
    #[error("{url} has several collections with the title `{wanted}`, choose by identifier: {}", list(.ids))]
    AmbiguousTitle {
        /// The API root.
        url: String,
        /// What was asked for.
        wanted: String,
        /// Their identifiers.
        ids: Vec<String>,
    },
    /// `more`, and no way there.
    #[error(
        "{url} says that there is more, but gives neither `next` nor a date in X-TAXII-Date-Added-Last to go on from"
    )]
    NoWayOn {
        /// The URL of the page.
        url: String,
    },
    /// More than [`Limits::empty_pages_max`](super::Limits::empty_pages_max) pages in a row with nothing on them.
    #[error("{url} says that there is more, on {pages} empty pages in a row")]
    EmptyPages {
        /// The URL of the last of them.
        url: String,
        /// How many.
        pages: u32,
    },
    /// A page that was there before: the server goes in a circle.
    #[error("{url} gives a page again that it gave before in this crawl: it goes in a circle")]
    PageRepeated {
        /// The URL of the repeated page.
        url: String,
    },
    /// More objects of one date than the server gives at once, and no `next`: the rest cannot be asked for.
    #[error(
        "{url} has more objects added at {date} than the {given} it gives at once, and no `next`: the others cannot be asked for"
    )]
    StuckAtDate {
        /// The URL of the page.
        url: String,
        /// The date.
        date: jiff::Timestamp,
        /// How many it gives.
        given: usize,
    },
    /// More than [`Limits::pages_max`](super::Limits::pages_max) pages.
    #[error("{url} has more than {pages_max} pages")]
    TooManyPages {
        /// The URL of the first page that is too many.
        url: String,
        /// The limit.
        pages_max: u64,
    },
    /// A status that did not become complete in time.
    #[error("{url} is still pending ({pending_count} objects) after {waited:?}")]
    StillPending {
        /// The status's URL.
        url: String,
        /// How many objects wait.
        pending_count: u64,
        /// How long was waited.
        waited: Duration,
    },
}

/// Whether credentials were shown when a server asked for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// They were, and it did not take them.
    Yes,
    /// There are none.
    NoneGiven,
    /// They are for another place.
    OtherPlace,
}

impl Error {
    /// Whether the same request may succeed later without anybody doing anything: no connection, no answer in time,
    /// 429, 5xx.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::TimedOut { .. }
                | Self::BrokenOff { .. }
                | Self::Busy { .. }
                | Self::ServerFailed { .. }
        )
    }

    /// Whether the server may have worked on the request all the same.
    pub(super) fn may_be_done(&self) -> bool {
        matches!(
            self,
            Self::TimedOut { .. } | Self::BrokenOff { .. } | Self::ServerFailed { .. }
        )
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A request that got no answer.
    pub(super) fn unanswered(url: &url::Url, error: &reqwest::Error) -> Self {
        let url = url.to_string();
        if error.is_timeout() {
            return Self::TimedOut { url };
        }
        let why = innermost(error);
        if error.is_connect() || error.is_builder() {
            return Self::Unreachable { url, why };
        }
        Self::BrokenOff { url, why }
    }
}
