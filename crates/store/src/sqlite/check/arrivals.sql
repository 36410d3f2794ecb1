-- Arrivals count from 1 without gaps.
SELECT tracks.id, tracks.objects, count(arrival), coalesce(max(arrival & 0xFFFFFFFFFF), 0)
FROM tracks LEFT JOIN objects
  ON arrival > tracks.id << 40 AND arrival <= (tracks.id << 40) + 0xFFFFFFFFFF
GROUP BY tracks.id
HAVING tracks.objects <> count(arrival) OR tracks.objects <> coalesce(max(arrival & 0xFFFFFFFFFF), 0);
