-- Sign-state: the last statement this node signed on each log. In its own file, and never in a backup:
-- a node that finds it missing or behind knows that it was restored (docs/FORMATS.md; the record's rule R5).
CREATE TABLE signed (
    kind   INTEGER NOT NULL CHECK (kind IN (0, 1)),     -- 0 checkpoint of our log, 1 receipt on another's
    origin TEXT    NOT NULL,                            -- of the log that is signed
    size   INTEGER NOT NULL CHECK (size >= 0),          -- entries covered
    root   BLOB    NOT NULL CHECK (length(root) = 32),
    time   INTEGER NOT NULL CHECK (time >= 0),          -- as signed, unix seconds
    note   TEXT    NOT NULL,                            -- what was signed, whole
    PRIMARY KEY (kind, origin)
) STRICT, WITHOUT ROWID;
