-- The rows of one object lie together in this order.
SELECT arrival, spec, listed_as, version, order_bytes, stix_id, key_hash, instant_ms,
       coalesce(stix_types.name, '?')
FROM objects INDEXED BY objects_by_key_hash LEFT JOIN stix_types ON stix_types.id = type_id
ORDER BY key_hash;
