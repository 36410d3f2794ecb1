INSERT INTO token_collections (token, collection) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
