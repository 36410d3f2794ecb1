INSERT INTO root_settings (root, title, description) VALUES (?1, ?2, ?3)
ON CONFLICT DO UPDATE SET title = ?2, description = ?3;
