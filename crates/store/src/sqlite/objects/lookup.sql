-- The texts are compared too: a hash only says where to look. The row id, arrival, is the last part of the
-- index, so the track is a range within the key.
SELECT position, content_hash, listed_as IS NOT NULL, spec, version
FROM objects INDEXED BY objects_by_key_hash
WHERE key_hash = ?1 AND arrival >= ?2 AND arrival <= ?3
  AND stix_id = ?4 AND substr(version, 1, order_bytes) = ?5
ORDER BY arrival;
