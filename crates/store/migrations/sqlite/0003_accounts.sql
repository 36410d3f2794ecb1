-- Who may, and the trail of what was done here. Times are unix microseconds (UTC), hashes 32 raw bytes.

-- Users: people and tools of this party.
CREATE TABLE users (
    name     TEXT    NOT NULL PRIMARY KEY,
    role     TEXT    NOT NULL CHECK (role IN ('reader', 'analyst', 'drafter', 'officer', 'operator')),
    password TEXT,                          -- PHC string of argon2id; null: no login by password
    disabled INTEGER,                       -- since when; null while enabled
    created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Client certificates that stand for a user: SHA-256 of the SubjectPublicKeyInfo.
CREATE TABLE user_pins (
    pin  BLOB NOT NULL PRIMARY KEY CHECK (length(pin) = 32),
    user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX user_pins_by_user ON user_pins (user);

-- Tokens: what tools log in with. Only a hash is kept, and it is enough: a token has 256 random bits.
-- AUTOINCREMENT: the number of a token that is gone never names another, because the trail names tokens by it.
CREATE TABLE tokens (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    hash      BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    user      TEXT    NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    name      TEXT    NOT NULL,             -- what it is for, as people call it
    read_only INTEGER NOT NULL CHECK (read_only IN (0, 1)),
    scoped    INTEGER NOT NULL CHECK (scoped IN (0, 1)),    -- 1: for the collections in token_collections alone
    created   INTEGER NOT NULL,
    expires   INTEGER,                      -- null: never
    last_used INTEGER,                      -- to the minute; null: never
    revoked   INTEGER                       -- since when; null while it counts
) STRICT;

CREATE INDEX tokens_by_user ON tokens (user);

CREATE TABLE token_collections (
    token      INTEGER NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    collection TEXT    NOT NULL,            -- UUID
    PRIMARY KEY (token, collection)
) STRICT, WITHOUT ROWID;

-- Grants: what a user may do with a collection, with all of an API root, or with all there are.
CREATE TABLE grants (
    user    TEXT    NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    scope   TEXT    NOT NULL CHECK (scope IN ('collection', 'root', 'all')),
    target  TEXT    NOT NULL,               -- UUID of the collection, name of the root, or ''
    may_read  INTEGER NOT NULL CHECK (may_read IN (0, 1)),
    may_write INTEGER NOT NULL CHECK (may_write IN (0, 1)),
    granted INTEGER NOT NULL,
    PRIMARY KEY (user, scope, target),
    CHECK ((scope = 'all') = (target = '')),
    CHECK (may_read = 1 OR may_write = 1)
) STRICT, WITHOUT ROWID;

-- What an operator set for a collection; a null is as the charter has it.
CREATE TABLE collection_settings (
    collection  TEXT    NOT NULL PRIMARY KEY,   -- UUID
    root        TEXT,
    alias       TEXT,
    title       TEXT,
    description TEXT,
    public      INTEGER NOT NULL CHECK (public IN (0, 1)),
    judgement   TEXT    NOT NULL,               -- accept, warn, refuse, refuse-should
    house_rules TEXT    NOT NULL,               -- JSON list
    clearance   INTEGER NOT NULL CHECK (clearance BETWEEN 0 AND 255)    -- officers
) STRICT, WITHOUT ROWID;

-- The same for an API root.
CREATE TABLE root_settings (
    root        TEXT NOT NULL PRIMARY KEY,
    title       TEXT,
    description TEXT
) STRICT, WITHOUT ROWID;

-- The trail: what was done here by people and tools. Lines are added at the end and never changed; the oldest go when
-- there are too many, and no others (AUDIT_LINES_MAX).
CREATE TABLE trail (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,               -- user, `directory`, or the name that somebody tried
    origin  TEXT    NOT NULL,               -- address, or '' for the node's own socket and directory
    what    TEXT    NOT NULL,               -- `user.create`, `login`, …
    target  TEXT    NOT NULL,               -- which user, token, collection
    outcome TEXT    NOT NULL,               -- `done`, `refused`, with words
    times   INTEGER NOT NULL CHECK (times > 0)  -- how often, where many of a kind make one line
) STRICT;

CREATE TRIGGER trail_is_not_changed BEFORE UPDATE ON trail
BEGIN
    SELECT raise(ABORT, 'the trail is not changed');
END;

CREATE TRIGGER trail_loses_only_its_oldest BEFORE DELETE ON trail
WHEN EXISTS (SELECT 1 FROM trail WHERE id < old.id)
BEGIN
    SELECT raise(ABORT, 'the trail loses its oldest lines only');
END;
