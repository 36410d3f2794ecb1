SELECT DISTINCT track_id FROM outbox INDEXED BY outbox_by_state WHERE state = 1 ORDER BY track_id;
