-- Its refusals go with it.
DELETE FROM feeds WHERE name = ?1;
