INSERT INTO type_counts (track_id, stix_type, objects) VALUES (?1, ?2, ?3)
ON CONFLICT (track_id, stix_type) DO UPDATE SET objects = objects + excluded.objects;
