-- The counts kept by the appends against the rows.
WITH counted AS (
    SELECT arrival >> 40 AS track_id, stix_types.name AS stix_type, count(*) AS objects
    FROM objects JOIN stix_types ON stix_types.id = type_id
    GROUP BY 1, 2
)
SELECT coalesce(kept.track_id, counted.track_id), coalesce(kept.stix_type, counted.stix_type),
       coalesce(kept.objects, 0), coalesce(counted.objects, 0)
FROM type_counts AS kept
FULL JOIN counted ON kept.track_id = counted.track_id AND kept.stix_type = counted.stix_type
WHERE coalesce(kept.objects, 0) <> coalesce(counted.objects, 0);
