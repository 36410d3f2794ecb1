SELECT dialogue, origin, serial, note
FROM declarations
WHERE dialogue = ?1
ORDER BY origin, serial;
