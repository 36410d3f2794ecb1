-- What became of requests to add objects: the status resources of TAXII 2.1 §4.3.
--
-- They are no part of the record: who posted may ask what became of it, for some days.

-- Statuses: one a request, in the order in which they were stored.
CREATE TABLE statuses (
    number     INTEGER NOT NULL PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),     -- a UUID
    owner      TEXT    NOT NULL,                -- name of who posted
    collection BLOB    NOT NULL CHECK (length(collection) = 16),    -- a UUID
    requested  INTEGER NOT NULL,                -- when the request came, unix microseconds
    settled    INTEGER,                         -- when nothing was pending any more, unix microseconds; null before
    successes  INTEGER NOT NULL CHECK (successes >= 0),
    failures   INTEGER NOT NULL CHECK (failures >= 0),
    pendings   INTEGER NOT NULL CHECK (pendings >= 0),
    details    BLOB    NOT NULL,                -- of each object, as it was when the request was answered
    CHECK ((settled IS NULL) = (pendings > 0))
) STRICT;

-- The oldest go first.
CREATE INDEX statuses_settled ON statuses (settled) WHERE settled IS NOT NULL;

-- What became later of objects that were pending. No reference to `statuses`: clearance may come before the
-- request is answered, and its status stored.
CREATE TABLE status_settlements (
    status   BLOB    NOT NULL CHECK (length(status) = 16),
    position INTEGER NOT NULL,                  -- of the object in the request, from 0
    success  INTEGER NOT NULL CHECK (success IN (0, 1)),
    message  TEXT,
    at       INTEGER NOT NULL,                  -- unix microseconds
    PRIMARY KEY (status, position)
) STRICT, WITHOUT ROWID;
