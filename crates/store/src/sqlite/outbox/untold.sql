SELECT p.id, p.status, p.place, o.position, o.reason
FROM outbox_posts AS p INDEXED BY outbox_posts_to_tell
JOIN outbox AS o ON o.id = p.outbox_id
WHERE p.told = 1
ORDER BY p.id
LIMIT ?1;
