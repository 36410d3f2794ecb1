use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};

use super::{
    ask::Ask,
    crawl,
    error::Error,
    object::RawObject,
    page::{Listed, Page},
    query::Query,
    root::Root,
    send::{self, Sent},
};
use crate::resource::{self, ManifestRecord, Status};

/// One collection (TAXII 2.1 §5). Cheap enough to clone.
#[derive(Debug, Clone)]
pub struct Collection {
    root: Root,
    info: resource::Collection,
}

impl Collection {
    pub(super) fn new(root: Root, info: resource::Collection) -> Self {
        Self { root, info }
    }

    /// What the server says of it, when it was asked (§5.2.1).
    pub fn info(&self) -> &resource::Collection {
        &self.info
    }

    /// Its API root.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// Its objects one by one, in the order of addition (§5.4).
    pub fn objects(
        &self,
        query: Query,
    ) -> impl Stream<Item = Result<Listed, Error>> + Send + use<> {
        let pages = self.pages(query);
        pages
            .map_ok(|page| stream::iter(page.listed().map(Ok).collect::<Vec<_>>()))
            .try_flatten()
    }

    /// Its objects page by page, for who keeps the [`Cursor`](super::Cursor) of each.
    pub fn pages(
        &self,
        query: Query,
    ) -> impl Stream<Item = Result<Page<RawObject>, Error>> + Send + use<> {
        self.crawl(&["objects"], query)
    }

    /// What it has, without the objects (§5.3), page by page.
    pub fn manifest(
        &self,
        query: Query,
    ) -> impl Stream<Item = Result<Page<ManifestRecord>, Error>> + Send + use<> {
        self.crawl(&["manifest"], query)
    }

    /// The versions of one object (§5.8), page by page.
    pub fn versions(
        &self,
        id: &str,
        query: Query,
    ) -> impl Stream<Item = Result<Page<String>, Error>> + Send + use<> {
        self.crawl(&["objects", id, "versions"], query)
    }

    /// One object (§5.6): its last version, or those that `query` asks for.
    pub fn object(
        &self,
        id: &str,
        query: Query,
    ) -> impl Stream<Item = Result<Page<RawObject>, Error>> + Send + use<> {
        self.crawl(&["objects", id], query)
    }

    /// Deletes versions of one object (§5.7): those `query` asks for with [`Query::versions`] and
    /// [`Query::spec_versions`], the rest of it is not looked at. Without versions the standard leaves open which go.
    ///
    /// # Errors
    /// [`Error`]; [`Error::NotFound`] if there is no such object.
    pub async fn delete(&self, id: &str, query: &Query) -> Result<(), Error> {
        let mut url = self.root.at(&self.beneath(&["objects", id]))?;
        query.put_match_into(&mut url);
        self.root.client().ask(&Ask::delete(url)).await?;
        Ok(())
    }

    /// Adds one body as it is: an envelope (§5.5). [`send`](Self::send) makes envelopes that the server takes.
    ///
    /// # Errors
    /// [`Error`]; [`Error::BodyTooLarge`] if it is longer than the server takes.
    pub async fn add(&self, envelope: Bytes) -> Result<Status, Error> {
        let url = self.root.at(&self.beneath(&["objects"]))?;
        let ask = Ask::post("status", url, envelope);
        self.root.client().read(ask).await
    }

    /// Adds objects, in as many envelopes as the server's `max_content_length` makes of them, and in smaller ones if it
    /// still says 413. Each item is what became of some of the objects, in their order; the next envelope goes out when
    /// it is asked for.
    ///
    /// # Errors
    /// Each item may be an [`Error`], which ends the stream: objects from there on were not sent, or it is not known.
    pub fn send(
        &self,
        objects: Vec<Bytes>,
    ) -> impl Stream<Item = Result<Sent, Error>> + Send + use<> {
        send::send(self.clone(), objects)
    }

    fn beneath<'t>(&'t self, rest: &[&'t str]) -> Vec<&'t str> {
        let mut path = vec!["collections", self.info.id.as_str()];
        path.extend(rest);
        path
    }

    fn crawl<T: super::page::Row>(
        &self,
        rest: &[&str],
        query: Query,
    ) -> impl Stream<Item = Result<Page<T>, Error>> + Send + use<T> {
        let client = self.root.client().clone();
        match self.root.at(&self.beneath(rest)) {
            Ok(url) => crawl::pages(client, url, query).left_stream(),
            Err(error) => stream::iter([Err(error)]).right_stream(),
        }
    }
}
