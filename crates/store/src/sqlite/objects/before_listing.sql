-- The rows of a track from before it had a view, in their order. What a head says of the media type tells
-- the specification; the head is canonical JSON, where the text has only this one spelling.
SELECT objects.arrival, objects.position, added, content_hash, stix_id, version,
       instr(head, CAST('"application/stix+json;version=2.0"' AS BLOB)) > 0,
       content IS NOT NULL AND state = 0
FROM objects_before_listing AS objects LEFT JOIN items ON items.position = objects.position
WHERE objects.arrival > ?1 AND objects.arrival <= ?2
ORDER BY objects.arrival
LIMIT ?3;
