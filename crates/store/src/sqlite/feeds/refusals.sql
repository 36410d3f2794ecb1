SELECT stix_id, version, reason, at
FROM feed_refusals
WHERE feed_id = (SELECT id FROM feeds WHERE name = ?1)
ORDER BY id DESC
LIMIT ?2;
