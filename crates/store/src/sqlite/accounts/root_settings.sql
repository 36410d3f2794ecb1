SELECT root, title, description FROM root_settings ORDER BY root;
