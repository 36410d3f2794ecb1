SELECT token, collection FROM token_collections ORDER BY token, collection;
