INSERT INTO feed_refusals (feed_id, stix_id, version, reason, at) VALUES (?1, ?2, ?3, ?4, ?5);
