UPDATE objects SET listed_as = NULL, unlisted = ?2 WHERE arrival = ?1;
