UPDATE tracks SET objects = ?2, added_newest = ?3 WHERE id = ?1;
