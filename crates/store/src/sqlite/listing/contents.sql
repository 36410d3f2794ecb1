-- As in rows.sql. CROSS JOIN keeps the order of the tables: objects come by arrival, and their items lie in
-- nearly the same order, so that each is found beside the one before.
SELECT arrival, added, stix_id, version, order_bytes, spec, objects.position, content
FROM objects CROSS JOIN items ON items.position = objects.position
WHERE arrival >= ?1 AND arrival <= ?2 AND (?3 >> listed_as) & 1
ORDER BY arrival;
