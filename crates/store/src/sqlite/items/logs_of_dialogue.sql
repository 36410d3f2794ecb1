SELECT logs.id
FROM logs JOIN tracks ON tracks.id = logs.track_id
WHERE tracks.dialogue = ?1 AND logs.id >= ?2
ORDER BY logs.id;
