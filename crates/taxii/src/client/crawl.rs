//! Going through a collection page by page, whatever a server makes of §3.5.
//!
//! `next` is followed while there is one. Without it, the crawl goes on from the date of the last object, and asks for
//! that date once more: several objects can have the same one, and `added_after` alone would skip those that were left
//! for the next page. What comes twice by that is dropped again here.
//!
//! A page of a token is asked for once, unless the server surely did not see the request: medallion forgets what it has
//! given out, so that asking again would skip a page. The crawl ends with the error then, and whoever wants to go on does
//! so from the date of the last page that came.

use std::collections::HashSet;

use futures::{Stream, stream};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{
    Client,
    ask::Ask,
    error::Error,
    page::{Cursor, Page, Row},
    query::Query,
};

/// The smallest step of a date that servers tell apart, in microseconds.
const DATE_STEP_MICROS: i64 = 1;

type Digest = [u8; 32];

/// The pages of `url` under `query`. After an error there are no more.
pub(super) fn pages<T: Row>(
    client: Client,
    url: Url,
    query: Query,
) -> impl Stream<Item = Result<Page<T>, Error>> + Send + 'static {
    let crawl = Crawl {
        page_size: query.page_size(),
        client,
        url,
        query,
        pages: 0,
        empty_pages: 0,
        seen: HashSet::new(),
        of_last_date: HashSet::new(),
        last_date: None,
    };
    stream::try_unfold(Some(crawl), async |crawl| match crawl {
        Some(crawl) => crawl.step().await.map(Some),
        None => Ok(None),
    })
}

struct Crawl {
    client: Client,
    url: Url,
    query: Query,
    page_size: u32,
    pages: u64,
    empty_pages: u32,
    /// Of every page that was not empty: a page that comes again means a circle.
    seen: HashSet<Digest>,
    /// While there is no `next`: what was given of the last date.
    of_last_date: HashSet<Digest>,
    last_date: Option<Timestamp>,
}

impl Crawl {
    /// The next page, and the crawl after it.
    async fn step<T: Row>(mut self) -> Result<(Page<T>, Option<Self>), Error> {
        loop {
            self.pages += 1;
            if self.pages > self.client.0.limits.pages_max {
                return Err(Error::TooManyPages {
                    url: self.url.to_string(),
                    pages_max: self.client.0.limits.pages_max,
                });
            }
            let mut page: Page<T> = self.fetch().await?;
            let given = page.rows.len();
            let fresh = self.drop_what_was_given(&mut page);
            if fresh.is_empty() && given > 0 && page.more && page.next.is_none() {
                // The page was filled by objects of one date, all of them given already.
                self.ask_for_more_at_once(&page, given)?;
                continue;
            }
            self.refuse_circles(&page, &fresh)?;
            page.then = self.way_on(&page, given, fresh)?;
            let Some(then) = page.then.clone() else {
                return Ok((page, None));
            };
            self.query = self.query.resume(then);
            return Ok((page, Some(self)));
        }
    }

    async fn fetch<T: Row>(&mut self) -> Result<Page<T>, Error> {
        match self.fetch_as(&self.query).await {
            // Some servers take `next` by itself only, though §3.5 wants the whole query with it.
            Err(Error::BadRequest { .. })
                if self.query.next_token().is_some() && self.query.has_added_after() =>
            {
                let alone = self.query.clone().without_added_after();
                let page = self.fetch_as(&alone).await?;
                self.query = alone;
                Ok(page)
            }
            fetched => fetched,
        }
    }

    async fn fetch_as<T: Row>(&self, query: &Query) -> Result<Page<T>, Error> {
        let mut url = self.url.clone();
        query.clone().limit(self.page_size).put_into(&mut url);
        let ask = Ask {
            once: query.next_token().is_some(),
            ..T::ask(url)
        };
        let answer = self.client.ask(&ask).await?;
        T::page(answer, &self.client.0.limits)
    }

    /// Takes out of the page what an earlier one had of the same date. Returns the digests of what is left.
    fn drop_what_was_given<T: Row>(&self, page: &mut Page<T>) -> Vec<Digest> {
        let mut fresh = Vec::with_capacity(page.rows.len());
        let mut first_stays = None;
        page.rows.retain(|row| {
            let digest = row.digest();
            let stays = !self.of_last_date.contains(&digest);
            first_stays.get_or_insert(stays);
            if stays {
                fresh.push(digest);
            }
            stays
        });
        // The header was about a row that is gone.
        page.first_added = page.first_added.filter(|_| first_stays == Some(true));
        fresh
    }

    fn ask_for_more_at_once<T>(&mut self, page: &Page<T>, given: usize) -> Result<(), Error> {
        let size_max = u32::try_from(self.client.0.limits.page_objects_max).unwrap_or(u32::MAX);
        let filled = given >= self.page_size as usize;
        if !filled || self.page_size >= size_max {
            return Err(match self.last_date {
                Some(date) => Error::StuckAtDate {
                    url: page.url.clone(),
                    date,
                    given,
                },
                None => Error::PageRepeated {
                    url: page.url.clone(),
                },
            });
        }
        self.page_size = self.page_size.saturating_mul(2).min(size_max);
        Ok(())
    }

    fn refuse_circles<T>(&mut self, page: &Page<T>, fresh: &[Digest]) -> Result<(), Error> {
        if page.rows.is_empty() {
            self.empty_pages += 1;
            if page.more && self.empty_pages > self.client.0.limits.empty_pages_max {
                return Err(Error::EmptyPages {
                    url: page.url.clone(),
                    pages: self.empty_pages,
                });
            }
            return Ok(());
        }
        self.empty_pages = 0;
        // A token that comes again is none: search engines give the same one for every page of a scroll.
        if self.seen.insert(all(fresh)) {
            return Ok(());
        }
        Err(Error::PageRepeated {
            url: page.url.clone(),
        })
    }

    fn way_on<T>(
        &mut self,
        page: &Page<T>,
        given: usize,
        fresh: Vec<Digest>,
    ) -> Result<Option<Cursor>, Error> {
        if !page.more {
            return Ok(None);
        }
        if let Some(next) = &page.next {
            return Ok(Some(Cursor::Next(next.clone())));
        }
        let last = page.last_added.filter(|_| given > 0);
        let step = SignedDuration::from_micros(DATE_STEP_MICROS);
        let Some((last, before)) = last.and_then(|at| Some((at, at.checked_sub(step).ok()?)))
        else {
            return Err(Error::NoWayOn {
                url: page.url.clone(),
            });
        };
        if self.last_date != Some(last) {
            self.of_last_date.clear();
        }
        self.of_last_date.extend(fresh);
        self.last_date = Some(last);
        Ok(Some(Cursor::AddedAfter(before)))
    }
}

/// One digest of many.
fn all(digests: &[Digest]) -> Digest {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for digest in digests {
        context.update(digest);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
