-- The row id, arrival, is the last part of the index: the track is a range within the key.
SELECT position, content_hash
FROM objects INDEXED BY objects_by_key
WHERE stix_id = ?1 AND version = ?2 AND arrival >= ?3 AND arrival <= ?4
ORDER BY arrival;
