INSERT INTO objects (arrival, key_hash, position, added, spec, listed_as, type_id, instant_ms, order_bytes,
                     content_hash, stix_id, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);
