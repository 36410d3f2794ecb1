-- As contents.sql, without what a page of contents alone does not need.
SELECT arrival, added, content
FROM objects CROSS JOIN items ON items.position = objects.position
WHERE arrival >= ?1 AND arrival <= ?2 AND (?3 >> listed_as) & 1
ORDER BY arrival;
