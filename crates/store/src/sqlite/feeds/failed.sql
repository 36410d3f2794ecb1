UPDATE feeds SET last_attempt = ?2, last_error_at = ?3, due = ?4, last_error = ?5, failures = failures + 1
WHERE name = ?1;
