-- What the objects of a track are listed by as a TAXII collection.
--
-- An object row is *listed* when it is in the view of its track: of the rows of one version (same id, same
-- instant) at most one is, the first that came with its content, until it is taken out. A version that is
-- put back gets a new row, with a new arrival, of the same item.

-- STIX types by number, so that an index entry of a type is short.
CREATE TABLE stix_types (
    id   INTEGER NOT NULL PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE                -- what is before `--` in the id; may be empty
) STRICT;

-- The rows so far are arrived again, one by one, by the code that inserts new ones.
ALTER TABLE objects RENAME TO objects_before_listing;
DROP INDEX objects_by_key_hash;
DELETE FROM type_counts;

-- Objects: which version of which STIX object came with which item, in order of arrival in its track.
-- The same version may come in several logs of a track: one row each.
CREATE TABLE objects (
    arrival      INTEGER NOT NULL PRIMARY KEY,  -- track_id << 40 | n, n counting from 1 in the track
    key_hash     INTEGER NOT NULL,              -- hash32(track, id) << 32 | hash32(track, id, order)
    position     INTEGER NOT NULL,              -- of the item that carries it
    added        INTEGER NOT NULL,              -- strictly increasing in a track, unix microseconds
    spec         INTEGER NOT NULL CHECK (spec IN (20, 21)),     -- STIX 2.0 or 2.1
    listed_as    INTEGER CHECK (listed_as BETWEEN 0 AND 15),    -- null: not listed; else the sum of
                                                -- 1: the first version of its object in its spec,
                                                -- 2: the last version of its object in its spec,
                                                -- 4: of the highest spec that its object has,
                                                -- 8: of spec 21
    unlisted     INTEGER,                       -- when it was taken out of the view, unix microseconds
    type_id      INTEGER NOT NULL,              -- of stix_types
    instant_ms   INTEGER NOT NULL,              -- of the version, unix milliseconds, cut off; 0 where it has none
    order_bytes  INTEGER NOT NULL,              -- so much of `version` says the instant, and sorts as it does;
                                                -- the rest is zeros and the zone. 0: not versioned
    content_hash BLOB    NOT NULL CHECK (length(content_hash) = 32),
    stix_id      TEXT    NOT NULL,
    version      TEXT    NOT NULL               -- as the object says it: its `modified`, else its `created`
) STRICT;

-- Ids are random, so every insert dirties a page of this index somewhere. Over the hash an entry takes 20
-- bytes, over the texts a hundred: five times the pages, each of them written to the log with every batch.
-- One version is one key, all versions of an object in a track are one range.
CREATE INDEX objects_by_key_hash ON objects (key_hash);

-- In these two an entry goes to the end of one of a few runs, and the row id, arrival, which is part of
-- every index entry, makes a track a range within a run. `listed_as` is in front of it so that a page of last
-- versions never walks over the superseded ones, however many.
CREATE INDEX objects_listed ON objects (listed_as) WHERE listed_as IS NOT NULL;
CREATE INDEX objects_by_type ON objects (type_id, listed_as) WHERE listed_as IS NOT NULL;

-- New versions are of about now, so an entry goes near the end; only an import of old ones is scattered.
CREATE INDEX objects_by_instant ON objects (instant_ms);
