SELECT owner, collection, requested, successes, failures, pendings, details
FROM statuses
WHERE id = ?1;
