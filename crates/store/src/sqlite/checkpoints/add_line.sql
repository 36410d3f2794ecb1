INSERT INTO cosignatures (checkpoint, kind, name, algorithm, key_id, time, line)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT DO UPDATE SET time = excluded.time, line = excluded.line
WHERE excluded.time > time;
