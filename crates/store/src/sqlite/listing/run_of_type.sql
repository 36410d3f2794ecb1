SELECT arrival
FROM objects INDEXED BY objects_by_type
WHERE type_id = ?5 AND listed_as = ?1 AND arrival > ?2 AND arrival <= ?3
ORDER BY arrival
LIMIT ?4;
