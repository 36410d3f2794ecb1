UPDATE logs SET size = ?2 WHERE id = ?1;
