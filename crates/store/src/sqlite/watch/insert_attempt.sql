INSERT INTO attempts (dialogue, track, what, why, at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id;
