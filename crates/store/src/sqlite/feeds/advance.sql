UPDATE feeds
SET next = ?2, added_after = ?3, seen_to = ?4, arrival = ?5,
    moved = moved + ?6, held = held + ?7, pending = pending + ?8, refused = refused + ?9,
    kept_back = kept_back + ?10
WHERE name = ?1
RETURNING id, remote;
