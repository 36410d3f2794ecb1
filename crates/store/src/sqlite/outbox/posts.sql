SELECT by, at, status, place FROM outbox_posts INDEXED BY outbox_posts_by_item WHERE outbox_id = ?1 ORDER BY id;
