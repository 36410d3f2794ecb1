SELECT arrival, added, content
FROM objects CROSS JOIN items ON items.position = objects.position
WHERE arrival = ?1;
