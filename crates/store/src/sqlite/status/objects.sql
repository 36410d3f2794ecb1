SELECT track_id, stix_type, objects FROM type_counts ORDER BY track_id, stix_type;
