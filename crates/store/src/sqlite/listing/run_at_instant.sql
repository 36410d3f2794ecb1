SELECT arrival
FROM objects INDEXED BY objects_by_instant
WHERE instant_ms = ?1 AND arrival > ?2 AND arrival <= ?3
ORDER BY arrival
LIMIT ?4;
