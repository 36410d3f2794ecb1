SELECT id, track_id, class, media, lang, office, stix_id, version, version_order, spec, content_hash, bytes, state,
    officers, settled, position, reason, content
FROM outbox INDEXED BY outbox_by_state
WHERE state = 1 AND track_id = ?1
ORDER BY id
LIMIT ?2;
