-- Feeds from and to foreign TAXII servers, and how far each has come. Secrets are not here: they are files of
-- the node's directory, so that no backup or copy of this file has them.

CREATE TABLE feeds (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL UNIQUE,
    track_id      INTEGER NOT NULL REFERENCES tracks (id),
    push          INTEGER NOT NULL CHECK (push IN (0, 1)),   -- 0 pull: from there into the track; 1 push
    url           TEXT    NOT NULL,             -- API root, or discovery URL of a server with one root
    collection    TEXT    NOT NULL,             -- there: id, alias or title
    remote        TEXT    NOT NULL,             -- scheme, host and port of the URL
    auth          TEXT    NOT NULL,             -- kind of credentials: none, basic, bearer, ...
    interval_secs INTEGER NOT NULL CHECK (interval_secs > 0),
    page_size     INTEGER NOT NULL CHECK (page_size > 0),
    types         TEXT    NOT NULL,             -- STIX types, a space between each; empty for all
    all_versions  INTEGER NOT NULL CHECK (all_versions IN (0, 1)),
    ceiling       TEXT,                         -- push: the strictest marking that leaves; null for pull
    unmarked      INTEGER NOT NULL CHECK (unmarked IN (0, 1)),      -- push: objects without such a marking leave too
    insecure_http INTEGER NOT NULL CHECK (insecure_http IN (0, 1)),
    created       INTEGER NOT NULL,             -- unix microseconds

    -- How far it has come; only what is durable here counts.
    next          TEXT,                         -- pull: the other server's token for the next page
    added_after   INTEGER,                      -- pull: date there, unix microseconds; null from the start
    seen_to       INTEGER,                      -- pull: latest date met in the crawl that goes on
    arrival       INTEGER NOT NULL DEFAULT 0,   -- push: arrival in the track up to which all was dealt with

    -- What came of it.
    paused        INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    due           INTEGER NOT NULL,             -- not before, unix microseconds
    failures      INTEGER NOT NULL DEFAULT 0,   -- rounds that failed since the last that did not
    last_attempt  INTEGER,                      -- unix microseconds
    last_success  INTEGER,                      -- unix microseconds
    last_error_at INTEGER,                      -- unix microseconds
    last_error    TEXT,
    moved         INTEGER NOT NULL DEFAULT 0,   -- objects: taken in, or taken by the other server
    held          INTEGER NOT NULL DEFAULT 0,   -- that were there already
    pending       INTEGER NOT NULL DEFAULT 0,   -- that waited for clearance on one side when last heard of
    refused       INTEGER NOT NULL DEFAULT 0,   -- that one side refused
    kept_back     INTEGER NOT NULL DEFAULT 0    -- that were not pushed: marking, origin, acts
) STRICT;

-- Objects that were refused or kept back, and why; the newest of each feed.
CREATE TABLE feed_refusals (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    stix_id TEXT    NOT NULL,                   -- as it says; empty where it says none
    version TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    at      INTEGER NOT NULL                    -- unix microseconds
) STRICT;

CREATE INDEX feed_refusals_by_feed ON feed_refusals (feed_id, id);

-- Servers that objects were pulled from. They outlive their feeds: what came from a server is never pushed
-- back to it, by whatever feed.
CREATE TABLE remotes (
    id     INTEGER NOT NULL PRIMARY KEY,
    origin TEXT    NOT NULL UNIQUE              -- scheme, host and port
) STRICT;

-- Versions of objects that were pulled from a server.
CREATE TABLE remote_objects (
    remote_id INTEGER NOT NULL REFERENCES remotes (id),
    key       BLOB    NOT NULL CHECK (length(key) = 16),    -- hash over id and version
    PRIMARY KEY (remote_id, key)
) STRICT, WITHOUT ROWID;
