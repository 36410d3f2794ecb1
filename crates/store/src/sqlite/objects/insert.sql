INSERT INTO objects (arrival, key_hash, position, added, content_hash, stix_id, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
