SELECT id, hash, user, name, read_only, scoped, created, expires, last_used, revoked FROM tokens ORDER BY id;
