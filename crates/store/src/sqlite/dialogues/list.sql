SELECT id, charter, state, created FROM dialogues ORDER BY created, id;
