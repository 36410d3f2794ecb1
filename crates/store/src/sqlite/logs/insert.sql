INSERT INTO logs (id, origin, origin_sha256, track_id, party, mine, state, predecessor, created)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'open', ?7, ?8);
