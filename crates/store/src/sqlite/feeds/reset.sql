UPDATE feeds SET next = ?2, added_after = ?3, seen_to = ?4, arrival = ?5, due = ?6, failures = 0
WHERE name = ?1;
