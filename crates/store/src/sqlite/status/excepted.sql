-- Walks the partial index only: excepted items are few.
SELECT position >> 40 AS log_id, count(*)
FROM items INDEXED BY items_excepted
WHERE state = 1
GROUP BY position >> 40
ORDER BY log_id;
