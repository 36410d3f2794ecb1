INSERT INTO checkpoints (key, log_id, root, time, note) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (key) DO UPDATE SET time = excluded.time, note = excluded.note;
