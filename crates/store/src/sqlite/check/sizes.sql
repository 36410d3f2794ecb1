-- A log of size n has the items 0 .. n - 1: as many rows, the first at 0 and the last at n - 1.
SELECT logs.id, size, count(position), coalesce(min(position & 0xFFFFFFFFFF), 0),
       coalesce(max(position & 0xFFFFFFFFFF) + 1, 0)
FROM logs LEFT JOIN items ON position >= logs.id << 40 AND position < (logs.id << 40) + 0xFFFFFFFFFF
GROUP BY logs.id
ORDER BY logs.id;
