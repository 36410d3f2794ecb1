UPDATE feeds SET last_attempt = ?2, last_success = ?3, due = ?4, failures = 0 WHERE name = ?1;
