INSERT INTO statuses (id, owner, collection, requested, settled, successes, failures, pendings, details)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
ON CONFLICT (id) DO NOTHING;
