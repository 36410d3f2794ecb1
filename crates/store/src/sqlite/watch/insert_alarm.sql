INSERT INTO alarms (log_id, kind, detail, evidence, at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id;
