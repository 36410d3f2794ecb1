SELECT id, charter, state, created FROM dialogues WHERE id = ?1;
