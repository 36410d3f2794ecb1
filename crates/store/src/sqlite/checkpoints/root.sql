SELECT root, time FROM checkpoints WHERE key = ?1;
