INSERT INTO users (name, role, password, disabled, created) VALUES (?1, ?2, ?3, ?4, ?5);
