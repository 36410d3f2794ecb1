SELECT hashes FROM tiles WHERE key = ?1;
