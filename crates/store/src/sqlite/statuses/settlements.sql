SELECT position, success, message
FROM status_settlements
WHERE status = ?1
ORDER BY position;
