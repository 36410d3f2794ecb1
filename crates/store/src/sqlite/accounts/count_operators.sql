SELECT count(*) FROM users WHERE role = 'operator' AND disabled IS NULL;
