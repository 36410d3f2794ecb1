SELECT content
FROM items INDEXED BY items_by_content_c
WHERE content_c = ?1 AND position >= ?2 AND position < ?3 AND content IS NOT NULL
ORDER BY position
LIMIT 1;
