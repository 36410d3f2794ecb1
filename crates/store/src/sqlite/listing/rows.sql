-- A stretch of the track in which nearly every row is wanted. ?3 is a set of values of `listed_as`.
SELECT arrival, added, stix_id, version, order_bytes, spec, position
FROM objects
WHERE arrival >= ?1 AND arrival <= ?2 AND (?3 >> listed_as) & 1
ORDER BY arrival;
