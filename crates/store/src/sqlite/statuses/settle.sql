INSERT INTO status_settlements (status, position, success, message, at)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (status, position) DO NOTHING;
