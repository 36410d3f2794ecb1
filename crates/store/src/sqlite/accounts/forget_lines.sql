DELETE FROM trail WHERE id <= ?1;
