//! [`Feeds`] in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use super::convert::{Fields, at_most, int, row_limit};
use crate::error::StoreError;
use crate::feeds::{
    Feed, FeedCounts, FeedCursor, FeedKey, FeedRefusal, FeedRound, FeedStep, Feeds, NewFeed,
    REFUSALS_KEPT_MAX,
};
use crate::store::BATCH_MAX;
use crate::watch::TEXT_BYTES_MAX;

#[async_trait]
impl Feeds for SqliteStore {
    async fn add_feed(&self, feed: NewFeed) -> Result<(), StoreError> {
        self.writer
            .write("add_feed", move |db| add(db, &feed))
            .await
    }

    async fn feeds(&self) -> Result<Vec<Feed>, StoreError> {
        self.readers.read("feeds", move |db| list(db, None)).await
    }

    async fn feed(&self, name: &str) -> Result<Option<Feed>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read("feed", move |db| Ok(list(db, Some(&name))?.pop()))
            .await
    }

    async fn pause_feed(&self, name: &str, paused: bool) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write("pause_feed", move |db| {
                let changed = db
                    .prepare_cached(include_str!("feeds/pause.sql"))?
                    .execute(params![name, paused])?;
                one(changed, &name)
            })
            .await
    }

    async fn reset_feed(&self, name: &str, cursor: FeedCursor, at: i64) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write("reset_feed", move |db| {
                let arrival = int("arrival", cursor.arrival)?;
                let changed = db
                    .prepare_cached(include_str!("feeds/reset.sql"))?
                    .execute(params![
                        name,
                        cursor.next,
                        cursor.added_after,
                        cursor.seen_to,
                        arrival,
                        at
                    ])?;
                one(changed, &name)
            })
            .await
    }

    async fn remove_feed(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write("remove_feed", move |db| {
                let changed = db
                    .prepare_cached(include_str!("feeds/remove.sql"))?
                    .execute([&name])?;
                one(changed, &name)
            })
            .await
    }

    async fn advance_feed(&self, name: &str, step: FeedStep) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write("advance_feed", move |db| advance(db, &name, &step))
            .await
    }

    async fn end_feed_round(&self, name: &str, round: FeedRound) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.writer
            .write("end_feed_round", move |db| {
                let changed = match &round.error {
                    None => db
                        .prepare_cached(include_str!("feeds/succeeded.sql"))?
                        .execute(params![name, round.began, round.ended, round.due])?,
                    Some(error) => {
                        short("bytes of an error", error)?;
                        db.prepare_cached(include_str!("feeds/failed.sql"))?
                            .execute(params![name, round.began, round.ended, round.due, error])?
                    }
                };
                one(changed, &name)
            })
            .await
    }

    async fn feed_refusals(
        &self,
        name: &str,
        limit: usize,
    ) -> Result<Vec<FeedRefusal>, StoreError> {
        let name = name.to_owned();
        self.readers
            .read("feed_refusals", move |db| refusals(db, &name, limit))
            .await
    }

    async fn came_from(&self, remote: &str, keys: Vec<FeedKey>) -> Result<Vec<bool>, StoreError> {
        let remote = remote.to_owned();
        self.readers
            .read("came_from", move |db| came_from(db, &remote, &keys))
            .await
    }
}

fn add(db: &Connection, feed: &NewFeed) -> Result<(), StoreError> {
    let types = feed.types.join(" ");
    for (what, text) in [
        ("bytes of a feed's name", &feed.name),
        ("bytes of a feed's URL", &feed.url),
        ("bytes of a feed's collection", &feed.collection),
        ("bytes of a feed's server", &feed.remote),
        ("bytes of a feed's types", &types),
    ] {
        short(what, text)?;
    }
    let arrival = int("arrival", feed.begins.arrival)?;
    let added = db
        .prepare_cached(include_str!("feeds/insert.sql"))?
        .execute(params![
            feed.name,
            feed.track.get(),
            feed.push,
            feed.url,
            feed.collection,
            feed.remote,
            feed.auth,
            feed.interval_secs,
            feed.page_size,
            types,
            feed.all_versions,
            feed.ceiling,
            feed.unmarked,
            feed.insecure_http,
            feed.created,
            feed.begins.next,
            feed.begins.added_after,
            feed.begins.seen_to,
            arrival,
        ])?;
    if added == 0 {
        return Err(StoreError::FeedExists {
            name: feed.name.clone(),
        });
    }
    Ok(())
}

