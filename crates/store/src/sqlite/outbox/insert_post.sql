INSERT INTO outbox_posts (outbox_id, by, at, status, place, told)
VALUES (?1, ?2, ?3, ?4, ?5, CASE WHEN ?4 IS NULL THEN 2 ELSE 0 END);
