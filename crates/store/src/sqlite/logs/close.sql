-- The first reason stands.
UPDATE logs
SET state = 'closed', closed_reason = coalesce(closed_reason, ?2)
WHERE id = ?1;
