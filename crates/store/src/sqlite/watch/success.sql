INSERT INTO peers (host, last_success) VALUES (?1, ?2)
ON CONFLICT DO UPDATE SET last_success = max(coalesce(last_success, ?2), ?2);
