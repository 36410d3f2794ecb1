-- Where an item stands, whether an officer posted it, whether the officer has cleared it, and how many others have.
SELECT state, officers,
    EXISTS (SELECT 1 FROM outbox_posts WHERE outbox_id = ?1 AND by = ?2),
    EXISTS (SELECT 1 FROM outbox_decisions WHERE outbox_id = ?1 AND officer = ?2 AND clears = 1),
    (SELECT count(*) FROM outbox_decisions WHERE outbox_id = ?1 AND officer <> ?2 AND clears = 1)
FROM outbox WHERE id = ?1;
