SELECT id, track_id, class, media, lang, office, stix_id, version, version_order, spec, content_hash, bytes, state,
    officers, settled, position, reason, content
FROM outbox WHERE id = ?1;
