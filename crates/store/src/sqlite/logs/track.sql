SELECT id FROM tracks WHERE dialogue = ?1 AND name = ?2;
