-- Inside the transaction that compared; the comparison is in the code above it.
INSERT INTO signed (kind, origin, size, root, time, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE
SET size = excluded.size, root = excluded.root, time = excluded.time, note = excluded.note;
