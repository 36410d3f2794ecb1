INSERT INTO dialogues (id, charter, state, created)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (id) DO NOTHING;
