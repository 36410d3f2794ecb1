INSERT INTO trail (at, who, origin, what, target, outcome, times) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
RETURNING id;
