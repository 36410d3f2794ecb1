SELECT arrival, added, stix_id, version, order_bytes, spec, position
FROM objects
WHERE arrival = ?1;
