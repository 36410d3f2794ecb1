SELECT officer, clears, reason, at FROM outbox_decisions WHERE outbox_id = ?1 ORDER BY officer;
