SELECT state FROM dialogues WHERE id = ?1;
