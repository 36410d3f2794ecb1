SELECT logs.id, origin, origin_sha256, dialogue, track_id, name, party, mine, state, closed_reason,
       predecessor, size, created
FROM logs JOIN tracks ON tracks.id = logs.track_id
ORDER BY logs.id;
