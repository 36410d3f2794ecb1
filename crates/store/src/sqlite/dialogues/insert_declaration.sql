INSERT INTO declarations (origin, serial, dialogue, note) VALUES (?1, ?2, ?3, ?4);
