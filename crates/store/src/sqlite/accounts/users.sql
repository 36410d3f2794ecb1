SELECT name, role, password, disabled, created FROM users ORDER BY name;
