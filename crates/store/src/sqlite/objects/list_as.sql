UPDATE objects SET listed_as = ?2 WHERE arrival = ?1;
