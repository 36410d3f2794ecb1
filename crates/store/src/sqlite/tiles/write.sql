-- A partial tile grows in place, and only by hashes behind those it has; a narrower one that comes late
-- changes nothing. What neither continues nor begins the one held fails the WHERE and changes no row.
INSERT INTO tiles (key, hashes) VALUES (?1, ?2)
ON CONFLICT (key) DO UPDATE
SET hashes = CASE WHEN length(excluded.hashes) > length(hashes) THEN excluded.hashes ELSE hashes END
WHERE substr(excluded.hashes, 1, length(hashes)) = substr(hashes, 1, length(excluded.hashes));
