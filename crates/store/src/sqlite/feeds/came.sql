INSERT INTO remote_objects (remote_id, key) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
