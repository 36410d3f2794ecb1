INSERT INTO peers (host, last_heard) VALUES (?1, ?2)
ON CONFLICT DO UPDATE SET last_heard = max(coalesce(last_heard, ?2), ?2);
