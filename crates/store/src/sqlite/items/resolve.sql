UPDATE items
SET state = 0, level = ?2, class = ?3, salt_e = ?4, head_c = ?5, salt_h = ?6, salt_c = ?7,
    content_c = ?8, head = ?9, content = ?10
WHERE position = ?1;
