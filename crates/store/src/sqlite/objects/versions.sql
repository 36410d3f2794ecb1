-- All listed versions of an object. The track is part of the hash, so its range is only for the one in four
-- thousand million that has the hash of another's.
SELECT arrival, spec, listed_as, version, order_bytes
FROM objects INDEXED BY objects_by_key_hash
WHERE key_hash >= ?1 AND key_hash <= ?2 AND arrival > ?3 AND arrival <= ?4
  AND stix_id = ?5 AND listed_as IS NOT NULL;
