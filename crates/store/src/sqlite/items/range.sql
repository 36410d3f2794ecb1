-- One range scan over the primary key. A content longer than asked is left on its overflow pages:
-- length() reads the row's header only.
SELECT position, entry, state, level, class, salt_e, head_c, salt_h, salt_c, content_c, head,
       length(content),
       CASE WHEN length(content) <= ?4 THEN content END
FROM items
WHERE position >= ?1 AND position < ?2
ORDER BY position
LIMIT ?3;
