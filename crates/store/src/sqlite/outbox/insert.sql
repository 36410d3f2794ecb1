INSERT INTO outbox (track_id, state, officers, class, media, lang, office, stix_id, version, version_order, spec,
    content_hash, bytes, content)
VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
RETURNING id;
