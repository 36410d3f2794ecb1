INSERT INTO tracks (id, dialogue, name) VALUES (?1, ?2, ?3);
