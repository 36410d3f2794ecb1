SELECT position, entry
FROM items
WHERE position >= ?1 AND position < ?2
ORDER BY position
LIMIT ?3;
