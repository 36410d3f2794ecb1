SELECT added FROM objects WHERE arrival = ?1;
