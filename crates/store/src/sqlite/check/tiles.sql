-- Level 0 has a hash for each leaf that a checkpointed batch covered: never more than entries.
SELECT logs.id, logs.size,
       coalesce(max(((key & 0xFFFFFFFF) * 256) + length(hashes) / 32), 0) AS leaves
FROM logs JOIN tiles ON key >= logs.id << 40 AND key < (logs.id << 40) + (1 << 32)
GROUP BY logs.id
HAVING leaves > logs.size;
