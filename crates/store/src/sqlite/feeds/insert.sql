INSERT INTO feeds (name, track_id, push, url, collection, remote, auth, interval_secs, page_size, types,
    all_versions, ceiling, unmarked, insecure_http, created, next, added_after, seen_to, arrival, due)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?15)
ON CONFLICT (name) DO NOTHING;
