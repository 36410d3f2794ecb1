-- The oldest of those that may go, as many as there are too many.
DELETE FROM statuses
WHERE number IN (
    SELECT number
    FROM statuses
    WHERE settled < ?1
    ORDER BY settled
    LIMIT max(0, (SELECT count(*) FROM statuses) - ?2)
);
