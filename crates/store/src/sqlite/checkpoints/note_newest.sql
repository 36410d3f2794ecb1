INSERT INTO cosigned_newest (log_id, kind, name, size, time) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET size = excluded.size, time = excluded.time
WHERE (excluded.size, excluded.time) > (size, time);
