UPDATE outbox_posts SET told = 1 WHERE outbox_id = ?1 AND told = 0;
