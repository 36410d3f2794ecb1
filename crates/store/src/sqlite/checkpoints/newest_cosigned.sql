SELECT kind, name, size, time
FROM cosigned_newest
WHERE log_id = ?1
ORDER BY kind, name;
