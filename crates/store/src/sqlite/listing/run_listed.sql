SELECT arrival
FROM objects INDEXED BY objects_listed
WHERE listed_as = ?1 AND arrival > ?2 AND arrival <= ?3
ORDER BY arrival
LIMIT ?4;
