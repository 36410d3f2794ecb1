-- The content comes last in the row and is not read. Those of one request.
SELECT id, track_id, class, media, lang, office, stix_id, version, version_order, spec, content_hash, bytes, state,
    officers, settled, position, reason
FROM outbox
WHERE id IN (SELECT outbox_id FROM outbox_posts WHERE status = ?6)
    AND id > ?1
    AND (?2 IS NULL OR state = ?2)
    AND (?3 IS NULL OR track_id IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR class = ?4)
    AND (?5 IS NULL OR id IN (SELECT value FROM json_each(?5)))
    AND (?6 IS NULL OR id IN (SELECT outbox_id FROM outbox_posts WHERE status = ?6))
ORDER BY id
LIMIT ?7;
