use std::sync::{Arc, OnceLock};

use url::Url;

use super::{Client, Collection, ask::Ask, error::Error, wait::Patience};
use crate::resource;

/// One API root of a server (TAXII 2.1 §4.2). Cheap to clone.
#[derive(Debug, Clone)]
pub struct Root {
    client: Client,
    url: Url,
    /// What the server takes as a body, once it was asked.
    body_bytes_max: Arc<OnceLock<u64>>,
}

impl Root {
    pub(super) fn new(client: Client, url: Url) -> Self {
        Self {
            client,
            url,
            body_bytes_max: Arc::default(),
        }
    }

    /// Its URL, with a slash at the end.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What it says of itself (§4.2).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn info(&self) -> Result<resource::ApiRoot, Error> {
        let ask = Ask::get("API root", self.url.clone());
        let info: resource::ApiRoot = self.client.read(ask).await?;
        // What was said first counts: the value is the same for all clones of this root.
        let _ = self.body_bytes_max.set(info.max_content_length);
        Ok(info)
    }

    /// Its collections (§5.1).
    ///
    /// # Errors
    /// [`Error`].
    pub async fn collections(&self) -> Result<Vec<Collection>, Error> {
        let ask = Ask::get("list of collections", self.at(&["collections"])?);
        let list: resource::Collections = self.client.read(ask).await?;
        let collections = list.collections.into_iter();
        Ok(collections
            .map(|info| Collection::new(self.clone(), info))
            .collect())
    }

    /// The collection with this identifier, alias or, if only one has it, title (§5.2).
    ///
    /// # Errors
    /// [`Error::NoSuchCollection`], [`Error::AmbiguousTitle`], or any other [`Error`].
    pub async fn collection(&self, wanted: &str) -> Result<Collection, Error> {
        let all = self.collections().await?;
        let named =
            |it: &&Collection| it.info().id == wanted || it.info().alias.as_deref() == Some(wanted);
        if let Some(found) = all.iter().find(named) {
            return Ok(found.clone());
        }
        let titled: Vec<_> = all.iter().filter(|it| it.info().title == wanted).collect();
        match titled[..] {
            [only] => Ok(only.clone()),
            [] => {
                let name = |it: &Collection| format!("{} ({})", it.info().title, it.info().id);
                Err(Error::NoSuchCollection {
                    url: self.url.to_string(),
                    wanted: wanted.to_owned(),
                    there: all.iter().map(name).collect(),
                })
            }
            _ => Err(Error::AmbiguousTitle {
                url: self.url.to_string(),
                wanted: wanted.to_owned(),
                ids: titled.iter().map(|it| it.info().id.clone()).collect(),
            }),
        }
    }

    /// What became of an Add Objects request (§4.3).
    ///
    /// # Errors
    /// [`Error`]; [`Error::NotFound`] for a status the server has forgotten.
    pub async fn status(&self, id: &str) -> Result<resource::Status, Error> {
        let ask = Ask::get("status", self.at(&["status", id])?);
        self.client.read(ask).await
    }

    /// Waits until a status is complete.
    ///
    /// # Errors
    /// [`Error::StillPending`] when patience ends before; any other [`Error`].
    pub async fn wait(
        &self,
        status: resource::Status,
        patience: &Patience,
    ) -> Result<resource::Status, Error> {
        super::wait::wait(self, status, patience).await
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The longest body to send: what the server takes, what the client may.
    pub(super) async fn body_bytes_max(&self) -> Result<usize, Error> {
        let taken = match self.body_bytes_max.get() {
            Some(taken) => *taken,
            None => self.info().await?.max_content_length,
        };
        let most = self.client.0.limits.request_bytes_max;
        Ok(usize::try_from(taken).unwrap_or(usize::MAX).min(most))
    }

    /// A URL beneath it, with a slash at the end as the standard writes all of them.
    pub(super) fn at(&self, segments: &[&str]) -> Result<Url, Error> {
        let mut url = self.url.clone();
        match url.path_segments_mut() {
            Ok(mut path) => {
                path.pop_if_empty().extend(segments).push("");
            }
            Err(()) => {
                return Err(Error::NotAUrl {
                    text: self.url.to_string(),
                    why: "nothing can stand beneath it".to_owned(),
                });
            }
        }
        Ok(url)
    }
}
