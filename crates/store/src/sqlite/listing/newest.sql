-- No row, no track: nothing has arrived there.
SELECT coalesce((SELECT objects FROM tracks WHERE id = ?1), 0);
