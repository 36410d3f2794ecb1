-- All feeds, or the one with the name ?1.
SELECT name, track_id, push, url, collection, remote, auth, interval_secs, types, page_size, all_versions,
    ceiling, unmarked, insecure_http, created, next, added_after, seen_to, arrival, paused, due, last_attempt,
    last_success, last_error_at, last_error, failures, moved, held, pending, refused, kept_back
FROM feeds
WHERE ?1 IS NULL OR name = ?1
ORDER BY name;
