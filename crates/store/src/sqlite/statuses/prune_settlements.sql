-- Those whose status is gone, or never came.
DELETE FROM status_settlements
WHERE at < ?1 AND NOT EXISTS (SELECT 1 FROM statuses WHERE id = status_settlements.status);
