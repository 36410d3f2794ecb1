-- What an append has to know of its log and track.
SELECT size, mine, state = 'closed', track_id FROM logs WHERE id = ?1;