fn advance(db: &Connection, name: &str, step: &FeedStep) -> Result<(), StoreError> {
    let (cursor, counts) = (&step.cursor, &step.counts);
    if let Some(next) = &cursor.next {
        short("bytes of a server's token", next)?;
    }
    let arrival = int("arrival", cursor.arrival)?;
    let moved: Option<(i64, String)> = db
        .prepare_cached(include_str!("feeds/advance.sql"))?
        .query_row(
            params![
                name,
                cursor.next,
                cursor.added_after,
                cursor.seen_to,
                arrival,
                int("objects", counts.moved)?,
                int("objects", counts.held)?,
                int("objects", counts.pending)?,
                int("objects", counts.refused)?,
                int("objects", counts.kept_back)?,
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let (feed, remote) = moved.ok_or_else(|| StoreError::NoSuchFeed {
        name: name.to_owned(),
    })?;
    if !step.came.is_empty() {
        let remote: i64 = db
            .prepare_cached(include_str!("feeds/remote.sql"))?
            .query_row([&remote], |row| row.get(0))?;
        let mut insert = db.prepare_cached(include_str!("feeds/came.sql"))?;
        for key in &step.came {
            insert.execute(params![remote, &key[..]])?;
        }
    }
    if !step.refusals.is_empty() {
        let mut insert = db.prepare_cached(include_str!("feeds/refuse.sql"))?;
        let newest = step.refusals.len().saturating_sub(REFUSALS_KEPT_MAX);
        for refusal in &step.refusals[newest..] {
            short("bytes of an object's id", &refusal.stix_id)?;
            short("bytes of an object's version", &refusal.version)?;
            short("bytes of a reason", &refusal.reason)?;
            insert.execute(params![
                feed,
                refusal.stix_id,
                refusal.version,
                refusal.reason,
                refusal.at
            ])?;
        }
        db.prepare_cached(include_str!("feeds/prune.sql"))?
            .execute(params![
                feed,
                row_limit(REFUSALS_KEPT_MAX, REFUSALS_KEPT_MAX)
            ])?;
    }
    Ok(())
}

fn list(db: &Connection, name: Option<&str>) -> Result<Vec<Feed>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("feeds/list.sql"))?;
    let mut rows = statement.query([name])?;
    let mut feeds = Vec::new();
    while let Some(row) = rows.next()? {
        feeds.push(feed(&Fields::new("feeds", row))?);
    }
    Ok(feeds)
}

fn feed(row: &Fields<'_, '_>) -> Result<Feed, StoreError> {
    let types = row.text(8)?;
    let error_at: Option<i64> = row.get(23)?;
    let error: Option<String> = row.get(24)?;
    Ok(Feed {
        feed: NewFeed {
            name: row.text(0)?,
            track: row.track(1)?,
            push: row.get(2)?,
            url: row.text(3)?,
            collection: row.text(4)?,
            remote: row.text(5)?,
            auth: row.text(6)?,
            interval_secs: row.small(7)?,
            types: types.split_whitespace().map(str::to_owned).collect(),
            page_size: row.small(9)?,
            all_versions: row.get(10)?,
            ceiling: row.get(11)?,
            unmarked: row.get(12)?,
            insecure_http: row.get(13)?,
            created: row.get(14)?,
            begins: FeedCursor {
                next: row.get(15)?,
                added_after: row.get(16)?,
                seen_to: row.get(17)?,
                arrival: row.unsigned(18)?,
            },
        },
        paused: row.get(19)?,
        due: row.get(20)?,
        failures: row.small(25)?,
        last_attempt: row.get(21)?,
        last_success: row.get(22)?,
        last_error: error_at.zip(error),
        counts: FeedCounts {
            moved: row.unsigned(26)?,
            held: row.unsigned(27)?,
            pending: row.unsigned(28)?,
            refused: row.unsigned(29)?,
            kept_back: row.unsigned(30)?,
        },
    })
}

fn refusals(db: &Connection, name: &str, limit: usize) -> Result<Vec<FeedRefusal>, StoreError> {
    let mut statement = db.prepare_cached(include_str!("feeds/refusals.sql"))?;
    let mut rows = statement.query(params![name, row_limit(limit, REFUSALS_KEPT_MAX)])?;
    let mut refusals = Vec::new();
    while let Some(row) = rows.next()? {
        let fields = Fields::new("feed_refusals", row);
        refusals.push(FeedRefusal {
            stix_id: fields.text(0)?,
            version: fields.text(1)?,
            reason: fields.text(2)?,
            at: fields.get(3)?,
        });
    }
    Ok(refusals)
}

fn came_from(db: &Connection, remote: &str, keys: &[FeedKey]) -> Result<Vec<bool>, StoreError> {
    at_most("keys in one read", keys.len() as u64, BATCH_MAX as u64)?;
    let mut statement = db.prepare_cached(include_str!("feeds/came_from.sql"))?;
    keys.iter()
        .map(|key| Ok(statement.exists(params![remote, &key[..]])?))
        .collect()
}

fn one(changed: usize, name: &str) -> Result<(), StoreError> {
    if changed == 1 {
        return Ok(());
    }
    Err(StoreError::NoSuchFeed {
        name: name.to_owned(),
    })
}

fn short(what: &'static str, text: &str) -> Result<(), StoreError> {
    at_most(what, text.len() as u64, TEXT_BYTES_MAX).map(|_| ())
}
