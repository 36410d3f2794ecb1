-- The record of one node.
--
-- Times are unix microseconds (UTC) unless a column says seconds. Hashes are 32 raw bytes.
-- A *position* names one entry of one log in one integer:
--
--     position = log_id << 40 | seq          (log_id < 2^23, seq < 2^40: fits a signed 64-bit integer)
--
-- As INTEGER PRIMARY KEY it is the b-tree key of the table itself. So an append always goes to the end
-- of its log's own stretch of the tree, a range of entries is one range scan, and no second index is
-- kept or written. `arrival`, `tiles.key` and `checkpoints.key` are made the same way.

-- Dialogues: the parties and their charter, as this node last saw it.
CREATE TABLE dialogues (
    id      TEXT    NOT NULL PRIMARY KEY,   -- STIX id of the charter
    charter BLOB    NOT NULL,               -- canonical bytes of the charter
    state   TEXT    NOT NULL CHECK (state IN ('draft', 'in_force', 'suspended', 'closed')),
    created INTEGER NOT NULL                -- when this node first stored it, unix microseconds
) STRICT;

-- Declarations: notes signed by a party that bind a log and its keys to a dialogue and a track.
CREATE TABLE declarations (
    origin   TEXT    NOT NULL,              -- the log that is declared
    serial   INTEGER NOT NULL,              -- 0 the first keys of the origin, then one more a key change
    dialogue TEXT    NOT NULL REFERENCES dialogues (id),
    note     TEXT    NOT NULL,              -- the signed note, whole
    PRIMARY KEY (origin, serial)
) STRICT, WITHOUT ROWID;

CREATE INDEX declarations_by_dialogue ON declarations (dialogue);

-- Tracks: made when the first log of a track is opened; they number what arrives in it.
CREATE TABLE tracks (
    id           INTEGER NOT NULL PRIMARY KEY CHECK (id > 0 AND id < 8388608),
    dialogue     TEXT    NOT NULL REFERENCES dialogues (id),
    name         TEXT    NOT NULL,
    objects      INTEGER NOT NULL DEFAULT 0,    -- STIX objects that arrived so far: the last arrival number
    added_newest INTEGER NOT NULL DEFAULT 0,    -- `added` of the last of them, unix microseconds
    UNIQUE (dialogue, name)
) STRICT;

-- Logs: ours and those we hold of others.
CREATE TABLE logs (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id > 0 AND id < 8388608),
    origin        TEXT    NOT NULL UNIQUE,
    origin_sha256 TEXT    NOT NULL UNIQUE,      -- lower-case hex SHA-256 of the origin: its name in URLs
    track_id      INTEGER NOT NULL REFERENCES tracks (id),
    party         TEXT    NOT NULL,             -- host of the party whose log it is
    mine          INTEGER NOT NULL CHECK (mine IN (0, 1)),
    state         TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    closed_reason TEXT,                         -- null while open
    predecessor   TEXT,                         -- origin of the log that this one succeeds
    size          INTEGER NOT NULL DEFAULT 0,   -- entries persisted; seqs 0 .. size - 1 are all in `items`
    created       INTEGER NOT NULL,             -- unix microseconds
    CHECK ((state = 'closed') = (closed_reason IS NOT NULL))
) STRICT;

CREATE INDEX logs_by_track ON logs (track_id);

-- Items: an entry of a log, and as much of its opening and content as is disclosed to us.
-- The content comes last: SQLite spills the end of a large row to overflow pages, and what is before
-- the spill is read without touching them.
CREATE TABLE items (
    position  INTEGER NOT NULL PRIMARY KEY,     -- log_id << 40 | seq
    entry     BLOB    NOT NULL CHECK (length(entry) = 33),
    state     INTEGER NOT NULL CHECK (state IN (0, 1)),         -- 0 whole, 1 excepted: not what the entry promises
    level     INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),   -- held: 0 withheld, 1 class, 2 head, 3 content
    class     INTEGER,                          -- null at level 0
    salt_e    BLOB,                             -- null at level 0
    head_c    BLOB,                             -- commitment to the head; only at level 1, else computed
    salt_h    BLOB,                             -- null below level 2
    salt_c    BLOB,                             -- null below level 3
    content_c BLOB,                             -- commitment to the content; only where it is to be found by it
    head      BLOB,                             -- canonical bytes of the head; null below level 2
    content   BLOB                              -- null below level 3, and where it is not held
) STRICT;

-- Everything that is an act or control, by position: what a state is folded from. On a track of a
-- million objects this stays small, and the planner never walks the information between.
CREATE INDEX items_acts ON items (position) WHERE class NOT IN (0, 2);

-- Only contents that are left out of their package are asked for by commitment. The column is null in
-- every other row, so the many pay neither the bytes nor a random index insert.
CREATE INDEX items_by_content_c ON items (content_c, position) WHERE content_c IS NOT NULL;

-- Excepted items are few, and each is tried again.
CREATE INDEX items_excepted ON items (position) WHERE state = 1;

-- Items by class, kept by the append, so that a status page scans nothing.
CREATE TABLE class_counts (
    log_id INTEGER NOT NULL REFERENCES logs (id),
    class  INTEGER NOT NULL,                    -- -1: not disclosed
    items  INTEGER NOT NULL,
    PRIMARY KEY (log_id, class)
) STRICT, WITHOUT ROWID;

