INSERT INTO peers (host, last_error_at, last_error) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET last_error_at = ?2, last_error = ?3
WHERE last_error_at IS NULL OR last_error_at <= ?2;
