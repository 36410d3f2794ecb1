SELECT arrival, added, stix_id, version, position, content_hash, listed_as IS NOT NULL
FROM objects
WHERE arrival > ?1 AND arrival <= ?2
ORDER BY arrival
LIMIT ?3;
