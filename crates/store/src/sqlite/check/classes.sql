-- The counts kept by the appends against the rows.
WITH counted AS (
    SELECT position >> 40 AS log_id, coalesce(class, -1) AS class, count(*) AS items
    FROM items
    GROUP BY 1, 2
)
SELECT coalesce(kept.log_id, counted.log_id), coalesce(kept.class, counted.class),
       coalesce(kept.items, 0), coalesce(counted.items, 0)
FROM class_counts AS kept
FULL JOIN counted ON kept.log_id = counted.log_id AND kept.class = counted.class
WHERE coalesce(kept.items, 0) <> coalesce(counted.items, 0);
