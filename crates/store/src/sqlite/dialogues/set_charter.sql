UPDATE dialogues SET charter = ?2 WHERE id = ?1;
