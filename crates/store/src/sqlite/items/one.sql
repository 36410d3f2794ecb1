SELECT position, entry, state, level, class, salt_e, head_c, salt_h, salt_c, content_c, head,
       length(content), content
FROM items
WHERE position = ?1;
