SELECT objects, added_newest FROM tracks WHERE id = ?1;
