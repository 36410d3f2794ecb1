INSERT INTO meta (name, value) VALUES (?1, ?2)
ON CONFLICT DO UPDATE SET value = excluded.value;
