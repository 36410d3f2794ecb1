-- Settled before the status was stored.
SELECT coalesce(sum(success), 0), coalesce(sum(1 - success), 0)
FROM status_settlements
WHERE status = ?1;
