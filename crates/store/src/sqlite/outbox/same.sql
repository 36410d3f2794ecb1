-- The same version that waits already, if any.
SELECT id, content_hash FROM outbox INDEXED BY outbox_waiting
WHERE track_id = ?1 AND stix_id = ?2 AND version_order = ?3 AND state < 2;
