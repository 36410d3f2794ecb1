SELECT arrival >> 40, arrival & 0xFFFFFFFFFF
FROM objects
WHERE NOT EXISTS (SELECT 1 FROM items WHERE items.position = objects.position)
LIMIT 100;
