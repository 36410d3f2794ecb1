DELETE FROM tokens WHERE revoked < ?1 OR expires < ?1;
