-- INDEXED BY: without it the planner may prefer to walk the table, information and all.
SELECT position, entry, state, level, class, salt_e, head_c, salt_h, salt_c, content_c, head,
       length(content),
       CASE WHEN length(content) <= ?4 THEN content END
FROM items INDEXED BY items_acts
WHERE class NOT IN (0, 2) AND position >= ?1 AND position < ?2
ORDER BY position
LIMIT ?3;
