INSERT INTO stix_types (name) VALUES (?1) RETURNING id;
