-- What one row is, to be judged. `listed_as` is null where it is not listed.
SELECT listed_as, stix_id, version, order_bytes FROM objects WHERE arrival = ?1;
