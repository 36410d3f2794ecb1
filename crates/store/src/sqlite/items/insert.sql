INSERT INTO items (position, entry, state, level, class, salt_e, head_c, salt_h, salt_c, content_c, head,
                   content)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);
