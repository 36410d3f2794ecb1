UPDATE outbox_posts SET told = 2 WHERE id = ?1;
