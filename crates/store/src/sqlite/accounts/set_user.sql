UPDATE users SET role = ?2, password = ?3, disabled = ?4 WHERE name = ?1;
