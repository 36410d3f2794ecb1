DELETE FROM outbox WHERE id IN
    (SELECT id FROM outbox INDEXED BY outbox_settled WHERE state > 1 AND settled < ?1 ORDER BY settled LIMIT ?2);
