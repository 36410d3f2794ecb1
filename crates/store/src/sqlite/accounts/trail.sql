SELECT id, at, who, origin, what, target, outcome, times FROM trail WHERE id < ?1 ORDER BY id DESC LIMIT ?2;
