SELECT key, root, time, note FROM checkpoints WHERE key = ?1;
