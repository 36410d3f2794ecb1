-- Each level has exactly its columns.
SELECT position >> 40, position & 0xFFFFFFFFFF
FROM items
WHERE (level >= 1) <> (class IS NOT NULL)
   OR (level >= 1) <> (length(salt_e) IS 32)
   OR (level = 1) <> (length(head_c) IS 32)
   OR (level >= 2) <> (length(salt_h) IS 32)
   OR (level >= 2) <> (head IS NOT NULL)
   OR (level >= 3) <> (length(salt_c) IS 32)
   OR (level < 3 AND content IS NOT NULL)
LIMIT 100;
