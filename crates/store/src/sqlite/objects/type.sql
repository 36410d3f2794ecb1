SELECT id FROM stix_types WHERE name = ?1;
