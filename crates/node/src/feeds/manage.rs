//! What an operator does with feeds.

use jiff::Timestamp;
use store::{
    StoreError,
    feeds::{Feed, FeedCursor, NewFeed},
};
use taxii::client::Error;

use super::{
    AddFeed, Direction, FeedError, FeedName, UNREACHABLE, definition, remote, round, secret::Secret,
};
use crate::{
    access::Caller,
    error::ApiError,
    node::Node,
    view::{FeedCountsView, FeedFailure, FeedRefusalView, FeedView},
};

/// Refusals that are shown of a feed.
const REFUSALS_SHOWN_MAX: usize = 50;

impl Node {
    /// Makes a feed. It is due at once.
    pub(crate) async fn add_feed(&self, by: &Caller, asked: AddFeed) -> Result<FeedView, ApiError> {
        let invalid = |error: String| ApiError::invalid(format!("no feed was made: {error}"));
        let name = asked.check().map_err(|error| invalid(error.to_string()))?;
        let here = self
            .collections()
            .named(&asked.collection)
            .map_err(ApiError::not_found)?;
        let secret = Secret {
            credentials: asked.credentials,
            authorities: asked.authorities,
        };
        let there = |error: Error| match error {
            Error::Insecure { .. } => invalid(format!(
                "{error}; `--insecure-http` lets it go, and everyone on the way reads everything"
            )),
            error => invalid(error.to_string()),
        };
        // Finds what is wrong with URL, credentials and certificates before anything is kept.
        remote::client(self, &asked.url, &secret, asked.insecure_http).map_err(there)?;
        let feed = NewFeed {
            name: name.to_string(),
            track: here.track.id,
            push: asked.direction == Direction::Push,
            remote: remote::origin(&asked.url).map_err(there)?,
            url: asked.url,
            collection: asked.remote_collection,
            auth: secret.credentials.kind().to_owned(),
            interval_secs: asked.interval_secs,
            page_size: asked.page_size,
            types: asked.types,
            all_versions: asked.all_versions,
            ceiling: asked.ceiling.map(|ceiling| ceiling.to_ascii_lowercase()),
            unmarked: asked.unmarked,
            insecure_http: asked.insecure_http,
            created: self.clock().now().as_microsecond(),
            begins: FeedCursor {
                added_after: asked.since.map(Timestamp::as_microsecond),
                ..FeedCursor::default()
            },
        };
        let url = feed.url.clone();
        let turn = self.feed_lanes().interrupt(name.as_str()).await;
        if self.store().feed(name.as_str()).await?.is_some() {
            return Err(exists(&name));
        }
        // First the file: a feed without credentials would fail, a file without a feed is written over.
        secret
            .write(self.home(), &name)
            .map_err(ApiError::internal)?;
        match self.store().add_feed(feed).await {
            Err(StoreError::FeedExists { .. }) => return Err(exists(&name)),
            added => added?,
        }
        drop(turn);
        self.noted(by, "feed.add", format!("{name}: {url}")).await?;
        self.feed(name.as_str()).await
    }

    /// Every feed, without its refusals.
    pub(crate) async fn feeds(&self) -> Result<Vec<FeedView>, ApiError> {
        let feeds = self.store().feeds().await?;
        Ok(feeds
            .into_iter()
            .map(|feed| self.feed_view(feed, Vec::new()))
            .collect())
    }

    /// One feed.
    pub(crate) async fn feed(&self, name: &str) -> Result<FeedView, ApiError> {
        let feed = self.store().feed(name).await?.ok_or_else(|| none(name))?;
        let refusals = self.store().feed_refusals(name, REFUSALS_SHOWN_MAX).await?;
        let refusals = refusals.into_iter().map(|refusal| FeedRefusalView {
            id: refusal.stix_id,
            version: refusal.version,
            reason: refusal.reason,
            at: instant(refusal.at),
        });
        Ok(self.feed_view(feed, refusals.collect()))
    }

    /// Runs a round now, paused or not, and waits for its end.
    pub(crate) async fn run_feed(&self, by: &Caller, name: &str) -> Result<FeedView, ApiError> {
        self.store().feed(name).await?.ok_or_else(|| none(name))?;
        self.noted(by, "feed.run", name).await?;
        let (node, owned) = (self.clone(), name.to_owned());
        // A task of its own: who asked may go away, the round goes on.
        let stop = self.stopping().clone();
        let round = self
            .tasks()
            .spawn(async move { round::run(&node, &owned, round::Why::Asked, &stop).await });
        match round.await.map_err(ApiError::internal)? {
            Ok(_) => self.feed(name).await,
            Err(error) => Err(failed(name, &error)),
        }
    }

    /// Lets a feed rest, or go on.
    pub(crate) async fn pause_feed(
        &self,
        by: &Caller,
        name: &str,
        paused: bool,
    ) -> Result<FeedView, ApiError> {
        if paused {
            let _turn = self.feed_lanes().interrupt(name).await;
            self.store().pause_feed(name, true).await.map_err(missing)?;
        } else {
            self.store()
                .pause_feed(name, false)
                .await
                .map_err(missing)?;
        }
        let what = if paused { "feed.pause" } else { "feed.resume" };
        self.noted(by, what, name).await?;
        self.feed(name).await
    }

