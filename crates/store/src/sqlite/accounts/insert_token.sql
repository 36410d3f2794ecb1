INSERT INTO tokens (hash, user, name, read_only, scoped, created, expires)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id;
