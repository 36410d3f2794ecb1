UPDATE outbox SET state = 2, settled = ?2, position = ?3, content = NULL WHERE id = ?1 AND state = ?4
RETURNING bytes;
