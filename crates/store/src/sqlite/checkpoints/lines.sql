SELECT kind, name, algorithm, key_id, time, line
FROM cosignatures
WHERE checkpoint = ?1
ORDER BY kind, name, algorithm, key_id;
