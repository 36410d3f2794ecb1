SELECT 1
FROM remote_objects
WHERE remote_id = (SELECT id FROM remotes WHERE origin = ?1) AND key = ?2;
