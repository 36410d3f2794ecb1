-- What is listed can be shown: its content is held, and is what the entry promises.
SELECT arrival >> 40, arrival & 0xFFFFFFFFFF
FROM objects JOIN items ON items.position = objects.position
WHERE listed_as IS NOT NULL AND (content IS NULL OR state <> 0)
LIMIT 100;
