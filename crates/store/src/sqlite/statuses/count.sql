-- On the right side of `=`, every column is as it was before.
UPDATE statuses
SET successes = successes + ?2,
    failures = failures + ?3,
    pendings = pendings - ?2 - ?3,
    settled = CASE WHEN pendings = ?2 + ?3 THEN ?4 END
WHERE id = ?1;
