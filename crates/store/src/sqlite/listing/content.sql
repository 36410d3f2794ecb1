SELECT arrival, added, stix_id, version, order_bytes, spec, objects.position, content
FROM objects CROSS JOIN items ON items.position = objects.position
WHERE arrival = ?1;
