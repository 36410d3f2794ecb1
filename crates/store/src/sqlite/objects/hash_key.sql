SELECT key FROM object_hash_key;
