UPDATE outbox SET state = 3, settled = ?2, reason = ?3, content = NULL WHERE id = ?1 AND state = ?4
RETURNING bytes;
