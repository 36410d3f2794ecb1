INSERT INTO objects (arrival, position, added, content_hash, stix_id, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);
