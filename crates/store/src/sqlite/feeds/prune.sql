DELETE FROM feed_refusals
WHERE feed_id = ?1
  AND id <= (SELECT id FROM feed_refusals WHERE feed_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2);
