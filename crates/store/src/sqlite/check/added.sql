-- `added` grows with every arrival of a track, up to what the track says it last was.
WITH steps AS (
    SELECT arrival, added, lag(added) OVER (PARTITION BY arrival >> 40 ORDER BY arrival) AS before
    FROM objects
)
SELECT arrival >> 40, arrival & 0xFFFFFFFFFF
FROM steps JOIN tracks ON tracks.id = arrival >> 40
WHERE added <= before OR added > added_newest
LIMIT 100;
