SELECT id, log_id, kind, detail, evidence, at FROM alarms WHERE id > ?1 ORDER BY id LIMIT ?2;
