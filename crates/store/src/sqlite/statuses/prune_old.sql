DELETE FROM statuses WHERE settled < ?1;
