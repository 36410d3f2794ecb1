SELECT key, root, time, note
FROM checkpoints
WHERE key >= ?1 AND key <= ?2
ORDER BY key DESC
LIMIT 1;
