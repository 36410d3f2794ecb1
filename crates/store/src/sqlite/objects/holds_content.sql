SELECT 1 FROM items WHERE position = ?1 AND state = 0 AND content IS NOT NULL;
