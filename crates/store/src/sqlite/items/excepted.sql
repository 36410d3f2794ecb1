SELECT position
FROM items INDEXED BY items_excepted
WHERE state = 1 AND position >= ?1 AND position < ?2
ORDER BY position
LIMIT ?3;
