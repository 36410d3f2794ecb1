INSERT INTO grants (user, scope, target, may_read, may_write, granted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET may_read = ?4, may_write = ?5, granted = ?6;
