SELECT EXISTS (SELECT 1 FROM logs WHERE origin = ?1 OR origin_sha256 = ?2);
