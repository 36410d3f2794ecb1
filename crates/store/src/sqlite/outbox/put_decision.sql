INSERT INTO outbox_decisions (outbox_id, officer, clears, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT DO UPDATE SET clears = excluded.clears, reason = excluded.reason, at = excluded.at;