-- Tiles: up to 256 hashes each. The last of a level is partial and grows in place; a narrower tile is
-- a prefix of it.
CREATE TABLE tiles (
    key    INTEGER NOT NULL PRIMARY KEY,        -- log_id << 40 | level << 32 | index
    hashes BLOB    NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0)
) STRICT;

-- Checkpoints: one per log and size; a later signature over the same root replaces an earlier one.
CREATE TABLE checkpoints (
    key    INTEGER NOT NULL PRIMARY KEY,        -- log_id << 40 | size
    log_id INTEGER NOT NULL REFERENCES logs (id),
    root   BLOB    NOT NULL CHECK (length(root) = 32),
    time   INTEGER NOT NULL,                    -- as the log signed it, unix seconds
    note   TEXT    NOT NULL                     -- text and the log's own lines
) STRICT;

-- Cosignatures: receipt and witness lines under a checkpoint.
CREATE TABLE cosignatures (
    checkpoint INTEGER NOT NULL REFERENCES checkpoints (key),
    kind       INTEGER NOT NULL CHECK (kind IN (0, 1)),     -- 0 receipt, 1 witness
    name       TEXT    NOT NULL,                -- key name of the cosigner
    algorithm  INTEGER NOT NULL,                -- signature type byte of the key
    key_id     INTEGER NOT NULL,                -- the four bytes of the key id, big-endian
    time       INTEGER NOT NULL,                -- as cosigned, unix seconds
    line       TEXT    NOT NULL,                -- the signature line, without its line feed
    PRIMARY KEY (checkpoint, kind, name, algorithm, key_id)
) STRICT, WITHOUT ROWID;

-- The largest size that each cosigner has signed of each log, kept with every cosignature.
CREATE TABLE cosigned_newest (
    log_id INTEGER NOT NULL REFERENCES logs (id),
    kind   INTEGER NOT NULL CHECK (kind IN (0, 1)),
    name   TEXT    NOT NULL,
    size   INTEGER NOT NULL,
    time   INTEGER NOT NULL,                    -- the newest time at that size, unix seconds
    PRIMARY KEY (log_id, kind, name)
) STRICT, WITHOUT ROWID;

-- Objects: which version of which STIX object came with which item, in order of arrival in its track.
-- The same version may come in several logs of a track: one row each.
CREATE TABLE objects (
    arrival      INTEGER NOT NULL PRIMARY KEY,  -- track_id << 40 | n, n counting from 1 in the track
    key_hash     INTEGER NOT NULL,              -- hash32(stix_id) << 32 | hash32(stix_id, version)
    position     INTEGER NOT NULL,              -- of the item that carries it
    added        INTEGER NOT NULL,              -- strictly increasing in a track, unix microseconds
    content_hash BLOB    NOT NULL CHECK (length(content_hash) = 32),
    stix_id      TEXT    NOT NULL,
    version      TEXT    NOT NULL               -- as the object says it, e.g. its `modified`
) STRICT;

-- Ids are random, so every insert dirties a page of this index somewhere. Over the hash an entry takes 20
-- bytes, over the texts a hundred: five times the pages, each of them written to the log with every batch.
-- One version is one key, all versions of an object are one range, and the row id, arrival, which is
-- part of every index entry, makes a track a range within a key.
CREATE INDEX objects_by_key_hash ON objects (key_hash);

-- Objects by STIX type, kept by the append.
CREATE TABLE type_counts (
    track_id  INTEGER NOT NULL REFERENCES tracks (id),
    stix_type TEXT    NOT NULL,                 -- what is before `--` in the id
    objects   INTEGER NOT NULL,                 -- versions, and repetitions in several logs, each count
    PRIMARY KEY (track_id, stix_type)
) STRICT, WITHOUT ROWID;

-- Alarms: what can be shown against somebody, kept for ever.
CREATE TABLE alarms (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    log_id   INTEGER REFERENCES logs (id),      -- null when no one log is concerned
    kind     TEXT    NOT NULL,                  -- fork, rollback, old_time, altered, withheld, restored, ...
    detail   TEXT    NOT NULL,                  -- for a person
    evidence BLOB    NOT NULL,                  -- the proof itself, may be empty
    at       INTEGER NOT NULL                   -- when found, unix microseconds
) STRICT;

CREATE INDEX alarms_by_log ON alarms (log_id, kind);

-- Attempts refused or undelivered: our word alone, no part of the record.
CREATE TABLE attempts (
    id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    dialogue TEXT    NOT NULL,                  -- as it was named; may be unknown here
    track    TEXT    NOT NULL,
    what     TEXT    NOT NULL,                  -- what was to be passed
    why      TEXT    NOT NULL,                  -- why it was not
    at       INTEGER NOT NULL                   -- unix microseconds
) STRICT;

-- Peers: when each was last reached.
CREATE TABLE peers (
    host          TEXT NOT NULL PRIMARY KEY,
    last_heard    INTEGER,                      -- they called us, unix microseconds
    last_success  INTEGER,                      -- we reached them, unix microseconds
    last_error_at INTEGER,                      -- unix microseconds
    last_error    TEXT
) STRICT, WITHOUT ROWID;

-- Meta: small named values of the node, e.g. which node wrote this file.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The key of `objects.key_hash`, one row: secret from those who choose the ids, lest they choose ids that
-- collide and so make every lookup a walk.
CREATE TABLE object_hash_key (
    key BLOB NOT NULL CHECK (length(key) = 16)      -- of SipHash-2-4
) STRICT;

INSERT INTO object_hash_key (key) VALUES (randomblob(16));
