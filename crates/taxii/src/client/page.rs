use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderName;
use jiff::Timestamp;
use url::Url;

use super::{answer::Answer, ask::Ask, date, error::Error, limits::Limits, object::RawObject};
use crate::resource::{Envelope, Manifest, ManifestRecord, Versions};

const DATE_ADDED_FIRST: HeaderName = HeaderName::from_static("x-taxii-date-added-first");
const DATE_ADDED_LAST: HeaderName = HeaderName::from_static("x-taxii-date-added-last");

/// One page of a crawl (TAXII 2.1 §3.5).
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// What is on it, in the order of addition. Empty pages happen and mean nothing.
    pub rows: Vec<T>,
    /// When the first of them was added, where the server says so.
    pub first_added: Option<Timestamp>,
    /// When the last of them was added, where the server says so.
    pub last_added: Option<Timestamp>,
    /// Where the next page is; `None` on the last one.
    pub then: Option<Cursor>,
    pub(super) url: String,
    pub(super) more: bool,
    pub(super) next: Option<String>,
}

/// A place in a crawl, for [`Query::resume`](super::Query::resume). It counts for the same query only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    /// The server's own token.
    Next(String),
    /// Everything added after this.
    AddedAfter(Timestamp),
}

/// One object of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its bytes.
    pub object: RawObject,
    /// When it was added to the collection, where that is known: servers say it of the first and of the last object of
    /// a page.
    pub date_added: Option<Timestamp>,
}

impl Page<RawObject> {
    /// Its objects, with the dates that are known.
    pub fn listed(self) -> impl Iterator<Item = Listed> {
        let (first, last) = (self.first_added, self.last_added);
        let end = self.rows.len().saturating_sub(1);
        let all = first.filter(|_| first == last);
        let known = move |index| match index {
            0 if first.is_some() => first,
            _ if index == end => last,
            _ => all,
        };
        let rows = self.rows.into_iter().enumerate();
        rows.map(move |(index, object)| Listed {
            object,
            date_added: known(index),
        })
    }
}

/// What can stand on a page.
pub(super) trait Row: Send + Sized + 'static {
    /// What the page is called.
    const WHAT: &'static str;

    /// What is asked for a page.
    fn ask(url: Url) -> Ask {
        Ask::get(Self::WHAT, url)
    }

    /// Reads an answer.
    fn page(answer: Answer, limits: &Limits) -> Result<Page<Self>, Error>;

    /// Tells it from every other row.
    fn digest(&self) -> [u8; 32];
}

impl Row for RawObject {
    const WHAT: &'static str = "envelope";

    fn ask(url: Url) -> Ask {
        Ask::envelope(url)
    }

    fn page(mut answer: Answer, limits: &Limits) -> Result<Page<Self>, Error> {
        let around: Envelope = answer.resource(Self::WHAT)?;
        let rows = std::mem::take(&mut answer.objects);
        page(&answer, rows, around.more, around.next, limits)
    }

    fn digest(&self) -> [u8; 32] {
        sha256(self.as_bytes())
    }
}

impl Row for ManifestRecord {
    const WHAT: &'static str = "manifest";

    fn page(answer: Answer, limits: &Limits) -> Result<Page<Self>, Error> {
        let manifest: Manifest = answer.resource(Self::WHAT)?;
        let mut page = page(
            &answer,
            manifest.objects,
            manifest.more,
            manifest.next,
            limits,
        )?;
        // A manifest says of every record what the headers say of two.
        let at =
            |record: Option<&Self>| record.and_then(|record| date::instant(&record.date_added));
        page.first_added = at(page.rows.first()).or(page.first_added);
        page.last_added = at(page.rows.last()).or(page.last_added);
        Ok(page)
    }

    fn digest(&self) -> [u8; 32] {
        sha256(format!("{}\0{}\0{}", self.id, self.version, self.date_added).as_bytes())
    }
}

/// A version of one object.
impl Row for String {
    const WHAT: &'static str = "list of versions";

    fn page(answer: Answer, limits: &Limits) -> Result<Page<Self>, Error> {
        let versions: Versions = answer.resource(Self::WHAT)?;
        page(
            &answer,
            versions.versions,
            versions.more,
            versions.next,
            limits,
        )
    }

    fn digest(&self) -> [u8; 32] {
        sha256(self.as_bytes())
    }
}

fn page<T: Row>(
    answer: &Answer,
    rows: Vec<T>,
    more: bool,
    next: Option<String>,
    limits: &Limits,
) -> Result<Page<T>, Error> {
    if rows.len() > limits.page_objects_max {
        return Err(Error::PageTooLong {
            url: answer.url.to_string(),
            objects_max: limits.page_objects_max,
        });
    }
    if rows.is_empty() && !more {
        answer.is_empty_page(T::WHAT)?;
    }
    Ok(Page {
        rows,
        first_added: answer.date(&DATE_ADDED_FIRST),
        last_added: answer.date(&DATE_ADDED_LAST),
        then: None,
        url: answer.url.to_string(),
        more,
        next: next.filter(|next| !next.is_empty()),
    })
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}
