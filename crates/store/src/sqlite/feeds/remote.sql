-- The assignment changes nothing; without it a row that is there would not be returned.
INSERT INTO remotes (origin) VALUES (?1)
ON CONFLICT (origin) DO UPDATE SET origin = origin
RETURNING id;
