-- The outbox: what waits for clearance before it may leave. Nothing in here is part of the record: it is this node's
-- own, and nobody else is told of it.

-- Items that wait, and for a while those that were decided.
CREATE TABLE outbox (
    id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,   -- never given twice: people are told it
    track_id      INTEGER NOT NULL REFERENCES tracks (id),
    state         INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),   -- 0 waits, 1 cleared by all, 2 passed, 3 refused
    officers      INTEGER NOT NULL CHECK (officers > 0),        -- who have to clear it, a number of them
    class         INTEGER NOT NULL,             -- of the entry it is to become
    media         TEXT    NOT NULL,
    lang          TEXT,
    office        TEXT,
    stix_id       TEXT    NOT NULL,
    version       TEXT    NOT NULL,             -- as the object says it
    version_order TEXT    NOT NULL,             -- text that sorts as the instant of the version
    spec          INTEGER NOT NULL,             -- 20 or 21
    content_hash  BLOB    NOT NULL CHECK (length(content_hash) = 32),
    bytes         INTEGER NOT NULL,             -- length of the content
    settled       INTEGER,                      -- when it was passed or refused, unix microseconds
    position      INTEGER,                      -- of the item it became, when it was passed
    reason        TEXT,                         -- why it was refused
    content       BLOB,                         -- canonical bytes; dropped once it is decided
    CHECK ((state < 2) = (settled IS NULL)),
    CHECK ((state < 2) = (content IS NOT NULL)),
    CHECK ((state = 2) = (position IS NOT NULL)),
    CHECK ((state = 3) = (reason IS NOT NULL))
) STRICT;

-- One version of an object waits once; the next who posts it waits with the first.
CREATE UNIQUE INDEX outbox_waiting ON outbox (track_id, stix_id, version_order) WHERE state < 2;

-- The row id is the last part: in each state, by age.
CREATE INDEX outbox_by_state ON outbox (state);

-- What is old enough to be forgotten.
CREATE INDEX outbox_settled ON outbox (settled) WHERE state > 1;

-- Who posted an item, as often as it was posted while it waited, and the status resource that waits for the outcome.
CREATE TABLE outbox_posts (
    id        INTEGER NOT NULL PRIMARY KEY,
    outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    by        TEXT    NOT NULL,                 -- the user's name
    at        INTEGER NOT NULL,                 -- unix microseconds
    status    BLOB CHECK (length(status) = 16), -- UUID; null when nobody asked for a status
    place     INTEGER NOT NULL,                 -- where it stood in what was posted, from 0
    told      INTEGER NOT NULL CHECK (told BETWEEN 0 AND 2)     -- 0 not decided, 1 the status is to be told, 2 told or none
) STRICT;

CREATE INDEX outbox_posts_by_item ON outbox_posts (outbox_id);
CREATE INDEX outbox_posts_to_tell ON outbox_posts (id) WHERE told = 1;
CREATE INDEX outbox_posts_by_status ON outbox_posts (status) WHERE status IS NOT NULL;

-- What officers decided. One who changes their mind replaces what they said before.
CREATE TABLE outbox_decisions (
    outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    officer   TEXT    NOT NULL,                 -- the user's name
    clears    INTEGER NOT NULL CHECK (clears IN (0, 1)),
    reason    TEXT    NOT NULL,                 -- empty when none was given
    at        INTEGER NOT NULL,                 -- unix microseconds
    PRIMARY KEY (outbox_id, officer)
) STRICT, WITHOUT ROWID;

-- How much waits: one row, kept by every write, so that the limits cost no counting.
CREATE TABLE outbox_totals (
    items INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;

INSERT INTO outbox_totals (items, bytes) VALUES (0, 0);
