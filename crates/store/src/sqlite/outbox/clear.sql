UPDATE outbox SET state = 1 WHERE id = ?1 AND state = 0;
