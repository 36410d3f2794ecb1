SELECT id, dialogue, track, what, why, at FROM attempts WHERE id > ?1 ORDER BY id LIMIT ?2;