    /// Puts a feed back: a pull feed to what was added there after `since`, or to the beginning; a push feed to what
    /// arrived here after `since`, or to the beginning. Nothing is there twice by that.
    pub(crate) async fn reset_feed(
        &self,
        by: &Caller,
        name: &str,
        since: Option<Timestamp>,
    ) -> Result<FeedView, ApiError> {
        let turn = self.feed_lanes().interrupt(name).await;
        let feed = self.store().feed(name).await?.ok_or_else(|| none(name))?;
        let since = since.map(Timestamp::as_microsecond);
        let cursor = match definition::direction(&feed.feed) {
            Direction::Pull => FeedCursor {
                added_after: since,
                ..FeedCursor::default()
            },
            Direction::Push => FeedCursor {
                arrival: self.arrival_before(&feed.feed, since).await?,
                ..FeedCursor::default()
            },
        };
        let now = self.clock().now().as_microsecond();
        self.store()
            .reset_feed(name, cursor, now)
            .await
            .map_err(missing)?;
        drop(turn);
        let to = since.map_or_else(|| "the beginning".to_owned(), |at| instant(at).to_string());
        self.noted(by, "feed.reset", format!("{name}: to {to}"))
            .await?;
        self.feed(name).await
    }

    /// Removes a feed and its credentials. What it brought stays.
    pub(crate) async fn remove_feed(&self, by: &Caller, name: &str) -> Result<(), ApiError> {
        let parsed: FeedName = name.parse().map_err(|_| none(name))?;
        let _turn = self.feed_lanes().interrupt(name).await;
        self.store().remove_feed(name).await.map_err(missing)?;
        Secret::remove(self.home(), &parsed).map_err(ApiError::internal)?;
        self.noted(by, "feed.remove", name).await
    }

    /// Puts on the trail what was done.
    async fn noted(
        &self,
        by: &Caller,
        what: &str,
        target: impl Into<String>,
    ) -> Result<(), ApiError> {
        let line = by.line(self, what, target, "done");
        Ok(self.store().note(vec![line]).await?)
    }

    /// The arrival behind which everything was added to the collection later than `since`.
    async fn arrival_before(&self, feed: &NewFeed, since: Option<i64>) -> Result<u64, ApiError> {
        if since.is_none() {
            return Ok(0);
        }
        let wanted = store::Wanted {
            added_after: since,
            versions: store::VersionsWanted {
                all: true,
                ..store::VersionsWanted::default()
            },
            specs: store::SPECS.to_vec(),
            ..store::Wanted::default()
        };
        let first = self.store().list(feed.track, wanted, 0, 1).await?;
        match first.rows.first() {
            Some(listed) => Ok(listed.arrival - 1),
            // Nothing is later: what comes next is.
            None => self.last_arrival(feed).await,
        }
    }

    async fn last_arrival(&self, feed: &NewFeed) -> Result<u64, ApiError> {
        let mut last = feed.begins.arrival;
        loop {
            let objects = self
                .store()
                .objects(feed.track, last, store::BATCH_MAX)
                .await?;
            match objects.last() {
                Some(object) => last = object.arrival,
                None => return Ok(last),
            }
        }
    }

    fn feed_view(&self, feed: Feed, refusals: Vec<FeedRefusalView>) -> FeedView {
        let running = self.feed_lanes().is_running(&feed.feed.name);
        let here = self.collections().of_track(feed.feed.track);
        let state = if running {
            "running"
        } else if feed.paused {
            "paused"
        } else if feed.failures > 0 {
            "failing"
        } else {
            "waiting"
        };
        let begins = &feed.feed.begins;
        FeedView {
            direction: definition::direction(&feed.feed),
            collection: here.map_or_else(|| "gone".to_owned(), |here| here.path()),
            state: state.to_owned(),
            next_round: (!feed.paused).then(|| instant(feed.due)),
            last_attempt: feed.last_attempt.map(instant),
            last_success: feed.last_success.map(instant),
            last_failure: feed.last_error.map(|(at, says)| FeedFailure {
                at: instant(at),
                says,
            }),
            failures: feed.failures,
            added_after: begins.added_after.map(instant),
            within_a_crawl: begins.next.is_some(),
            arrival: feed.feed.push.then_some(begins.arrival),
            counts: FeedCountsView {
                moved: feed.counts.moved,
                held: feed.counts.held,
                pending: feed.counts.pending,
                refused: feed.counts.refused,
                kept_back: feed.counts.kept_back,
            },
            refusals,
            name: feed.feed.name,
            url: feed.feed.url,
            remote_collection: feed.feed.collection,
            credentials: feed.feed.auth,
            interval_secs: feed.feed.interval_secs,
            page_size: feed.feed.page_size,
            types: feed.feed.types,
            all_versions: feed.feed.all_versions,
            ceiling: feed.feed.ceiling,
            unmarked: feed.feed.unmarked,
            insecure_http: feed.feed.insecure_http,
        }
    }
}

fn exists(name: &FeedName) -> ApiError {
    ApiError::refused("exists", format!("there is a feed `{name}` already"))
}

fn none(name: &str) -> ApiError {
    ApiError::not_found(format!("there is no feed `{name}` here"))
}

fn missing(error: StoreError) -> ApiError {
    match error {
        StoreError::NoSuchFeed { name } => none(&name),
        error => error.into(),
    }
}

fn failed(name: &str, error: &FeedError) -> ApiError {
    match error {
        FeedError::NoSuchFeed(_) => none(name),
        FeedError::Interrupted => ApiError::refused("stopped", format!("feed `{name}`: {error}")),
        _ => {
            let nobody = matches!(
                error,
                FeedError::Remote(Error::Unreachable { .. } | Error::TimedOut { .. })
            );
            let code = if nobody { UNREACHABLE } else { "feed_failed" };
            let title = format!("feed `{name}` failed: {error}");
            ApiError::new(http::StatusCode::BAD_GATEWAY, code, title)
        }
    }
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}
